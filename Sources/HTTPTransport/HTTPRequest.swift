package import FoundationEssentials

/// One HTTP request.
package struct HTTPRequest: Sendable {
    /// What is asked of the server.
    package enum Method: String, Sendable, Hashable {
        /// Reads.
        case get = "GET"
        /// Acts.
        case post = "POST"
        /// Replaces.
        case put = "PUT"
        /// Changes a part.
        case patch = "PATCH"
        /// Removes.
        case delete = "DELETE"
    }

    /// What is sent along.
    package enum Body: Sendable {
        /// Nothing.
        case none
        /// Bytes from memory.
        case bytes([UInt8])
        /// The bytes of a regular file, streamed; the path is absolute or relative to the working folder.
        case file(String)
    }

    /// How much may come back.
    package struct Limits: Sendable, Hashable {
        /// The longest body in bytes, counted after decompression.
        package var bodyBytes: Int
        /// The bytes of all header lines together.
        package var headerBytes: Int
        /// The number of header lines.
        package var headerCount: Int
        /// How many redirects inside the origin are followed.
        package var redirects: Int

        /// Makes limits; the defaults suit JSON answers of a mail server.
        package init(
            bodyBytes: Int = 64 << 20, headerBytes: Int = 64 << 10, headerCount: Int = 200, redirects: Int = 5
        ) {
            self.bodyBytes = bodyBytes
            self.headerBytes = headerBytes
            self.headerCount = headerCount
            self.redirects = redirects
        }
    }

    /// How long is waited; nil waits without end.
    package struct Timeouts: Sendable, Hashable {
        /// Until the connection stands, name lookup and TLS included.
        package var connect: Duration
        /// A transfer slower than 100 bytes a second for this long is given up; whole seconds. Not for streams.
        package var stalled: Duration?
        /// A stream that sends nothing for this long is dead.
        package var silence: Duration?
        /// The whole transfer.
        package var total: Duration?

        /// Makes timeouts.
        package init(
            connect: Duration = .seconds(10), stalled: Duration? = .seconds(30), silence: Duration? = nil,
            total: Duration? = nil
        ) {
            self.connect = connect
            self.stalled = stalled
            self.silence = silence
            self.total = total
        }

        /// For an event stream: as long as it lives, with an optional limit of silence.
        package static func stream(silence: Duration? = nil) -> Timeouts {
            Timeouts(stalled: nil, silence: silence)
        }
    }

    /// What is asked of the server.
    package var method: Method
    /// Where: https, or http on a loopback address.
    package var url: URL
    /// The header fields; a credential goes into `Authorization` and is never shown.
    package var headers: HTTPHeaders
    /// What is sent along.
    package var body: Body
    /// How much may come back.
    package var limits: Limits
    /// How long is waited.
    package var timeouts: Timeouts

    /// Makes a request.
    package init(
        method: Method = .get, url: URL, headers: HTTPHeaders = [:], body: Body = .none, limits: Limits = Limits(),
        timeouts: Timeouts = Timeouts()
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.limits = limits
        self.timeouts = timeouts
    }
}

extension HTTPRequest: CustomStringConvertible {
    /// Method and place, without query, headers and body.
    package var description: String { "\(method.rawValue) \(HTTPTarget.place(of: url))" }
}
