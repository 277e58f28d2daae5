import CCurl

extension Transfer {
    /// The error that curl's code stands for, read while the handle is still there.
    func failure(for code: CURLcode, _ easy: UnsafeMutableRawPointer) -> HTTPError {
        if let stopped { return stopped }
        let text = errorText.baseAddress.map { String(cString: $0) } ?? ""
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return failure(.unknownHost)
        case CURLE_COULDNT_CONNECT:
            let refused = text.contains("refused") || text.contains("Couldn't connect")
            return failure(refused ? .refused : .unreachable, detail: refused ? "" : text)
        case CURLE_OPERATION_TIMEDOUT: return failure(hasConnected(easy) ? .stalled : .connectTimeout)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR: return failure(.tls(verification(easy, text)))
        case CURLE_SSL_PINNEDPUBKEYNOTMATCH: return failure(.tls(.pinMismatch))
        case CURLE_SSL_CACERT_BADFILE: return failure(.tls(.unreadableAuthorities), detail: text)
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_USE_SSL_FAILED:
            return failure(.tls(.handshake), detail: text)
        case CURLE_FILESIZE_EXCEEDED:
            return failure(.tooLarge, detail: "more than \(request.limits.bodyBytes) bytes")
        case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_HTTP2_STREAM, CURLE_HTTP2:
            return failure(.cut)
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING:
            return failure(.malformed, detail: text)
        case CURLE_URL_MALFORMAT: return failure(.invalidURL, detail: text)
        default: return failure(.unreachable, detail: text.isEmpty ? String(cString: curl_easy_strerror(code)) : text)
        }
    }

    private func hasConnected(_ easy: UnsafeMutableRawPointer) -> Bool {
        var microseconds: curl_off_t = 0
        return ccurl_get_offset(easy, CURLINFO_PRETRANSFER_TIME_T, &microseconds) == CURLE_OK && microseconds > 0
    }

    /// What is wrong with a certificate: OpenSSL's number of it (`x509_vfy.h`), else curl's words.
    private func verification(_ easy: UnsafeMutableRawPointer, _ text: String) -> HTTPError.TLSFailure {
        var number = 0
        if ccurl_get_long(easy, CURLINFO_SSL_VERIFYRESULT, &number) == CURLE_OK {
            switch number {
            case 9, 10: return .expired
            case 62, 63, 64: return .wrongName
            // curl begins with 1, before it knows; the name is compared by curl itself.
            case 0, 1: break
            default: return .unknownIssuer
            }
        }
        return text.contains("subject") || text.contains("match") ? .wrongName : .unknownIssuer
    }
}
