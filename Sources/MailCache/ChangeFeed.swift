import Synchronization

/// Hands each change to every subscriber, joined with those that the subscriber has not taken yet.
final class ChangeFeed: Sendable {
    /// What one subscriber has not taken yet. Only the feed adds to it, only the subscriber's stream takes from it.
    private final class Subscriber: Sendable {
        let pending = Mutex(CacheChange())
        let bell: AsyncStream<Void>.Continuation

        init(bell: AsyncStream<Void>.Continuation) {
            self.bell = bell
        }
    }

    /// Who listens, by number; numbers are never used again.
    private struct State {
        var next = 0
        var subscribers: [Int: Subscriber] = [:]
    }

    private let state = Mutex(State())

    func publish(_ change: CacheChange) {
        guard !change.isEmpty else { return }
        for subscriber in state.withLock({ Array($0.subscribers.values) }) {
            subscriber.pending.withLock { $0.merge(change) }
            subscriber.bell.yield()
        }
    }

    func subscribe() -> AsyncStream<CacheChange> {
        // One bell that has rung is enough: what it stands for waits in `pending`.
        let (bells, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let subscriber = Subscriber(bell: bell)
        let number = state.withLock { state in
            defer { state.next += 1 }
            state.subscribers[state.next] = subscriber
            return state.next
        }
        bell.onTermination = { [weak self] _ in
            self?.state.withLock { $0.subscribers[number] = nil }
        }
        return AsyncStream {
            for await _ in bells {
                let change = subscriber.pending.withLock { pending in
                    defer { pending = CacheChange() }
                    return pending
                }
                if !change.isEmpty { return change }
            }
            return nil
        }
    }
}
