/// Domains that look like others.
package enum DomainLooks {
    /// The domain of an address in lower case; empty without one.
    static func domain(_ address: String) -> String {
        address.lastIndex(of: "@").map { address[address.index(after: $0)...].lowercased() } ?? ""
    }

    /// Whether a domain looks like another and is not: letters that look alike, one letter changed, left out or added.
    package static func resembles(_ one: String, _ other: String) -> Bool {
        guard one != other, !one.isEmpty, !other.isEmpty else { return false }
        if one.hasSuffix(".\(other)") || other.hasSuffix(".\(one)") { return false }
        if skeleton(one) == skeleton(other) { return true }
        let first = registered(one)
        let second = registered(other)
        // Short names are one letter apart by chance.
        guard first != second, Self.isLong(first), Self.isLong(second) else { return false }
        return distance(Array(first.utf8), Array(second.utf8)) == 1
    }

    /// Whether a domain has letters of another script among Latin ones, or is written in the form for such.
    package static func isMixed(_ domain: String) -> Bool {
        domain.hasPrefix("xn--") || domain.contains(".xn--")
            || domain.unicodeScalars.contains { TextFolding.confusables[$0.value] != nil && $0.value >= 0x80 }
    }

    private static func skeleton(_ domain: String) -> String {
        let bytes = Array(domain.utf8)
        let folded = TextFolding.fold(NormalForm(bytes))?.bytes ?? bytes
        var text = String(decoding: folded, as: UTF8.self).lowercased()
        for (from, to) in [
            ("rn", "m"), ("vv", "w"), ("cl", "d"), ("0", "o"), ("1", "l"), ("i", "l"), ("5", "s"), ("-", ""),
        ] {
            text = text.split(separator: from, omittingEmptySubsequences: false).joined(separator: to)
        }
        return text
    }

    private static func isLong(_ domain: String) -> Bool { domain.prefix { $0 != "." }.count >= 5 }

    private static func registered(_ domain: String) -> String {
        domain.split(separator: ".").suffix(2).joined(separator: ".")
    }

    /// Levenshtein's distance, no further than 2.
    private static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        guard abs(one.count - other.count) <= 1, one.count < 100 else { return 2 }
        var row = Array(0...other.count)
        for (index, byte) in one.enumerated() {
            var previous = row[0]
            row[0] = index + 1
            for column in 1..<(other.count + 1) {
                let cost = min(row[column] + 1, row[column - 1] + 1, previous + (byte == other[column - 1] ? 0 : 1))
                previous = row[column]
                row[column] = cost
            }
        }
        return row[other.count]
    }
}
