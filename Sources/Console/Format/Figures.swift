/// Times, sizes and counts as short text of known width.
///
/// Everything here is made of digits and ASCII letters, so one character is one cell.
package enum Figures {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

    /// `12:03` of an instant.
    package static func time(_ instant: Int64, _ clock: LocalClock) -> String {
        let civil = clock.civil(instant)
        return "\(pad(civil.hour, 2)):\(pad(civil.minute, 2))"
    }

    /// A date that fits six cells: `12:03` today, `24 Nov` this year, `2024` before.
    package static func shortDate(_ instant: Int64, _ clock: LocalClock) -> String {
        let civil = clock.civil(instant)
        let today = clock.civil(clock.now())
        if isToday(instant, clock) { return time(instant, clock) }
        if abs(today.dayNumber - civil.dayNumber) < 300 || civil.year == today.year {
            return "\(civil.day) \(months[civil.month - 1])"
        }
        return "\(civil.year)"
    }

    /// Whether an instant is on the clock's own day.
    package static func isToday(_ instant: Int64, _ clock: LocalClock) -> Bool {
        clock.civil(instant).dayNumber == clock.civil(clock.now()).dayNumber
    }

    /// A date in full: `Tue 24 Nov 2026 12:03`.
    package static func longDate(_ instant: Int64, _ clock: LocalClock) -> String {
        let civil = clock.civil(instant)
        return
            "\(weekdays[civil.weekday]) \(civil.day) \(months[civil.month - 1]) \(civil.year) \(time(instant, clock))"
    }

    /// A time to the second, for logs: `12:03:09`.
    package static func timeWithSeconds(_ instant: Int64, _ clock: LocalClock) -> String {
        "\(time(instant, clock)):\(pad(clock.civil(instant).second, 2))"
    }

    /// How long ago, in at most four cells: `now`, `3m`, `2h`, `5d`, `8w`, `3y`; `-` for never.
    package static func age(_ instant: Int64?, _ clock: LocalClock) -> String {
        guard let instant else { return "-" }
        // A sender's clock may run ahead; what has not happened yet is shown as just now.
        let (difference, overflow) = clock.now().subtractingReportingOverflow(instant)
        let seconds = overflow ? 0 : max(0, difference)
        switch seconds {
        case ..<60: return "now"
        case ..<3_600: return "\(seconds / 60)m"
        case ..<86_400: return "\(seconds / 3_600)h"
        case ..<(14 * 86_400): return "\(seconds / 86_400)d"
        case ..<(365 * 86_400): return "\(seconds / (7 * 86_400))w"
        default: return "\(seconds / (365 * 86_400))y"
        }
    }

    /// A size in at most four cells, in units of 1,024: `812`, `1.2K`, `12K`, `3.4M`.
    package static func size(_ bytes: Int64) -> String {
        let units = ["", "K", "M", "G", "T", "P", "E"]
        var value = Double(max(0, bytes))
        var unit = 0
        while value >= 999.5, unit < units.count - 1 {
            value /= 1_024
            unit += 1
        }
        if unit == 0 { return "\(Int(value))" }
        if value < 9.95 {
            let tenths = Int((value * 10).rounded())
            return "\(tenths / 10).\(tenths % 10)\(units[unit])"
        }
        return "\(Int(value.rounded()))\(units[unit])"
    }

    /// A count with thousands apart: `3,120`.
    package static func count(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var grouped = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { grouped.append(",") }
            grouped.append(digit)
        }
        return value < 0 ? "-" + grouped : grouped
    }

    /// A count in at most four cells: `999`, `3.1k`, `45k`, `2.0M`.
    package static func shortCount(_ value: Int) -> String {
        switch value {
        case ..<1_000: return "\(max(0, value))"
        case ..<9_950: return "\((value + 50) / 100 / 10).\((value + 50) / 100 % 10)k"
        case ..<999_500: return "\((value + 500) / 1_000)k"
        case ..<9_950_000: return "\((value / 50_000 + 1) / 2 / 10).\((value / 50_000 + 1) / 2 % 10)M"
        default: return "\(min(value / 1_000_000, 999))M"
        }
    }

    /// A share as a whole percentage, rounded down so that full means full: `98%`; `-` without a limit.
    package static func percent(_ used: Int64, of limit: Int64?) -> String {
        guard let limit, limit > 0 else { return "-" }
        return "\(Int(min(999, max(0, Double(used) / Double(limit) * 100))))%"
    }

    private static func pad(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
