import Synchronization

/// Wakes one waiting task. A bell that rings while nobody waits is heard by the next one who does.
final class Bell: Sendable {
    /// Whether it rang unheard, and who waits; never both.
    private struct State {
        var hasRung = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func ring() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            defer { state.waiter = nil }
            if state.waiter == nil { state.hasRung = true }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Forgets that it rang.
    func clear() {
        state.withLock { $0.hasRung = false }
    }

    /// Waits until it rings, or until the task is cancelled.
    func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let earlier = state.withLock { state -> CheckedContinuation<Void, Never>? in
                    if state.hasRung || Task.isCancelled {
                        state.hasRung = false
                        return continuation
                    }
                    // One task waits at a time; should there be another, it looks again.
                    defer { state.waiter = continuation }
                    return state.waiter
                }
                earlier?.resume()
            }
        } onCancel: {
            state.withLock { state -> CheckedContinuation<Void, Never>? in
                defer { state.waiter = nil }
                return state.waiter
            }?.resume()
        }
    }

    /// Waits until it rings, the time is over, or the task is cancelled.
    func wait(upTo duration: Duration, _ clock: SyncClock) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            group.addTask { try? await clock.sleep(duration) }
            await group.next()
            group.cancelAll()
        }
    }
}
