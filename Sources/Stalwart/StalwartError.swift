package import JMAP

/// Why the server's administration did not do what was asked.
package struct StalwartError: Error, Sendable, Hashable {
    /// What happened.
    package enum Code: Sendable, Hashable {
        /// The server was not reached, or its answer did not come whole.
        case notReached
        /// 401: the login is missing or wrong.
        case unauthorized
        /// 403: the login is suspended, or does not work from here.
        case suspended
        /// The login lacks a permission: its name, where it is known.
        case missingPermission(Permission?)
        /// There is one like it already: the id of what has the name, where the server tells it.
        case alreadyExists(id: String?)
        /// No such thing.
        case notFound
        /// Something else still uses it: their ids.
        case inUse(by: [String])
        /// A number or size is used up, such as the keys of an account.
        case quota
        /// It names something that does not exist, such as a domain.
        case unknownReference
        /// The server does not take a value: the properties that it names.
        case invalid(properties: [String])
        /// Another client changed the same thing at the same moment: the same call may get through now.
        case race
        /// The server wants fewer requests.
        case limit
        /// The server cannot answer now.
        case unavailable
        /// This version of the server has nothing of the kind.
        case unsupported
        /// It is no Stalwart server of a version that is known.
        case unknownServer
        /// The answer cannot be read.
        case malformed
        /// The caller gave up.
        case cancelled
        /// Any other refusal; the server's word for it.
        case refused(String)
    }

    /// What happened.
    package let code: Code
    /// What was asked, such as `make the account ada`.
    package let act: String
    /// Origin and path of the server.
    package let place: String
    /// What the server says about it; hostile text, cleaned and cut.
    package let detail: String
    /// Whether it may have been done all the same: look before doing it again.
    package let mayHaveBeenDone: Bool
    /// What lies beneath.
    package let cause: JMAPError?

    /// Makes an error; `detail` is cleaned and cut.
    package init(
        _ code: Code, act: String, place: String = "", detail: String = "", mayHaveBeenDone: Bool = false,
        cause: JMAPError? = nil
    ) {
        self.code = code
        self.act = StalwartError.cleaned(act)
        self.place = StalwartError.cleaned(place)
        self.detail = StalwartError.cleaned(detail)
        self.mayHaveBeenDone = mayHaveBeenDone
        self.cause = cause
    }

    /// Whether the same may succeed later without anybody doing something.
    package var isTransient: Bool {
        switch code {
        case .notReached: cause?.isTransient ?? true
        case .race, .limit, .unavailable: true
        default: false
        }
    }

    /// What an error of JMAP means here.
    ///
    /// - Parameters:
    ///   - error: What lies beneath.
    ///   - act: What was asked, such as `make the account ada`.
    ///   - writes: Whether it would have changed something, so that it may have been done.
    ///   - permission: What the login needs for it.
    package init(_ error: JMAPError, act: String, writes: Bool, permission: Permission? = nil) {
        let code: Code
        switch error.code {
        case .transport, .tooLarge: code = .notReached
        case .unauthorized, .noLogin, .noSecret: code = .unauthorized
        case .forbidden: code = .suspended
        case .notFound: code = .notFound
        case .limit: code = .limit
        case .serverUnavailable: code = .unavailable
        case .notJMAP, .unsupported: code = .unknownServer
        case .malformed: code = .malformed
        case .cancelled: code = .cancelled
        case .method("forbidden"): code = error.isRaceText ? .race : .missingPermission(permission)
        case .method("unknownMethod"): code = .unsupported
        case .request: code = .unknownServer
        case .method("serverFail"), .method("serverPartialFail"): code = .unavailable
        case .method(let type), .set(let type): code = .refused(type)
        }
        let mayHaveBeenDone =
            switch code {
            case .notReached, .unavailable, .malformed, .cancelled: writes && !error.wasNotCarriedOut
            default: false
            }
        self.init(
            code, act: act, place: error.place, detail: error.detail, mayHaveBeenDone: mayHaveBeenDone, cause: error)
    }

    /// Text of others, cut to 200 characters and without anything a terminal could act on.
    static func cleaned(_ text: String) -> String {
        JMAPError(.transport, detail: text).detail
    }
}

extension JMAPError {
    /// Whether a refusal comes of a race between clients and is none of a right.
    fileprivate var isRaceText: Bool { detail.contains("Another process modified") }
}
