extension HTTPError: CustomStringConvertible {
    /// Sentence and cure.
    package var description: String { "\(sentence) \(cure)" }

    /// What happened and where, in one sentence.
    package var sentence: String {
        let because = detail.isEmpty ? "" : " (\(detail))"
        switch code {
        case .invalidURL: return "\(place) is not an address of a server that can be used\(because)."
        case .invalidRequest: return "The request to \(place) could not be made\(because)."
        case .insecure: return "\(place) is plain http on another machine, which would show the password to anyone."
        case .unknownHost: return "The name of \(place) has no address\(because)."
        case .refused: return "Nothing listens at \(place)."
        case .unreachable: return "\(place) cannot be reached\(because)."
        case .connectTimeout: return "\(place) did not take the connection in time."
        case .stalled: return "\(place) stopped answering in the middle of an answer, or never began one."
        case .silent: return "The stream of \(place) has been silent for too long."
        case .tls(let failure): return tlsSentence(failure, because)
        case .redirectElsewhere: return "\(place) sends to another server\(because), where nothing was sent."
        case .redirectLoop: return "\(place) sends from one page to the next without an end\(because)."
        case .tooLarge: return "The answer of \(place) is larger than allowed\(because)."
        case .headersTooLarge: return "The answer of \(place) has more header lines than allowed."
        case .cut: return "The connection to \(place) ended before the answer was complete."
        case .malformed: return "What \(place) answered is not HTTP\(because)."
        case .cancelled: return "The request to \(place) was cancelled."
        case .file: return "A file could not be used for \(place)\(because)."
        case .closed: return "The connection to \(place) has been shut down."
        case .unauthorized: return "\(place) refused the login (401)."
        case .forbidden: return "\(place) knows the login and refuses it (403)."
        case .notFound: return "There is nothing at \(place) (404)."
        case .rateLimited: return "\(place) wants fewer requests (429)."
        case .unavailable: return "\(place) cannot answer now (\(status ?? 500))."
        case .status: return "\(place) answered with status \(status ?? 0)."
        }
    }

    /// What to do about it, in one sentence.
    package var cure: String {
        switch code {
        case .invalidURL: return "Give it as https://HOST or https://HOST:PORT."
        case .invalidRequest: return "Look for line breaks or control characters in the login."
        case .insecure: return "Use https, or a tunnel to a loopback address."
        case .unknownHost: return "Check the spelling of the host and the network."
        case .refused: return "Check the port, and that the server runs."
        case .unreachable, .connectTimeout: return "Check the network, and that the server runs."
        case .stalled, .silent, .cut: return "Try again; if it stays, look at the server or a proxy between."
        case .tls(let failure): return tlsCure(failure)
        case .redirectElsewhere: return "If that server is the right one, configure its address itself."
        case .redirectLoop: return "Configure the address that the server should end at."
        case .tooLarge, .headersTooLarge: return "Ask for less at once, or raise the limit."
        case .malformed: return "Check that the address and the port are those of the mail server."
        case .cancelled: return "Start it again when it is wanted."
        case .file: return "Check the path, its rights and the space on the disk."
        case .closed: return "Start the program again."
        case .unauthorized: return "Check the user name and the password or key."
        case .forbidden: return "Ask the operator whether the account is suspended or lacks a right."
        case .notFound: return "Check the address of the server."
        case .rateLimited, .unavailable: return "Wait\(waiting) and try again."
        case .status: return "Check that the address is that of the mail server."
        }
    }

    private var waiting: String {
        guard let retryAfter else { return "" }
        return " \(max(1, retryAfter.components.seconds)) s"
    }

    private func tlsSentence(_ failure: TLSFailure, _ because: String) -> String {
        switch failure {
        case .unknownIssuer: "The certificate of \(place) is not signed by anybody this machine trusts."
        case .wrongName: "The certificate of \(place) is for another name."
        case .expired: "The certificate of \(place) has expired or is not valid yet."
        case .pinMismatch: "The key of \(place) is not the pinned one."
        case .unreadableAuthorities: "The file of extra certificate authorities cannot be used\(because)."
        case .handshake: "TLS with \(place) failed\(because)."
        }
    }

    private func tlsCure(_ failure: TLSFailure) -> String {
        switch failure {
        case .unknownIssuer: "If you know it to be right, name its authority's certificate (ca-file) or its key (pinned-key)."
        case .wrongName: "Configure the name that the certificate is for."
        case .expired: "Renew the certificate on the server, and check the clocks."
        case .pinMismatch: "If the server's key was changed on purpose, pin the new one; if not, do not log in."
        case .unreadableAuthorities: "Name a readable file with certificates in PEM form."
        case .handshake: "Check that the port speaks TLS, 1.2 or newer."
        }
    }
}
