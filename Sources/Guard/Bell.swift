package import JMAP
import Synchronization

/// Wakes a waiting loop when the server tells of a change, so that it need not ask all the time.
package final class Bell: Sendable {
    private struct Inside {
        var isRung = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let client: JMAPClient
    private let inside = Mutex(Inside())

    package init(client: JMAPClient) {
        self.client = client
    }

    /// Listens until it is cancelled; without push the loop goes by the clock alone.
    package func listen() async {
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
    ///
    /// - Returns: True where it was rung, also since the last wait; false where the time was over.
    @discardableResult
    package func wait(milliseconds: Int) async -> Bool {
        let timer = Mutex<Task<Void, Never>?>(nil)
        defer { timer.withLock { $0?.cancel() } }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let resumesNow = inside.withLock { inside in
                    if inside.isRung { return true }
                    inside.waiter = continuation
                    return false
                }
                if resumesNow {
                    continuation.resume()
                    return
                }
                // Only now: a time that is over before anybody waits would wake nobody.
                let task = Task {
                    // A timer that was cancelled must not wake the next wait.
                    guard (try? await Task.sleep(for: .milliseconds(milliseconds))) != nil else { return }
                    wake()
                }
                timer.withLock { $0 = task }
            }
        } onCancel: {
            ring()
        }
        return inside.withLock { inside in
            defer { inside.isRung = false }
            return inside.isRung
        }
    }

    /// Wakes the loop, or keeps it from its next wait.
    package func ring() {
        inside.withLock { $0.isRung = true }
        wake()
    }

    private func wake() {
        let waiter = inside.withLock { inside in
            defer { inside.waiter = nil }
            return inside.waiter
        }
        waiter?.resume()
    }
}
