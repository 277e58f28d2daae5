/// The text form of a domain's records, as far as mail servers write it: one record a line (RFC 1035, 5.1).
package enum ZoneFile {
    /// Reads the records of kinds that are known; lines that are none are passed over.
    ///
    /// - Parameter text: At most 10,000 lines of it are read.
    package static func records(_ text: String) -> [ZoneRecord] {
        text.split(whereSeparator: \.isNewline).prefix(10_000).compactMap { record(String($0)) }
    }

    /// Writes records, in their order.
    package static func text(_ records: [ZoneRecord], of domain: String) -> String {
        "; \(ZoneRecord.plain(domain))\n" + records.map(\.line).joined()
    }

    private static func record(_ line: String) -> ZoneRecord? {
        var words = Words(line)
        guard let name = words.next(), !name.hasPrefix(";") else { return nil }
        var word = words.next()
        // A time to live and the class may stand in either order, or not at all.
        while let found = word, found.uppercased() == "IN" || UInt32(found) != nil { word = words.next() }
        guard let word, let kind = ZoneRecord.Kind(rawValue: word.uppercased()) else { return nil }
        let value = kind == .txt ? words.texts() : words.remainder()
        guard !value.isEmpty || kind == .txt, name.utf8.count <= 255 else { return nil }
        return ZoneRecord(name: name, kind: kind, value: value)
    }

    /// The words of a line, a comment left out.
    private struct Words {
        private var rest: Substring.UTF8View

        init(_ line: String) {
            rest = line[...].utf8
        }

        private mutating func skipBlanks() {
            rest = rest.drop { $0 == 0x20 || $0 == 0x09 }
        }

        mutating func next() -> String? {
            skipBlanks()
            let word = rest.prefix { $0 != 0x20 && $0 != 0x09 }
            rest = rest.dropFirst(word.count)
            return word.isEmpty ? nil : String(Substring(word))
        }

        /// What is left up to a comment.
        mutating func remainder() -> String {
            var words: [String] = []
            while let word = next(), !word.hasPrefix(";") { words.append(word) }
            return words.joined(separator: " ")
        }

        /// The texts in quotes, joined as those who read the record join them.
        mutating func texts() -> String {
            var bytes: [UInt8] = []
            while true {
                skipBlanks()
                guard let first = rest.first, first != 0x3B else { break }
                if first == 0x22 {
                    rest = rest.dropFirst()
                    quoted(into: &bytes)
                } else if let word = next() {
                    bytes += word.utf8
                }
            }
            return String(decoding: bytes, as: UTF8.self)
        }

        private mutating func quoted(into bytes: inout [UInt8]) {
            while let byte = rest.popFirst(), byte != 0x22 {
                guard byte == 0x5C else {
                    bytes.append(byte)
                    continue
                }
                let digits = rest.prefix(3)
                if digits.count == 3, let number = UInt8(String(Substring(digits))) {
                    bytes.append(number)
                    rest = rest.dropFirst(3)
                } else if let escaped = rest.popFirst() {
                    bytes.append(escaped)
                }
            }
        }
    }
}
