import Synchronization

/// Holds a value and hands its newest form to every subscriber; what a slow one misses is replaced, not queued.
package final class StatusFeed<Value: Sendable & Equatable>: Sendable {
    /// The value and who listens, by numbers that are never used again.
    private struct State {
        var value: Value
        var next = 0
        var subscribers: [Int: AsyncStream<Value>.Continuation] = [:]
    }

    private let state: Mutex<State>
    /// Held while subscribers are told, so that none gets an older value after a newer one. Not the lock of the state:
    /// a task that is cancelled holds its own lock while its stream's end takes that one, and to be told it needs its own.
    private let telling = Mutex<Void>(())

    package init(_ value: Value) {
        state = Mutex(State(value: value))
    }

    /// The value now.
    package var value: Value { state.withLock { $0.value } }

    /// Changes the value and hands it on where it is another then.
    package func update(_ change: (inout Value) -> Void) {
        telling.withLock { _ in
            let told = state.withLock { state -> (Value, [AsyncStream<Value>.Continuation])? in
                let before = state.value
                change(&state.value)
                return state.value == before ? nil : (state.value, Array(state.subscribers.values))
            }
            guard let (value, subscribers) = told else { return }
            for subscriber in subscribers { subscriber.yield(value) }
        }
    }

    /// The value now, and then whenever it changes.
    package func subscribe() -> AsyncStream<Value> {
        let (stream, continuation) = AsyncStream.makeStream(of: Value.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            defer { state.next += 1 }
            state.subscribers[state.next] = continuation
            continuation.yield(state.value)
            return state.next
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.subscribers[number] = nil }
        }
        return stream
    }
}
