import FoundationEssentials
import HTTPTransport

/// What a push stream tells (RFC 8620, 7.3).
package enum PushEvent: Sendable, Hashable {
    /// The stream stands: what changes from now on is told, so catch up with what changed before now.
    case opened
    /// Something changed.
    case state(StateChange)
    /// The server is still there.
    case ping
    /// The server has no push: ask for changes from time to time. The stream ends.
    case unsupported
}

extension JMAPClient {
    /// Opens the server's event stream for these kinds of objects, all of them when there are none.
    ///
    /// The stream ends when the server ends it, and throws `JMAPError` when it breaks or has been silent for
    /// longer than the options allow. It never opens itself again: whoever reads it decides when.
    package func push(types: [String] = []) -> AsyncThrowingStream<PushEvent, any Error> {
        let reader = PushReader(client: self, types: types)
        return AsyncThrowingStream { () async throws -> PushEvent? in try await reader.next() }
    }
}

/// Reads the events of one stream; opens it with the first read.
private actor PushReader {
    private let client: JMAPClient
    private let types: [String]
    private var events: AsyncThrowingStream<HTTPStreamElement, any Error>.Iterator?
    private var isOver = false

    init(client: JMAPClient, types: [String]) {
        self.client = client
        self.types = types
    }

    func next() async throws(JMAPError) -> PushEvent? {
        if isOver { return nil }
        if events == nil, try await open() == false { return end(with: .unsupported) }
        while let element = try await read() {
            switch element {
            case .opened(let head):
                if head.status == 204 { return end(with: .unsupported) }
                guard head.mediaType == "text/event-stream" else {
                    isOver = true
                    throw JMAPError(.notJMAP, place: head.place, detail: "its push is no event stream")
                }
                return .opened
            case .event(let event):
                if event.name == "ping" { return .ping }
                if event.name == "state" { return .state(try change(event)) }
            }
        }
        return end(with: nil)
    }

    private func end(with event: PushEvent?) -> PushEvent? {
        isOver = true
        events = nil
        return event
    }

    /// Starts the stream; false when the session names none.
    private func open() async throws(JMAPError) -> Bool {
        let values = ["types": types.isEmpty ? "*" : types.joined(separator: ","), "closeafter": "no", "ping": "30"]
        guard let target = try await client.session().eventSourceTemplate?.expand(values) else { return false }
        var request = try await client.request(.get, target)
        request.headers["Accept"] = "text/event-stream"
        request.timeouts = .stream(silence: client.options.pushSilence)
        events = client.transport.events(request).makeAsyncIterator()
        return true
    }

    private func read() async throws(JMAPError) -> HTTPStreamElement? {
        guard var iterator = events else { return nil }
        do {
            let element = try await iterator.next(isolation: self)
            events = iterator
            return element
        } catch let error as HTTPError {
            isOver = true
            throw JMAPError(error)
        } catch {
            isOver = true
            throw JMAPError(.cancelled, place: client.place)
        }
    }

    private func change(_ event: ServerSentEvent) throws(JMAPError) -> StateChange {
        do throws(JSONError) {
            return try JSONReader.read(from: Array(event.data.utf8))
        } catch {
            throw JMAPError(error, place: client.place, method: "the push stream")
        }
    }
}
