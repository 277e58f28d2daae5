package import JMAP
import Stalwart

/// Something that the guard, or whoever works with it, could not do.
package struct GuardError: Error, Sendable {
    /// What kind of failure it is.
    package enum Code: String, Sendable, Hashable {
        /// The server was not reached or refused; ``cause`` says why.
        case server
        /// Something that must be set up is missing: an account, a mailbox, a key.
        case setup
        /// A file of the person's cannot be used.
        case file
        /// What was asked for is not there.
        case notFound
        /// It cannot be done in the state that the hold is in.
        case state
        /// Something on the server is not what the guard wrote.
        case damaged
        /// This guard is not, or no longer, the active one.
        case notActive
        /// The bytes, the digest or a signature are not what they should be.
        case refused
    }

    package let code: Code
    /// What went wrong and where: one sentence with its full stop; may hold text from the server.
    package let message: String
    /// What to do about it: one sentence with its full stop.
    package let cure: String
    /// What the server said, where it was the server.
    package let cause: JMAPError?

    /// Makes an error.
    package init(_ code: Code, _ message: String, cure: String, cause: JMAPError? = nil) {
        self.code = code
        self.message = message
        self.cure = cure
        self.cause = cause
    }

    /// What an error of the server's administration means here.
    init(_ error: StalwartError) {
        self.init(.server, error.sentence, cure: error.cure, cause: error.cause)
    }

    /// What an error of the server means here.
    package init(_ error: JMAPError) {
        self.init(.server, error.sentence, cure: error.cure, cause: error)
    }
}
