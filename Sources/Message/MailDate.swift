import CGMime

/// A moment with the zone that it was written in.
package struct MailDate: Sendable, Hashable {
    /// Seconds since 1970-01-01T00:00:00Z.
    package let seconds: Int64
    /// Minutes that the zone is ahead of UTC.
    package let zoneMinutes: Int

    /// Makes a moment.
    package init(seconds: Int64, zoneMinutes: Int = 0) {
        self.seconds = seconds
        self.zoneMinutes = zoneMinutes
    }

    /// Reads a date as RFC 5322 writes it, its obsolete forms and common mistakes; nil if it can't be one.
    package init?(parsing value: String) {
        // Nothing longer is a date, and the reader below is not made for megabytes.
        guard value.utf8.count <= 1_000 else { return nil }
        _ = GMimeLibrary.started
        let text = value.withoutNUL.trimmingWhiteSpace
        guard !text.isEmpty, let date = text.withCString({ g_mime_utils_header_decode_date($0) }) else { return nil }
        defer { g_date_time_unref(date) }
        seconds = Int64(g_date_time_to_unix(date))
        zoneMinutes = Int(g_date_time_get_utc_offset(date) / 60_000_000)
    }

    /// The moment as RFC 3339 with its own zone: `2026-11-02T10:00:00+01:00`, or `…Z` for UTC.
    package var rfc3339: String {
        let zone = zoneMinutes == 0 ? "Z" : Self.zone(zoneMinutes, separator: ":")
        let local = CivilTime(seconds: seconds &+ Int64(zoneMinutes) * 60)
        return "\(padded(local.year, 4))-\(padded(local.month))-\(padded(local.day))T\(local.clock)\(zone)"
    }

    /// The moment in UTC as RFC 3339, as JMAP's UTCDate writes it: `2026-11-02T09:00:00Z`.
    package var utc: String { MailDate(seconds: seconds).rfc3339 }

    /// The moment as a Date header has it: `Mon, 02 Nov 2026 10:00:00 +0100`.
    package var rfc5322: String {
        let local = CivilTime(seconds: seconds &+ Int64(zoneMinutes) * 60)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return "\(days[local.weekday]), \(padded(local.day)) \(months[local.month - 1]) \(padded(local.year, 4)) "
            + "\(local.clock) \(Self.zone(zoneMinutes, separator: ""))"
    }

    private static func zone(_ minutes: Int, separator: String) -> String {
        let size = abs(minutes)
        return "\(minutes < 0 ? "-" : "+")\(padded(size / 60))\(separator)\(padded(size % 60))"
    }
}

/// The parts of a moment on the proleptic Gregorian calendar.
private struct CivilTime {
    let year: Int
    let month: Int
    let day: Int
    /// 0 is Sunday.
    let weekday: Int
    /// `HH:MM:SS`.
    let clock: String

    init(seconds: Int64) {
        // A year of four digits is all that any of the forms can write; dates beyond them show the first or last of those.
        let bounded = Int(min(max(seconds, -62_167_219_200), 253_402_300_799))
        let rest = ((bounded % 86_400) + 86_400) % 86_400
        let days = (bounded - rest) / 86_400
        clock = "\(padded(rest / 3600)):\(padded(rest / 60 % 60)):\(padded(rest % 60))"
        weekday = ((days % 7) + 11) % 7
        // Days counted from 0000-03-01 fall into eras of 400 years, so that the leap day is the last of a year.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }
}

private func padded(_ number: Int, _ width: Int = 2) -> String {
    let digits = String(max(0, number))
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
