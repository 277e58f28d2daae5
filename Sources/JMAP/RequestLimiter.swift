import Synchronization

/// Lets so many tasks through at once; the others wait in the order in which they came.
final class RequestLimiter: Sendable {
    private struct State {
        var limit: Int
        var inUse = 0
        /// Who waits, the first first.
        var waiters: [(ticket: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
        /// Tickets whose task was cancelled before it waited.
        var cancelled: Set<UInt64> = []
        var nextTicket: UInt64 = 0
    }

    private let state: Mutex<State>

    init(limit: Int) {
        state = Mutex(State(limit: max(1, limit)))
    }

    /// Changes how many are let through from now on.
    func setLimit(_ limit: Int) {
        let woken = state.withLock { state in
            state.limit = max(1, limit)
            return RequestLimiter.wake(&state)
        }
        for continuation in woken { continuation.resume(returning: true) }
    }

    /// Does something when it is this task's turn; throws `cancelled` when the task was cancelled while it waited.
    func run<Value: Sendable>(
        place: String, _ body: () async throws(JMAPError) -> Value
    ) async throws(JMAPError) -> Value {
        guard await acquire() else { throw JMAPError(.cancelled, place: place) }
        defer { release() }
        return try await body()
    }

    private func acquire() async -> Bool {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        // A ticket that was cancelled after its turn came is forgotten again.
        defer { state.withLock { _ = $0.cancelled.remove(ticket) } }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Bool? in
                    if state.cancelled.remove(ticket) != nil { return false }
                    if state.inUse < state.limit, state.waiters.isEmpty {
                        state.inUse += 1
                        return true
                    }
                    state.waiters.append((ticket, continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
                guard let index = state.waiters.firstIndex(where: { $0.ticket == ticket }) else {
                    state.cancelled.insert(ticket)
                    return nil
                }
                return state.waiters.remove(at: index).continuation
            }
            waiter?.resume(returning: false)
        }
    }

    private func release() {
        let woken = state.withLock { state in
            state.inUse -= 1
            return RequestLimiter.wake(&state)
        }
        for continuation in woken { continuation.resume(returning: true) }
    }

    private static func wake(_ state: inout State) -> [CheckedContinuation<Bool, Never>] {
        var woken: [CheckedContinuation<Bool, Never>] = []
        while state.inUse < state.limit, !state.waiters.isEmpty {
            state.inUse += 1
            woken.append(state.waiters.removeFirst().continuation)
        }
        return woken
    }
}
