package import JMAP
import Synchronization

/// Wakes a waiting loop when something moved, and keeps what it was until the loop takes it.
package final class Bell: Sendable {
    /// What moved since it was taken last.
    package struct Moved: Sendable, Hashable {
        /// The accounts that are known to have moved.
        package var accounts: Set<AccountID> = []
        /// Whether anything may have moved: a stream that stands anew tells nothing of the time before.
        package var isAnything = false

        /// Whether nothing is known to have moved.
        package var isNothing: Bool { accounts.isEmpty && !isAnything }

        /// Nothing has moved.
        package init() {}
    }

    private struct Inside {
        var isRung = false
        var moved = Moved()
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let client: JMAPClient
    private let inside = Mutex(Inside())

    package init(client: JMAPClient) {
        self.client = client
    }

    /// Listens to the server's events of the login's own account and its groups until it is cancelled; without push the
    /// loop goes by the clock alone.
    package func listen() async {
        while !Task.isCancelled {
            do {
                for try await event in client.push(types: ["Email"]) {
                    switch event {
                    case .opened: ringForAnything()
                    case .state(let change): ring(Set(change.changed.keys))
                    case .ping: break
                    case .unsupported: return
                    }
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

    /// What moved since this was asked last.
    package func take() -> Moved {
        inside.withLock { inside in
            defer { inside.moved = Moved() }
            return inside.moved
        }
    }

    /// Wakes the loop, or keeps it from its next wait; these accounts have moved.
    package func ring(_ accounts: Set<AccountID> = []) {
        inside.withLock {
            $0.isRung = true
            $0.moved.accounts.formUnion(accounts)
        }
        wake()
    }

    /// Wakes the loop to look at everything.
    private func ringForAnything() {
        inside.withLock { $0.moved.isAnything = true }
        ring()
    }

    private func wake() {
        let waiter = inside.withLock { inside in
            defer { inside.waiter = nil }
            return inside.waiter
        }
        waiter?.resume()
    }
}
