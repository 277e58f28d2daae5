import CCurl

extension Transfer {
    /// Tells a fresh handle everything about the request; gives false when curl lacks memory for it.
    func configure(_ easy: UnsafeMutableRawPointer) -> Bool {
        let context = Unmanaged.passUnretained(self).toOpaque()
        let origin = target.origin
        var results: [CURLcode] = [
            ccurl_set_string(easy, CURLOPT_URL, target.text),
            ccurl_set_pointer(easy, CURLOPT_PRIVATE, context),
            ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText.baseAddress),
            ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1),
            ccurl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0),
            ccurl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https"),
            // What a proxy says before the server does is not the answer.
            ccurl_set_long(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1),
            ccurl_set_close_on_exec(easy),
            ccurl_set_before_function(easy, Transfer.beforeFunction),
            ccurl_set_pointer(easy, CURLOPT_PREREQDATA, context),
            // A name lookup that hangs must not hold up the other transfers when it is given up.
            ccurl_set_long(easy, CURLOPT_QUICK_EXIT, 1),
            ccurl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1),
            ccurl_set_long(easy, CURLOPT_BUFFERSIZE, request.streams ? 16 << 10 : 128 << 10),
            ccurl_set_long(
                easy, CURLOPT_HTTP_VERSION,
                origin.isSecure ? ccurl_http_version_2_over_tls : ccurl_http_version_1_1),
            ccurl_set_data_function(easy, CURLOPT_HEADERFUNCTION, Transfer.headerFunction),
            ccurl_set_pointer(easy, CURLOPT_HEADERDATA, context),
            ccurl_set_data_function(easy, CURLOPT_WRITEFUNCTION, Transfer.writeFunction),
            ccurl_set_pointer(easy, CURLOPT_WRITEDATA, context),
        ]
        if origin.isLoopback { results.append(ccurl_set_string(easy, CURLOPT_NOPROXY, "*")) }
        if !request.streams, !origin.isLoopback || request.options.compressesLoopback {
            // Empty: everything that curl can decompress.
            results.append(ccurl_set_string(easy, CURLOPT_ACCEPT_ENCODING, ""))
        }
        if !request.streams {
            results.append(ccurl_set_offset(easy, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(request.limits.bodyBytes)))
        }
        results += trust(easy) + waits(easy) + content(easy, context)
        return results.allSatisfy { $0 == CURLE_OK }
    }

    private func trust(_ easy: UnsafeMutableRawPointer) -> [CURLcode] {
        guard target.origin.isSecure else { return [] }
        // A key that is pinned by itself is the whole trust, as a known host is to ssh: it is compared in any case, and
        // nobody's word on names and dates is better than having the very key.
        let byPinAlone = request.options.pinnedKey != nil && request.options.extraAuthorities == nil
        var results = [
            ccurl_set_long(easy, CURLOPT_SSL_VERIFYPEER, byPinAlone ? 0 : 1),
            ccurl_set_long(easy, CURLOPT_SSL_VERIFYHOST, byPinAlone ? 0 : 2),
            ccurl_set_long(easy, CURLOPT_SSLVERSION, ccurl_tls_version_1_2),
            // The first answer tells whether HTTP/2 lets the next ones share the connection.
            ccurl_set_long(easy, CURLOPT_PIPEWAIT, 1),
        ]
        if let file = request.options.extraAuthorities {
            // The file stands in for the system's file of authorities; the system's folder of them stays.
            results.append(ccurl_set_string(easy, CURLOPT_CAINFO, file))
            results.append(ccurl_set_string(easy, CURLOPT_CAPATH, "/etc/ssl/certs"))
        }
        if let pin = request.options.pinnedKey {
            results.append(ccurl_set_string(easy, CURLOPT_PINNEDPUBLICKEY, pin))
        }
        return results
    }

    private func waits(_ easy: UnsafeMutableRawPointer) -> [CURLcode] {
        let timeouts = request.timeouts
        var results = [ccurl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Transfer.milliseconds(timeouts.connect))]
        if let stalled = timeouts.stalled {
            results.append(ccurl_set_long(easy, CURLOPT_LOW_SPEED_LIMIT, 100))
            let seconds = max(1, Transfer.milliseconds(stalled) / 1000)
            results.append(ccurl_set_long(easy, CURLOPT_LOW_SPEED_TIME, seconds))
        }
        if let total = timeouts.total {
            results.append(ccurl_set_long(easy, CURLOPT_TIMEOUT_MS, Transfer.milliseconds(total)))
        }
        return results
    }

    private func content(_ easy: UnsafeMutableRawPointer, _ context: UnsafeMutableRawPointer) -> [CURLcode] {
        for line in request.headerLines {
            guard let list = curl_slist_append(headerList, line) else { return [CURLE_OUT_OF_MEMORY] }
            headerList = list
        }
        var results = [ccurl_set_list(easy, CURLOPT_HTTPHEADER, headerList)]
        switch request.body {
        case .none where request.method == .get:
            results.append(ccurl_set_long(easy, CURLOPT_HTTPGET, 1))
            return results
        case .none:
            results.append(ccurl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, 0))
            results.append(ccurl_set_string(easy, CURLOPT_COPYPOSTFIELDS, ""))
        case .bytes(let bytes):
            results.append(ccurl_set_long(easy, CURLOPT_POST, 1))
            results.append(ccurl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count)))
            results.append(
                bytes.withUnsafeBytes { buffer in
                    // curl copies the bytes and does not change them.
                    ccurl_set_pointer(
                        easy, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: buffer.baseAddress) ?? context)
                })
        case .file(let file):
            results.append(ccurl_set_long(easy, CURLOPT_POST, 1))
            results.append(ccurl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(file.size)))
            results.append(ccurl_set_data_function(easy, CURLOPT_READFUNCTION, Transfer.readFunction))
            results.append(ccurl_set_pointer(easy, CURLOPT_READDATA, context))
            results.append(ccurl_set_seek_function(easy, Transfer.seekFunction))
            results.append(ccurl_set_pointer(easy, CURLOPT_SEEKDATA, context))
        }
        results.append(ccurl_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method.rawValue))
        return results
    }

    /// Whole milliseconds of a duration, at least one.
    static func milliseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        let whole = max(0, min(seconds, 1_000_000_000))
        return max(1, Int(whole) * 1000 + Int(max(0, attoseconds) / 1_000_000_000_000_000))
    }
}
