package import HTTPTransport

/// Why a JMAP server did not do what was asked.
package struct JMAPError: Error, Sendable, Hashable {
    /// What happened.
    package enum Code: Sendable, Hashable {
        /// The server was not reached, or the answer did not come whole; `cause` says why.
        case transport
        /// 401: the login is missing or wrong.
        case unauthorized
        /// The login's secret cannot be had here, and the detail says why; a sentence of what helps.
        case noSecret(cure: String)
        /// The session names no account: the server took no login from the request.
        case noLogin
        /// 403: the account is suspended, or lacks a right.
        case forbidden
        /// 404 for a blob.
        case notFound
        /// More than the server allows at once or in a while; the name of the limit, "" for 429.
        case limit(String)
        /// 5xx, or the method error `serverUnavailable`.
        case serverUnavailable
        /// It is no JMAP server.
        case notJMAP
        /// It is not JSON, or not of the shape of JMAP: `path` says where.
        case malformed
        /// The request as a whole was refused; the server's word for why.
        case request(String)
        /// The method was refused; the server's word for why.
        case method(String)
        /// One thing of a set was refused; `setError` says why.
        case set(String)
        /// A call cannot be made small enough for the server, or an answer is larger than allowed.
        case tooLarge
        /// The session does not offer what is needed; its name.
        case unsupported(String)
        /// The caller gave up.
        case cancelled
    }

    /// What happened.
    package let code: Code
    /// Origin and path of the server.
    package let place: String
    /// The method that was called, where it was one.
    package let method: String?
    /// The place in the answer that is wrong, such as `list[3].mailboxIds`.
    package let path: String?
    /// What the server says; hostile text, cleaned and cut.
    package let detail: String
    /// How long the server wants to be left alone.
    package let retryAfter: Duration?
    /// What the transport says.
    package let cause: HTTPError?
    /// What the server says about one thing of a set.
    package let setError: SetError?

    /// Makes an error.
    package init(
        _ code: Code, place: String = "", method: String? = nil, path: String? = nil, detail: String = "",
        retryAfter: Duration? = nil, cause: HTTPError? = nil, setError: SetError? = nil
    ) {
        self.code = code
        self.place = place
        self.method = method
        self.path = path
        self.detail = HTTPError.cleaned(detail)
        self.retryAfter = retryAfter ?? cause?.retryAfter
        self.cause = cause
        self.setError = setError
    }

    /// What a failure of the transport means here.
    package init(_ error: HTTPError) {
        let code: Code
        switch error.code {
        case .unauthorized: code = .unauthorized
        case .forbidden: code = .forbidden
        case .notFound: code = .notFound
        case .rateLimited: code = .limit("")
        case .unavailable: code = .serverUnavailable
        case .tooLarge, .headersTooLarge: code = .tooLarge
        case .cancelled: code = .cancelled
        case .malformed: code = .notJMAP
        case .status: code = error.status == 413 ? .tooLarge : .notJMAP
        default: code = .transport
        }
        self.init(code, place: error.place, detail: error.detail, cause: error)
    }

    /// A JSON error in the answer of a method, or of the server as a whole.
    init(_ error: JSONError, place: String, method: String? = nil) {
        self.init(.malformed, place: place, method: method, path: error.pathText, detail: error.description)
    }

    /// Whether the same may succeed later without anybody doing something.
    package var isTransient: Bool {
        switch code {
        case .limit, .serverUnavailable: true
        case .method(let type): type == "serverUnavailable" || type == "serverFail" || type == "serverPartialFail"
        case .set: setError?.isRace == true || setError?.type == "rateLimit"
        case .transport:
            switch cause?.code {
            case .refused, .unknownHost, .unreachable, .connectTimeout, .stalled, .silent, .cut: true
            default: false
            }
        default: false
        }
    }

    /// Whether it is certain that the server has carried out nothing of the request.
    package var wasNotCarriedOut: Bool {
        switch code {
        case .limit, .unauthorized, .noSecret, .noLogin, .forbidden: true
        case .transport:
            switch cause?.code {
            case .refused, .unknownHost, .unreachable, .connectTimeout: true
            default: false
            }
        default: false
        }
    }

    /// Whether the server was not reached at all, or stopped in the middle: what "offline" means.
    package var isUnreachable: Bool { code == .transport }
}
