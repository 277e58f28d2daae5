/// The beginning of an answer: what is known before the body.
package struct HTTPResponseHead: Sendable, Hashable {
    /// The status code, 200 to 599.
    package let status: Int
    /// The header fields.
    package let headers: HTTPHeaders
    /// Origin and path that answered (after redirects), without query.
    package let place: String

    /// Makes a head; tests and the sandbox make their own.
    package init(status: Int, headers: HTTPHeaders = [:], place: String = "") {
        self.status = status
        self.headers = headers
        self.place = place
    }

    /// The media type in lower case without parameters, "" when there is none.
    package var mediaType: String {
        let value = headers["Content-Type"] ?? ""
        let end = value.firstIndex(of: ";") ?? value.endIndex
        return value[..<end].filter { $0 != " " && $0 != "\t" }.lowercased()
    }

    /// How long the server wants to be left alone, from `Retry-After` (seconds or a date); a day at most.
    package var retryAfter: Duration? { RetryAfter.duration(in: headers) }

    /// The error that the status stands for; nil for 2xx.
    package var failure: HTTPError? {
        let code: HTTPError.Code
        switch status {
        case 200...299: return nil
        case 401: code = .unauthorized
        case 403: code = .forbidden
        case 404: code = .notFound
        case 429: code = .rateLimited
        case 500...599: code = .unavailable
        default: code = .status
        }
        return HTTPError(code, place: place, status: status, retryAfter: retryAfter)
    }
}

/// A whole answer.
package struct HTTPResponse: Sendable {
    /// Status and header fields.
    package let head: HTTPResponseHead
    /// The body, decompressed.
    package let body: [UInt8]

    /// Makes an answer; tests and faults make their own.
    package init(head: HTTPResponseHead, body: [UInt8] = []) {
        self.head = head
        self.body = body
    }

    /// Makes an answer from its parts; tests and faults make their own.
    package init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.init(head: HTTPResponseHead(status: status, headers: headers), body: body)
    }

    /// The status code.
    package var status: Int { head.status }
    /// The header fields.
    package var headers: HTTPHeaders { head.headers }

    /// The answer itself when its status is 2xx; throws what the status stands for otherwise.
    package func checked() throws(HTTPError) -> HTTPResponse {
        if let failure = head.failure { throw failure }
        return self
    }
}

/// What came of a download.
package struct HTTPDownload: Sendable {
    /// Status and header fields.
    package let head: HTTPResponseHead
    /// The size of the file in bytes.
    package let bytes: Int

    /// Makes a result; tests and faults make their own.
    package init(head: HTTPResponseHead, bytes: Int) {
        self.head = head
        self.bytes = bytes
    }
}
