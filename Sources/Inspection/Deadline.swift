import Glibc

/// When an inspection must have come to an end.
struct Deadline: Sendable {
    private let end: Int64

    /// A deadline so many milliseconds from now.
    init(milliseconds: Int) {
        end = Deadline.now + Int64(milliseconds) * 1_000_000
    }

    /// Whether it is over.
    var hasPassed: Bool { Deadline.now >= end }

    private static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
