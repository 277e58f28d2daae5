import Glibc

/// Time as the synchronisation sees it: a seam for tests.
package struct SyncClock: Sendable {
    /// Time that never jumps, from any beginning.
    package var now: @Sendable () -> Duration
    /// The calendar's time, in seconds since 1970.
    package var date: @Sendable () -> Int64
    /// Waits; throws when the task is cancelled.
    package var sleep: @Sendable (Duration) async throws -> Void

    package init(
        now: @escaping @Sendable () -> Duration, date: @escaping @Sendable () -> Int64,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.now = now
        self.date = date
        self.sleep = sleep
    }

    /// The machine's clocks.
    package static let system: SyncClock = {
        let clock = ContinuousClock()
        let start = clock.now
        return SyncClock(
            now: { clock.now - start }, date: { Int64(time(nil)) },
            sleep: { duration in try await clock.sleep(for: duration) })
    }()
}
