import Glibc

/// What time it is and where: the clock and time zone that the console shows times in.
///
/// Injected, so that snapshots are the same everywhere.
package struct LocalClock: Sendable {
    /// Seconds since 1970 in UTC, now.
    package var now: @Sendable () -> Int64
    /// Seconds east of UTC at an instant (seconds since 1970).
    package var offset: @Sendable (Int64) -> Int64

    /// Makes a clock of its two parts.
    package init(now: @escaping @Sendable () -> Int64, offset: @escaping @Sendable (Int64) -> Int64) {
        self.now = now
        self.offset = offset
    }

    /// The system's clock in the zone of `TZ` or `/etc/localtime`.
    package static let system = LocalClock(
        now: { Int64(time(nil)) },
        offset: { instant in
            var seconds = time_t(instant)
            var parts = tm()
            guard localtime_r(&seconds, &parts) != nil else { return 0 }
            return Int64(parts.tm_gmtoff)
        })

    /// A clock that stands still in UTC, for tests.
    package static func fixed(_ instant: Int64) -> LocalClock {
        LocalClock(now: { instant }, offset: { _ in 0 })
    }

    /// The calendar date and time of an instant in this clock's zone.
    package func civil(_ instant: Int64) -> CivilTime {
        CivilTime(secondsSince1970: Self.bounded(instant) + offset(Self.bounded(instant)))
    }

    /// Seconds until the next full minute: when what shows the clock must be drawn again.
    package var secondsToNextMinute: Int64 { 60 - Int64(civil(now()).second) }

    /// An instant inside years 1 to 9999, so that arithmetic on a hostile date cannot overflow.
    private static func bounded(_ instant: Int64) -> Int64 { min(max(instant, -62_135_596_800), 253_402_300_799) }
}

/// A date and time of day on the proleptic Gregorian calendar.
package struct CivilTime: Hashable, Sendable {
    package let year: Int
    /// 1 to 12.
    package let month: Int
    /// 1 to 31.
    package let day: Int
    package let hour: Int
    package let minute: Int
    package let second: Int
    /// Days since 1970-01-01.
    package let dayNumber: Int64
    /// 0 is Sunday.
    package var weekday: Int { Int(((dayNumber + 4) % 7 + 7) % 7) }

    /// Splits seconds since 1970 (already shifted to the zone).
    package init(secondsSince1970 seconds: Int64) {
        let days = seconds.floored(by: 86_400)
        let rest = Int(seconds - days * 86_400)
        // Days to a date by eras of 400 years that begin on 1 March, so that the leap day is the last of its year.
        let shifted = days + 719_468
        let era = shifted.floored(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
        month = Int(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
        hour = rest / 3_600
        minute = rest / 60 % 60
        second = rest % 60
        dayNumber = days
    }
}

extension Int64 {
    /// Division that rounds toward minus infinity.
    fileprivate func floored(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
