import FoundationEssentials

/// `Retry-After` in both of its forms (RFC 9110, 10.2.3).
package enum RetryAfter {
    /// The longest wait that is believed.
    package static let longest = Duration.seconds(86_400)

    /// The wait that the header fields ask for; a date is measured from the answer's own `Date`, else from now.
    static func duration(in headers: HTTPHeaders) -> Duration? {
        guard let value = headers["Retry-After"] else { return nil }
        let now = headers["Date"].flatMap(HTTPDate.seconds) ?? Int64(Date().timeIntervalSince1970)
        return duration(value, now: now)
    }

    /// The wait that a value asks for, at `now` in seconds since 1970; nil when it is neither form.
    package static func duration(_ value: String, now: Int64) -> Duration? {
        let digits = value.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
        if digits, !value.isEmpty {
            // More digits than a day needs are a day.
            guard value.utf8.count <= 9, let seconds = Int64(value) else { return longest }
            return min(.seconds(seconds), longest)
        }
        guard let moment = HTTPDate.seconds(value) else { return nil }
        return min(.seconds(max(0, moment - now)), longest)
    }
}

/// The dates of HTTP (RFC 9110, 5.6.7): the fixed form and the two old ones.
package enum HTTPDate {
    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    /// Seconds since 1970, or nil when the text is none of the three forms.
    package static func seconds(_ text: String) -> Int64? {
        guard text.utf8.count <= 40 else { return nil }
        let words = text.lowercased().split { $0 == " " || $0 == "," || $0 == "-" }.map(String.init)
        // Sun, 06 Nov 1994 08:49:37 GMT; Sunday, 06-Nov-94 08:49:37 GMT; Sun Nov  6 08:49:37 1994
        if words.count == 6, words[5] == "gmt" {
            return moment(day: words[1], month: words[2], year: words[3], time: words[4])
        }
        if words.count == 5 { return moment(day: words[2], month: words[1], year: words[4], time: words[3]) }
        return nil
    }

    private static func moment(day: String, month: String, year: String, time: String) -> Int64? {
        guard let month = months.firstIndex(of: month), let day = Int64(day), (1...31).contains(day),
            var year = Int64(year), (0...9999).contains(year)
        else { return nil }
        let clock = time.split(separator: ":").compactMap { Int64($0) }
        guard clock.count == 3, (0...23).contains(clock[0]), (0...59).contains(clock[1]), (0...60).contains(clock[2])
        else { return nil }
        if year < 70 { year += 2000 } else if year < 100 { year += 1900 }
        return CivilDay.number(year: year, month: Int64(month) + 1, day: day) * 86_400 + clock[0] * 3600 + clock[1] * 60
            + clock[2]
    }
}
