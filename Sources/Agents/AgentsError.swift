package import Stalwart

/// Something about an agent that could not be done, in words for a person.
package struct AgentsError: Error, Sendable, Hashable {
    /// What kind of failure it is.
    package enum Code: Sendable, Hashable {
        /// What was asked for does not make sense: a name, an address, a file.
        case invalid
        /// The address belongs to somebody else already.
        case taken
        /// There is no such agent.
        case notFound
        /// The agent's state does not allow it.
        case wrongState
        /// The login may not do this.
        case notAllowed
        /// The server is not reached, or cannot answer now.
        case notReached
        /// An agent could send: it is not handed out.
        case unsafe
        /// A file of this machine could not be read or written.
        case file
        /// Another program does this at the moment.
        case busy
        /// It was stopped before it was done.
        case cancelled
        /// A failure that was asked for, to try the way back.
        case fault
        /// Anything else that the server says.
        case failed
    }

    /// What kind of failure it is.
    package let code: Code
    /// What went wrong and where: whole sentences. It may hold text from the server: show it as untrusted.
    package let message: String
    /// What to do about it: one sentence with its full stop.
    package let cure: String
    /// What the server's administration said, where it was that.
    package let cause: StalwartError?

    /// Makes an error of its sentences.
    package init(_ code: Code, _ message: String, cure: String, cause: StalwartError? = nil) {
        self.code = code
        self.message = message
        self.cure = cure
        self.cause = cause
    }

    /// The message and the cure.
    package var sentence: String { "\(message) \(cure)" }

    /// What an error of the administration means here.
    package init(_ error: StalwartError) {
        let code: Code =
            switch error.code {
            case .notReached, .limit, .unavailable, .race: .notReached
            case .unauthorized, .suspended, .missingPermission: .notAllowed
            case .alreadyExists: .taken
            case .notFound: .notFound
            case .invalid, .unknownReference: .invalid
            case .cancelled: .cancelled
            case .inUse, .quota, .unsupported, .unknownServer, .malformed, .refused: .failed
            }
        self.init(code, error.sentence, cure: error.cure, cause: error)
    }

    /// Whether what failed may have been done all the same.
    var mayHaveBeenDone: Bool { cause?.mayHaveBeenDone ?? false }
    /// Whether the same may succeed a moment later.
    var isTransient: Bool { cause?.isTransient ?? false }
}
