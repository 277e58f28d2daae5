package import Configuration
package import Guard
import HTTPTransport
package import JMAP
package import MailCache
package import MailSync

extension WorkspaceError {
    /// What an error of a secret's source means here.
    package init(_ error: SecretError) {
        self.init(.file, capitalised(error.message), cure: capitalised(error.cure))
    }

    /// What an error of the server, or of the way to it, means here.
    package init(_ error: JMAPError) {
        let code: Code
        switch error.code {
        case .unauthorized, .noLogin: code = .loginRefused
        case .noSecret: code = .file
        case .forbidden, .method("forbidden"), .set("forbidden"), .method("accountReadOnly"): code = .notAllowed
        case .transport where error.cause?.code == .file: code = .file
        case .transport, .serverUnavailable, .limit: code = .notReachable
        case .notJMAP, .malformed: code = .notJMAP
        case .notFound, .method("accountNotFound"), .set("notFound"): code = .notFound
        case .cancelled: code = .cancelled
        case .request, .method, .set, .tooLarge, .unsupported: code = .failed
        }
        self.init(code, error.sentence, cure: error.cure)
    }

    /// What an error of the cache means here.
    package init(_ error: CacheError) {
        self.init(error.code == .notFound ? .notFound : .cache, error.sentence, cure: error.cure)
    }

    /// What an error of the synchronisation means here.
    package init(_ error: SyncError) {
        if let server = error.server {
            self.init(server)
        } else if let cache = error.cache {
            self.init(cache)
        } else {
            self.init(.failed, error.sentence, cure: error.cure)
        }
    }
}

extension WorkspaceError {
    /// What an error of the guard, or of who works with it, means here.
    package init(_ error: GuardError) {
        if let cause = error.cause {
            self.init(cause)
            return
        }
        let code: Code =
            switch error.code {
            case .notFound: .notFound
            case .file: .file
            case .refused, .state: .notAllowed
            case .server, .setup, .damaged, .notActive: .failed
            }
        self.init(code, error.message, cure: error.cure)
    }
}
