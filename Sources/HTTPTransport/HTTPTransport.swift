/// Sends HTTP requests with libcurl: one thread of its own drives all transfers and keeps their connections alive.
///
/// TLS is always verified; plain http is for loopback alone; redirects are followed only inside their origin; the
/// proxies of the environment are not used for loopback. The thread starts with the first request and ends when the
/// transport is released.
package final class HTTPTransport: HTTPClient {
    /// What holds for every request.
    package struct Options: Sendable, Hashable {
        /// A file of further certificate authorities in PEM form, beside those of the system.
        package var extraAuthorities: String?
        /// The server's public key as `sha256//BASE64`, several joined by `;`: by itself it is what the server is known
        /// by, whoever signed its certificate; with `extraAuthorities` both must hold.
        package var pinnedKey: String?
        /// Whether compressed answers are asked for from loopback too, where they cost more than they save.
        package var compressesLoopback: Bool
        /// What the program calls itself.
        package var userAgent: String

        /// Makes options.
        package init(
            extraAuthorities: String? = nil, pinnedKey: String? = nil, compressesLoopback: Bool = false,
            userAgent: String = "agenticmail"
        ) {
            self.extraAuthorities = extraAuthorities
            self.pinnedKey = pinnedKey
            self.compressesLoopback = compressesLoopback
            self.userAgent = userAgent
        }
    }

    private let engine = TransferEngine()
    private let options: Options

    /// Makes a transport; nothing is opened yet.
    package init(options: Options = Options()) {
        self.options = options
    }

    deinit {
        engine.stop()
    }

    package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let outcome = try await run(PreparedRequest(request, options: options, streams: false), into: .memory)
        return HTTPResponse(head: outcome.head, body: outcome.body)
    }

    package func download(_ request: HTTPRequest, to path: String) async throws(HTTPError) -> HTTPDownload {
        let prepared = try PreparedRequest(request, options: options, streams: false)
        let file = try DownloadFile(destination: path, place: prepared.target.place)
        let outcome = try await run(prepared, into: .file(file))
        if let failure = outcome.head.failure { throw failure }
        return HTTPDownload(head: outcome.head, bytes: outcome.bodyBytes)
    }

    package func events(_ request: HTTPRequest) -> AsyncThrowingStream<HTTPStreamElement, any Error> {
        let reader = EventStreamReader(engine: engine, request: request, options: options)
        return AsyncThrowingStream { () async throws -> HTTPStreamElement? in try await reader.next() }
    }

    private func run(_ request: PreparedRequest, into sink: Transfer.Sink) async throws(HTTPError) -> Transfer.Outcome {
        let transfer = Transfer(request, sink: sink)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Transfer.Result, Never>) in
                engine.start(transfer) { continuation.resume(returning: $0) }
            }
        } onCancel: {
            engine.cancel(transfer)
        }
        return try result.get()
    }
}
