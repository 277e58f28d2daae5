/// Why a request got no answer, or a status that is no success.
///
/// It never holds a credential, a body or a query: only origin and path, the status and what the libraries say.
package struct HTTPError: Error, Sendable, Hashable {
    /// What happened.
    package enum Code: Sendable, Hashable {
        /// The URL is not an http or https URL that this client takes.
        case invalidURL
        /// A header of the request holds a line break or another control character.
        case invalidRequest
        /// Plain http to a host that is not this machine.
        case insecure
        /// The host name has no address.
        case unknownHost
        /// Nothing listens there.
        case refused
        /// The network gave no way to the host, or the connection broke while it was made.
        case unreachable
        /// No connection within the time.
        case connectTimeout
        /// The transfer came to rest, or took longer than allowed.
        case stalled
        /// A stream that sent nothing for longer than allowed.
        case silent
        /// TLS failed.
        case tls(TLSFailure)
        /// The server sends the client to another origin, which is never followed.
        case redirectElsewhere
        /// More redirects than allowed, or one without a usable place.
        case redirectLoop
        /// The body is longer than allowed.
        case tooLarge
        /// The header fields are longer or more than allowed.
        case headersTooLarge
        /// The connection ended before the answer did.
        case cut
        /// What came is not HTTP, or cannot be decompressed.
        case malformed
        /// The caller gave up.
        case cancelled
        /// A local file could not be read or written; `detail` says why.
        case file
        /// The transport was shut down.
        case closed
        /// 401: the credential is missing or wrong.
        case unauthorized
        /// 403: the credential is right and may not do this.
        case forbidden
        /// 404: nothing there.
        case notFound
        /// 429: too much asked; see `retryAfter`.
        case rateLimited
        /// 5xx: the server cannot now; see `retryAfter`.
        case unavailable
        /// Any other status that is no success.
        case status
    }

    /// What about TLS failed.
    package enum TLSFailure: Sendable, Hashable {
        /// Nobody that this machine trusts signed the certificate.
        case unknownIssuer
        /// The certificate is for another name.
        case wrongName
        /// The certificate has expired, or is not valid yet.
        case expired
        /// The key is not the one that was pinned.
        case pinMismatch
        /// The extra CA file cannot be read.
        case unreadableAuthorities
        /// Anything else, such as no common protocol.
        case handshake
    }

    /// What happened.
    package let code: Code
    /// Origin and path, without query.
    package let place: String
    /// The status, where the server answered one.
    package let status: Int?
    /// How long the server wants to be left alone; a day at most.
    package let retryAfter: Duration?
    /// What the library or the system said: short, without control characters.
    package let detail: String

    /// Makes an error; `detail` is cleaned and cut.
    package init(
        _ code: Code, place: String, status: Int? = nil, retryAfter: Duration? = nil, detail: String = ""
    ) {
        self.code = code
        self.place = place
        self.status = status
        self.retryAfter = retryAfter
        self.detail = HTTPError.cleaned(detail)
    }

    /// Text of others, cut to 200 characters and without anything a terminal could act on.
    package static func cleaned(_ text: String) -> String {
        var kept = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(200) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
                kept.append("\u{FFFD}")
            default: kept.append(scalar)
            }
        }
        return String(kept)
    }
}
