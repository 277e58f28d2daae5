internal import Glibc

/// The time that the interface lives by; tests give their own.
package struct UIClock: Sendable {
    /// Time since some moment that does not change; never goes back.
    package let now: @Sendable () -> Duration

    /// A clock that asks `now`.
    package init(now: @escaping @Sendable () -> Duration) {
        self.now = now
    }

    /// The machine's monotonic clock.
    package static let system = UIClock {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
