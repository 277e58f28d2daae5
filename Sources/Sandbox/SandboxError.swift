/// Why the sandbox does not start.
package struct SandboxError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: Sendable, Hashable {
        /// Something listens on the port already.
        case portInUse
        /// The system refuses the port.
        case cannotListen
        /// The server's threads do not start.
        case cannotServe
        /// The folder or its database cannot be used.
        case badData
    }

    /// The kind of failure.
    package let code: Code
    /// What happened, and where.
    package let sentence: String
    /// What may help.
    package let cure: String

    init(_ code: Code, _ sentence: String, cure: String) {
        self.code = code
        self.sentence = sentence
        self.cure = cure
    }

    package var description: String { "\(sentence) \(cure)" }
}
