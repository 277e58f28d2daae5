import JMAP

/// A last day on which something holds, as people write it; days are UTC's.
package enum EndDate {
    /// Seconds of a day.
    private static let day: Int64 = 86_400
    /// The farthest end that reviewers can give, in seconds from now: 366 days.
    package static let farthest: Int64 = 366 * day

    /// The first second after the end: of `2026-12-31`, a moment such as `2026-12-31T12:00:00Z`, or `30d` from now.
    ///
    /// - Returns: Seconds since 1970; nil where it is none of these.
    package static func parse(_ text: String, now: Int64) -> Int64? {
        if text.last == "d", let days = Int64(text.dropLast()), (1...36_600).contains(days) {
            return (now / day + days + 1) * day
        }
        if text.utf8.count == 10, let start = UTCDate("\(text)T00:00:00Z") { return start.seconds + day }
        return UTCDate(text)?.seconds
    }

    /// The end as people read it: the last whole day, or the moment.
    package static func text(_ end: Int64) -> String {
        guard end % day == 0 else { return UTCDate(seconds: end).description }
        return String(UTCDate(seconds: end - 1).description.prefix(10))
    }
}
