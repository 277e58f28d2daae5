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
        let text = Self.withoutComments(value.withoutNUL).trimmingWhiteSpace
        guard !text.isEmpty, let date = text.withCString({ g_mime_utils_header_decode_date($0) }) else { return nil }
        defer { g_date_time_unref(date) }
        seconds = Int64(g_date_time_to_unix(date))
        zoneMinutes = Int(g_date_time_get_utc_offset(date) / 60_000_000)
    }

    /// The value without what stands in round brackets, which may nest.
    private static func withoutComments(_ value: String) -> String {
        guard value.utf8.contains(UInt8(ascii: "(")) else { return value }
        var depth = 0
        var result: [UInt8] = []
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth = max(0, depth - 1)
            default: if depth == 0 { result.append(byte) }
            }
        }
        return String(decoding: result, as: UTF8.self)
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
        // A year of four digits is all that any of the forms can write; dates beyond them show the first or last of
        // those.
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

// MARK: RFC 3339

extension MailDate {
    /// Reads `2026-11-02T10:00:00Z` or `…+01:00`, fractions of a second passed over; nil for anything else.
    package init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.count <= 40, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] | 0x20 == 0x74,
            bytes[13] == 0x3A, bytes[16] == 0x3A
        else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            var value = 0
            for byte in bytes[range] {
                guard byte >= 0x30, byte <= 0x39 else { return nil }
                value = value * 10 + Int(byte - 0x30)
            }
            return value
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19), (1...12).contains(month),
            (1...31).contains(day),
            hour < 24, minute < 60, second <= 60
        else { return nil }
        var index = 19
        if bytes[index] == 0x2E {
            index += 1
            while index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39 { index += 1 }
        }
        guard index < bytes.count else { return nil }
        var zone = 0
        if bytes[index] | 0x20 == 0x7A {
            guard index + 1 == bytes.count else { return nil }
        } else {
            guard index + 6 == bytes.count, bytes[index] == 0x2B || bytes[index] == 0x2D, bytes[index + 3] == 0x3A,
                let hours = number(index + 1..<index + 3), let minutes = number(index + 4..<index + 6),
                hours < 24, minutes < 60
            else { return nil }
            zone = (hours * 60 + minutes) * (bytes[index] == 0x2D ? -1 : 1)
        }
        // Days from the epoch, by eras of 400 years that begin in March.
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        self.init(seconds: Int64(days * 86_400 + hour * 3600 + minute * 60 + second - zone * 60), zoneMinutes: zone)
    }
}
