import CCurl
import DNS
import HTTPTransport
import JMAP
import Threads

extension SendingProver {
    /// Logging in at the submission listener, in each way that the credential could be given there.
    func smtpDoors() async -> [Door] {
        guard let smtp else {
            return [
                Door(
                    id: "smtp.plain", name: "SMTP login", state: .absent, evidence: "no submission listener was named")
            ]
        }
        let secret: String
        switch credential {
        case .bearer(let key): secret = key
        case .basic(_, let password): secret = password
        }
        var doors: [Door] = []
        for way in [SMTPLogin.Way.password, .bearer] {
            let login = SMTPLogin(place: smtp, user: address, secret: secret, way: way)
            doors.append(await login.door())
        }
        return doors
    }
}

/// What a submission listener has answered, as far as it matters.
private final class SMTPReplies {
    /// Whether a login was accepted (RFC 4954, 6).
    private(set) var haveAcceptedLogin = false

    func note(_ line: UnsafeRawBufferPointer) {
        if line.prefix(3).elementsEqual("235".utf8) { haveAcceptedLogin = true }
    }
}

/// One login at a submission listener that sends nothing.
struct SMTPLogin: Sendable {
    /// How the secret is given.
    enum Way: Sendable {
        /// As a password (PLAIN, LOGIN).
        case password
        /// As a token (OAUTHBEARER, XOAUTH2).
        case bearer
    }

    let place: SendingProver.SMTPPlace
    let user: String
    let secret: String
    let way: Way

    /// Logs in and out again, on a thread of its own; ten seconds at most.
    func door() async -> Door {
        await withCheckedContinuation { continuation in
            DetachedThread.run { continuation.resume(returning: tried()) }
        }
    }

    private func tried() -> Door {
        let (id, name) = way == .password ? ("smtp.plain", "SMTP login") : ("smtp.bearer", "SMTP login by token")
        func door(_ state: Door.State, _ evidence: String) -> Door {
            Door(id: id, name: name, state: state, evidence: evidence)
        }
        guard let curl = curl_easy_init() else { return door(.uncertain, "libcurl has no memory") }
        defer { curl_easy_cleanup(curl) }
        let host = place.host.contains(":") ? "[\(place.host)]" : place.host
        ccurl_set_string(curl, CURLOPT_URL, "smtp://\(host):\(place.port)/localhost")
        ccurl_set_string(curl, CURLOPT_PROTOCOLS_STR, "smtp")
        ccurl_set_long(curl, CURLOPT_USE_SSL, Int(CURLUSESSL_TRY.rawValue))
        ccurl_set_long(curl, CURLOPT_TIMEOUT, 10)
        ccurl_set_long(curl, CURLOPT_NOSIGNAL, 1)
        ccurl_set_long(curl, CURLOPT_NOBODY, 1)
        ccurl_set_string(curl, CURLOPT_CUSTOMREQUEST, "NOOP")
        // On this machine itself nobody stands between, and test servers have no certificate that anybody signed.
        if isLoopback {
            ccurl_set_long(curl, CURLOPT_SSL_VERIFYPEER, 0)
            ccurl_set_long(curl, CURLOPT_SSL_VERIFYHOST, 0)
        }
        ccurl_set_string(curl, CURLOPT_USERNAME, user)
        let replies = SMTPReplies()
        ccurl_set_pointer(curl, CURLOPT_HEADERDATA, Unmanaged.passUnretained(replies).toOpaque())
        ccurl_set_data_function(curl, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            guard let bytes, let context else { return size * count }
            // The replies are alive for as long as the transfer, which is on this thread.
            Unmanaged<SMTPReplies>.fromOpaque(context).takeUnretainedValue()
                .note(UnsafeRawBufferPointer(start: bytes, count: size * count))
            return size * count
        }
        switch way {
        case .password: ccurl_set_string(curl, CURLOPT_PASSWORD, secret)
        case .bearer: ccurl_set_string(curl, CURLOPT_XOAUTH2_BEARER, secret)
        }
        let result = withExtendedLifetime(replies) { curl_easy_perform(curl) }
        var status = 0
        ccurl_get_long(curl, CURLINFO_RESPONSE_CODE, &status)
        switch result {
        // Where the server offers no way to log in that curl can use, it goes on without.
        case CURLE_OK where !replies.haveAcceptedLogin: return door(.absent, "no login of this kind is offered there")
        case CURLE_OK: return door(.open, "the login is accepted")
        case CURLE_LOGIN_DENIED: return door(.refused, "the login is refused (\(status))")
        case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST:
            return door(.absent, "\(place.host):\(place.port) is not reached")
        case CURLE_PEER_FAILED_VERIFICATION where !place.isRequired:
            return door(.absent, "the certificate of \(place.host):\(place.port) is not trusted")
        default: return door(.uncertain, String(cString: curl_easy_strerror(result)))
        }
    }

    private var isLoopback: Bool { (try? Origin(parsing: "http://\(place.host):1"))?.isLoopback ?? false }
}
