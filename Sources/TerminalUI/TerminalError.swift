/// A terminal that cannot be used, and what to do about it.
package struct TerminalError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    package enum Code: String, Sendable {
        /// Standard input or output is no terminal.
        case notATerminal = "not-a-terminal"
        /// `TERM` is not set, or names a terminal that cannot draw a screen.
        case unusable
        /// `TERM` names a terminal that this machine has no description of.
        case unknown
        /// No locale with UTF-8 is installed.
        case noUTF8 = "no-utf8"
        /// The library refused.
        case failed
    }

    package let code: Code
    /// A sentence: what is wrong, and where.
    package let sentence: String
    /// A sentence: what to do.
    package let cure: String

    /// Both sentences.
    package var description: String { "\(sentence) \(cure)" }
}
