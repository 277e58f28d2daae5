/// A command line that does not make sense.
package struct UsageError: Error, Sendable, Hashable {
    /// What is wrong: one sentence with its full stop.
    package let message: String
    /// What to write instead: one sentence with its full stop.
    package let cure: String

    /// Makes an error of its two sentences.
    package init(_ message: String, cure: String) {
        self.message = message
        self.cure = cure
    }

    package var sentence: String { "\(message) \(cure)" }
}
