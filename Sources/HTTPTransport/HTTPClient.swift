/// What sends requests: the transport itself, or something around it that tests use to make faults.
package protocol HTTPClient: Sendable {
    /// Sends a request and collects the answer, whatever its status.
    ///
    /// Throws when no whole answer came, or one above the request's limits. Cancelling the task aborts the transfer.
    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse

    /// Sends a request and writes the answer into a new file of mode 0600 that appears only when it is complete.
    ///
    /// Throws for a status that is no success, for an answer above the limits, and when the file exists already.
    func download(_ request: HTTPRequest, to path: String) async throws(HTTPError) -> HTTPDownload

    /// Opens an event stream: first `.opened`, then its events; it ends when the server ends it.
    ///
    /// Throws `HTTPError`. A reader that is slow slows the server; dropping the stream aborts the transfer.
    func events(_ request: HTTPRequest) -> AsyncThrowingStream<HTTPStreamElement, any Error>
}

/// What an event stream yields.
package enum HTTPStreamElement: Sendable, Hashable {
    /// The header fields have come, and the status is a success: what happens on the server from now on is told.
    case opened(HTTPResponseHead)
    /// One event.
    case event(ServerSentEvent)
}

extension HTTPClient {
    /// Sends the bytes of a file as the body of a POST.
    package func upload(file path: String, as request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        var request = request
        request.method = .post
        request.body = .file(path)
        return try await send(request)
    }
}

/// A client whose ways can be replaced one by one, each with the real client at hand: the seam for faults in tests.
package struct HTTPInterceptor: HTTPClient {
    /// Stands in for `send`.
    package typealias Send = @Sendable (HTTPRequest, any HTTPClient) async throws(HTTPError) -> HTTPResponse
    /// Stands in for `download`.
    package typealias Download = @Sendable (HTTPRequest, String, any HTTPClient) async throws(HTTPError) -> HTTPDownload
    /// Stands in for `events`.
    package typealias Events =
        @Sendable (HTTPRequest, any HTTPClient) -> AsyncThrowingStream<HTTPStreamElement, any Error>

    private let base: any HTTPClient
    private let onSend: Send?
    private let onDownload: Download?
    private let onEvents: Events?

    /// Wraps a client; what is nil goes straight to it.
    package init(
        _ base: any HTTPClient, send: Send? = nil, download: Download? = nil, events: Events? = nil
    ) {
        self.base = base
        onSend = send
        onDownload = download
        onEvents = events
    }

    package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        if let onSend { return try await onSend(request, base) }
        return try await base.send(request)
    }

    package func download(_ request: HTTPRequest, to path: String) async throws(HTTPError) -> HTTPDownload {
        if let onDownload { return try await onDownload(request, path, base) }
        return try await base.download(request, to: path)
    }

    package func events(_ request: HTTPRequest) -> AsyncThrowingStream<HTTPStreamElement, any Error> {
        if let onEvents { return onEvents(request, base) }
        return base.events(request)
    }
}
