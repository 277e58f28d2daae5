package import FoundationEssentials
import HTTPTransport

/// A moment in whole seconds (RFC 8620, 1.4); fractions are cut.
package struct UTCDate: Sendable, Hashable, Comparable, JSONDecodable, CustomStringConvertible {
    /// Seconds since 1970-01-01T00:00:00Z.
    package let seconds: Int64

    /// Takes seconds since 1970.
    package init(seconds: Int64) {
        self.seconds = seconds
    }

    /// Takes a date.
    package init(_ date: Date) {
        seconds = Int64(exactly: date.timeIntervalSince1970.rounded(.down)) ?? 0
    }

    /// Reads `2014-10-30T06:12:00Z`, also with a fraction or an offset from UTC; nil when it is no date.
    package init?(_ text: String) {
        guard let parsed = RFC3339.parse(text) else { return nil }
        seconds = parsed.seconds
    }

    package init(json reader: inout JSONReader) throws(JSONError) {
        let start = reader.offset
        guard let date = UTCDate(try reader.string()) else {
            throw JSONError(.invalid(expected: "a date such as 2014-10-30T06:12:00Z"), at: start)
        }
        self = date
    }

    /// The moment as a date.
    package var date: Date { Date(timeIntervalSince1970: Double(seconds)) }
    /// `2014-10-30T06:12:00Z`
    package var description: String { RFC3339.text(seconds: seconds, offset: 0) }
    /// The description as a JSON string.
    package var json: JSON { .string(description) }

    package static func < (left: UTCDate, right: UTCDate) -> Bool { left.seconds < right.seconds }
}

/// A moment with the clock of the place where it was written, such as a message's Date.
package struct ZonedDate: Sendable, Hashable, JSONDecodable, CustomStringConvertible {
    /// The moment.
    package let utc: UTCDate
    /// How far the clock there was ahead of UTC, in minutes.
    package let offsetMinutes: Int

    /// Makes a date; an offset of more than a day is cut to it.
    package init(_ utc: UTCDate, offsetMinutes: Int = 0) {
        self.utc = utc
        self.offsetMinutes = min(max(offsetMinutes, -1439), 1439)
    }

    /// Reads `2014-10-30T14:12:00+08:00`; nil when it is no date.
    package init?(_ text: String) {
        guard let parsed = RFC3339.parse(text) else { return nil }
        self.init(UTCDate(seconds: parsed.seconds), offsetMinutes: parsed.offset)
    }

    package init(json reader: inout JSONReader) throws(JSONError) {
        let start = reader.offset
        guard let date = ZonedDate(try reader.string()) else {
            throw JSONError(.invalid(expected: "a date such as 2014-10-30T14:12:00+08:00"), at: start)
        }
        self = date
    }

    /// `2014-10-30T14:12:00+08:00`
    package var description: String { RFC3339.text(seconds: utc.seconds, offset: offsetMinutes) }
    /// The description as a JSON string.
    package var json: JSON { .string(description) }
}

/// The dates of RFC 3339.
enum RFC3339 {
    /// Seconds since 1970 and the offset in minutes, or nil.
    static func parse(_ text: String) -> (seconds: Int64, offset: Int)? {
        var text = text
        return text.withUTF8 { parse($0) }
    }

    private static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> (seconds: Int64, offset: Int)? {
        guard bytes.count >= 20, bytes.count <= 64 else { return nil }
        func number(_ from: Int, _ count: Int) -> Int64? {
            guard from + count <= bytes.count else { return nil }
            var value: Int64 = 0
            for index in from..<from + count {
                guard bytes[index] >= 0x30, bytes[index] <= 0x39 else { return nil }
                value = value * 10 + Int64(bytes[index] - 0x30)
            }
            return value
        }
        guard let year = number(0, 4), let month = number(5, 2), let day = number(8, 2), let hour = number(11, 2),
            let minute = number(14, 2), let second = number(17, 2), bytes[4] == 0x2D, bytes[7] == 0x2D,
            bytes[10] | 0x20 == 0x74 || bytes[10] == 0x20, bytes[13] == 0x3A, bytes[16] == 0x3A,
            (1...12).contains(month), (1...31).contains(day), hour <= 23, minute <= 59, second <= 60
        else { return nil }
        var index = 19
        if bytes[index] == 0x2E {
            index += 1
            while index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39 { index += 1 }
        }
        let local = CivilDay.number(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second
        guard index < bytes.count else { return nil }
        if bytes[index] | 0x20 == 0x7A { return index + 1 == bytes.count ? (local, 0) : nil }
        guard bytes[index] == 0x2B || bytes[index] == 0x2D, index + 6 == bytes.count, bytes[index + 3] == 0x3A,
            let hours = number(index + 1, 2), let minutes = number(index + 4, 2), hours <= 23, minutes <= 59
        else { return nil }
        let offset = (hours * 60 + minutes) * (bytes[index] == 0x2D ? -1 : 1)
        return (local - offset * 60, Int(offset))
    }

    /// The text of a moment; years outside of 0 to 9999 are cut to them.
    static func text(seconds: Int64, offset: Int) -> String {
        let local = min(max(seconds + Int64(offset) * 60, -62_167_219_200), 253_402_300_799)
        let days = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
        let clock = local - days * 86_400
        let date = CivilDay.date(days)
        func pad(_ value: Int64, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let zone: String
        if offset == 0 {
            zone = "Z"
        } else {
            let size = Int64(abs(offset))
            zone = "\(offset < 0 ? "-" : "+")\(pad(size / 60, 2)):\(pad(size % 60, 2))"
        }
        return "\(pad(date.year, 4))-\(pad(date.month, 2))-\(pad(date.day, 2))"
            + "T\(pad(clock / 3600, 2)):\(pad(clock / 60 % 60, 2)):\(pad(clock % 60, 2))\(zone)"
    }
}
