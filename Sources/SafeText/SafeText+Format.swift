package import FoundationEssentials
internal import Glibc

/// Numbers, sizes and times as text: made here, so known to be printable ASCII.
extension SafeText {
    /// A number with its thousands grouped: `3,120`.
    package init(count: Int64) {
        let digits = Array(String(count.magnitude).utf8)
        var bytes: [UInt8] = count < 0 ? [UInt8(ascii: "-")] : []
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index) % 3 == 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(digit)
        }
        self.init(ascii: String(decoding: bytes, as: UTF8.self))
    }

    /// A number with its thousands grouped.
    package init(count: Int) {
        self.init(count: Int64(count))
    }

    /// A number as it is, with zeros in front up to `digits`.
    package init(number: Int, digits: Int = 1) {
        self.init(ascii: Self.zeroPadded(number, digits))
    }

    /// A size in at most five columns, in powers of 1,024: `12K`, `1.4M`, `999`.
    package init(bytes: Int64) {
        let units = ["", "K", "M", "G", "T", "P", "E"]
        var value = Double(max(0, bytes))
        var unit = 0
        while value >= 1_000, unit < units.count - 1 {
            value /= 1_024
            unit += 1
        }
        let tenths = Int((value * 10).rounded())
        if unit == 0 || tenths >= 100 {
            self.init(ascii: "\((tenths + 5) / 10)\(units[unit])")
        } else {
            self.init(ascii: "\(tenths / 10).\(tenths % 10)\(units[unit])")
        }
    }

    /// A share of a whole: `42%`.
    package init(percent share: Double) {
        let bounded = share.isFinite ? max(0, min(share, 10)) : 0
        self.init(ascii: "\(Int((bounded * 100).rounded()))%")
    }

    /// A length of time in one or two units: `8s`, `3m`, `2h 5m`, `4d`.
    package init(seconds: Int64) {
        let total = max(0, seconds)
        let text =
            switch total {
            case ..<60: "\(total)s"
            case ..<3_600: "\(total / 60)m"
            case ..<36_000: total % 3_600 < 60 ? "\(total / 3_600)h" : "\(total / 3_600)h \(total % 3_600 / 60)m"
            case ..<172_800: "\(total / 3_600)h"
            default: "\(total / 86_400)d"
            }
        self.init(ascii: text)
    }

    /// The time of day in the machine's time zone: `12:04`.
    package init(timeOfDay date: Date, seconds: Bool = false) {
        let time = Self.localTime(date)
        let minutes = "\(Self.zeroPadded(Int(time.tm_hour), 2)):\(Self.zeroPadded(Int(time.tm_min), 2))"
        self.init(ascii: seconds ? "\(minutes):\(Self.zeroPadded(Int(time.tm_sec), 2))" : minutes)
    }

    /// A date and time in full, in the machine's time zone: `Thu 2026-11-19 09:30`.
    package init(dateTime date: Date) {
        let time = Self.localTime(date)
        self = SafeText(ascii: "\(Self.weekday(time)) \(Self.day(time)) ") + SafeText(timeOfDay: date)
    }

    /// How a list names a moment, in at most six columns: today `12:04`, this week `Tue`, this year `19 Nov`, or
    /// `Nov 25` with the year.
    package init(listTime date: Date, now: Date) {
        let (then, today) = (Self.localTime(date), Self.localTime(now))
        let age = now.timeIntervalSince(date)
        if then.tm_year == today.tm_year && then.tm_yday == today.tm_yday {
            self.init(timeOfDay: date)
        } else if age >= 0 && age < 6 * 86_400 {
            self.init(ascii: Self.weekday(then))
        } else if then.tm_year == today.tm_year || (age >= 0 && age < 180 * 86_400) {
            self.init(ascii: "\(then.tm_mday) \(Self.month(then))")
        } else {
            self.init(ascii: "\(Self.month(then)) \(Self.zeroPadded(Int(then.tm_year % 100), 2))")
        }
    }

    private static func zeroPadded(_ number: Int, _ digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }

    private static func day(_ time: tm) -> String {
        "\(1900 + Int(time.tm_year))-\(zeroPadded(Int(time.tm_mon) + 1, 2))-\(zeroPadded(Int(time.tm_mday), 2))"
    }

    private static func weekday(_ time: tm) -> String {
        ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][Int(time.tm_wday) % 7]
    }

    private static func month(_ time: tm) -> String {
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][Int(time.tm_mon) % 12]
    }

    /// The broken-down local time; a date beyond the years 0 to 9999 is taken as the nearest in them.
    private static func localTime(_ date: Date) -> tm {
        let seconds = date.timeIntervalSince1970
        var time = time_t(seconds.isFinite ? max(-62_167_219_200, min(seconds, 253_402_300_799)) : 0)
        var parts = tm()
        localtime_r(&time, &parts)
        return parts
    }
}
