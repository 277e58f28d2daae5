import Synchronization

/// Lets so many tasks through at once, in the order in which they came.
actor Lane {
    private let width: Int
    private var inUse = 0
    private var waiters: [CheckedContinuation<Void, Never>] = []

    init(width: Int) {
        self.width = max(1, width)
    }

    /// Waits for a place and keeps it while the closure runs. A cancelled task waits too; what it does then ends at once.
    nonisolated func run<T: Sendable, Failure: Error>(
        _ body: () async throws(Failure) -> T
    ) async throws(Failure) -> T {
        await enter()
        do throws(Failure) {
            let value = try await body()
            await leave()
            return value
        } catch {
            await leave()
            throw error
        }
    }

    private func enter() async {
        if inUse < width {
            inUse += 1
        } else {
            await withCheckedContinuation { waiters.append($0) }
        }
    }

    private func leave() {
        if waiters.isEmpty {
            inUse -= 1
        } else {
            // The place goes to the next one without becoming free in between.
            waiters.removeFirst().resume()
        }
    }
}
