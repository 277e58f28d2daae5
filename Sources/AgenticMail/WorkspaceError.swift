/// Something that a workspace could not do, in words for a person.
public struct WorkspaceError: Error, Sendable {
    /// What kind of failure it is; decides the exit code of a command.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The configuration or what was asked for does not make sense.
        case wrongUsage
        /// No workspace is configured, or none of that name.
        case noWorkspace
        /// The login or its password was refused.
        case loginRefused
        /// The login may not do this.
        case notAllowed
        /// The server is not reached.
        case notReachable
        /// What answers is no JMAP server, or not as the standard says.
        case notJMAP
        /// The address belongs to somebody already.
        case taken
        /// An agent could send, and is not handed out.
        case unsafe
        /// What was asked for is not there.
        case notFound
        /// The cache cannot be used.
        case cache
        /// A file could not be read or written.
        case file
        /// It was stopped before it was done.
        case cancelled
        /// Anything else.
        case failed
    }

    /// What kind of failure it is.
    public let code: Code
    /// What went wrong and where: one sentence with its full stop. It may hold text from the server: show it as untrusted.
    public let message: String
    /// What to do about it: one sentence with its full stop.
    public let cure: String

    /// Makes an error of its two sentences.
    public init(_ code: Code, _ message: String, cure: String) {
        self.code = code
        self.message = message
        self.cure = cure
    }

    /// The message and the cure.
    public var sentence: String { "\(message) \(cure)" }
}
