import Glibc

/// Moments as JMAP writes them, in seconds since 1970.
enum Timestamp {
    /// The current second.
    static var now: Int { time(nil) }

    /// A moment as a UTCDate (RFC 8620 section 1.4).
    static func text(_ seconds: Int) -> String {
        let (year, month, day) = date(ofDay: Int((Double(seconds) / 86400).rounded(.down)))
        let second = seconds - Int((Double(seconds) / 86400).rounded(.down)) * 86400
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T"
            + "\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))Z"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// The second of a date with time and zone (RFC 3339), nil where it is none; fractions are dropped.
    static func seconds(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        func number(_ start: Int, _ count: Int) -> Int? {
            guard start + count <= bytes.count else { return nil }
            var value = 0
            for byte in bytes[start..<start + count] {
                guard byte &- 0x30 < 10 else { return nil }
                value = value * 10 + Int(byte - 0x30)
            }
            return value
        }
        guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] | 0x20 == UInt8(ascii: "t"), bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let year = number(0, 4), let month = number(5, 2), let day = number(8, 2), let hour = number(11, 2),
            let minute = number(14, 2), let second = number(17, 2), 1...12 ~= month, 1...31 ~= day, hour < 24,
            minute < 60,
            second < 61
        else { return nil }
        var offset = 19
        if bytes[offset] == UInt8(ascii: ".") {
            offset += 1
            while offset < bytes.count, bytes[offset] &- 0x30 < 10 { offset += 1 }
        }
        guard offset < bytes.count else { return nil }
        let local = days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second
        switch bytes[offset] {
        case UInt8(ascii: "Z"), UInt8(ascii: "z"): return offset + 1 == bytes.count ? local : nil
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            guard offset + 6 == bytes.count, bytes[offset + 3] == UInt8(ascii: ":"), let hours = number(offset + 1, 2),
                let minutes = number(offset + 4, 2)
            else { return nil }
            let shift = hours * 3600 + minutes * 60
            return bytes[offset] == UInt8(ascii: "+") ? local - shift : local + shift
        default: return nil
        }
    }

    /// Days since 1970-01-01 of a Gregorian date.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The Gregorian date of a day since 1970-01-01.
    private static func date(ofDay day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        return (
            yearOfEra + era * 400 + (month >= 10 ? 1 : 0), month < 10 ? month + 3 : month - 9,
            dayOfYear - (153 * month + 2) / 5 + 1
        )
    }
}
