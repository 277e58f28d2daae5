import JMAP
import Synchronization

/// Wakes a waiting loop when the server tells of a change, so that it need not ask all the time.
final class Bell: Sendable {
    private struct Inside {
        var isRung = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let client: JMAPClient
    private let inside = Mutex(Inside())

    init(client: JMAPClient) {
        self.client = client
    }

    /// Listens until it is cancelled; without push the loop goes by the clock alone.
    func listen() async {
        while !Task.isCancelled {
            do {
                for try await event in client.push(types: ["Email"]) {
                    if case .state = event { ring() }
                    if case .unsupported = event { return }
                }
            } catch {
                // A stream that broke is opened again; meanwhile the clock wakes the loop.
            }
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// Waits for a ring, at most so long.
    func wait(milliseconds: Int) async {
        let timer = Task {
            try? await Task.sleep(for: .milliseconds(milliseconds))
            ring()
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let resumesNow = inside.withLock { inside in
                    if inside.isRung { return true }
                    inside.waiter = continuation
                    return false
                }
                if resumesNow { continuation.resume() }
            }
        } onCancel: {
            ring()
        }
        inside.withLock { $0.isRung = false }
        timer.cancel()
    }

    /// Wakes the loop.
    func ring() {
        let waiter = inside.withLock { inside in
            inside.isRung = true
            let waiter = inside.waiter
            inside.waiter = nil
            return waiter
        }
        waiter?.resume()
    }
}
