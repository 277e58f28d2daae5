import HTTPTransport
import Sandbox
import Synchronization
import TestSupport

/// Reads one event stream in a task of its own and keeps what came.
final class StreamReader: Sendable {
    private struct State {
        var status: Int?
        var events: [ServerSentEvent] = []
        var hasEnded = false
        var error: HTTPError?
    }

    private let state = Mutex(State())
    private let task = Mutex<Task<Void, Never>?>(nil)

    /// Opens a stream; returns when it has opened or failed.
    static func open(_ client: SandboxClient, types: String = "*", closeAfter: String = "no") async throws
        -> StreamReader
    {
        let reader = StreamReader()
        var request = try client.request(
            .get, "/jmap/eventsource/?types=\(types)&closeafter=\(closeAfter)&ping=60")
        request.timeouts = .stream()
        let events = client.transport.events(request)
        reader.task.withLock { task in task = Task { await reader.read(events) } }
        _ = await soon { reader.state.withLock { $0.status != nil || $0.hasEnded } }
        return reader
    }

    private func read(_ events: AsyncThrowingStream<HTTPStreamElement, any Error>) async {
        do {
            for try await element in events {
                state.withLock { state in
                    switch element {
                    case .opened(let head): state.status = head.status
                    case .event(let event): state.events.append(event)
                    }
                }
            }
        } catch {
            state.withLock { $0.error = error as? HTTPError }
        }
        state.withLock { $0.hasEnded = true }
    }

    /// Goes away without a word to the server.
    func close() {
        task.withLock { $0?.cancel() }
    }

    var status: Int? { state.withLock { $0.status ?? $0.error?.status } }
    var count: Int { state.withLock { $0.events.count } }
    var hasEnded: Bool { state.withLock { $0.hasEnded } }
    var hasFailed: Bool { state.withLock { $0.error != nil } }

    /// The states that were told of one type of an account, in order.
    func states(_ account: String, _ type: String) -> [String] {
        let events = state.withLock { $0.events }
        return events.compactMap { event in
            (try? JSONValue(parsing: event.data))?["changed"]?[account]?[type]?.string
        }
    }

    /// Waits until a type of an account was told; false where it never is.
    func tells(_ account: String, _ type: String = "Email") async -> Bool {
        await soon { !self.states(account, type).isEmpty }
    }
}
