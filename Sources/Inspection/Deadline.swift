import Glibc

/// When a piece of work must have come to an end.
struct Deadline: Sendable {
    /// What is measured.
    enum Clock: Sendable {
        /// The time that this thread computes, so that a busy machine finds as much as an idle one.
        case thread
        /// The time that passes.
        case wall
    }

    private let end: Int64
    private let clock: Clock

    /// A deadline so many milliseconds from now.
    init(milliseconds: Int, _ clock: Clock = .thread) {
        self.clock = clock
        end = Self.now(clock) + Int64(milliseconds) * 1_000_000
    }

    /// Whether it is over.
    var hasPassed: Bool { Self.now(clock) >= end }

    private static func now(_ clock: Clock) -> Int64 {
        var time = timespec()
        clock_gettime(clock == .thread ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
