/// The text that people and agents are given: what a mail program shows, without characters that show nothing.
package enum VisibleText {
    /// The text without invisible characters; joiners stay where a script or an emoji needs them.
    package static func clean(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 >= 0xC2 }) else { return text }
        var result = String.UnicodeScalarView()
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            if scalar.value == 0x200C || scalar.value == 0x200D || scalar.value == 0xFE0F || scalar.value == 0xFE0E {
                if previous.value >= 0x300 || scalar.value >= 0xFE00 { result.append(scalar) }
            } else if !TextFolding.isIgnorable(scalar.value) {
                result.append(scalar)
            }
            previous = scalar
        }
        return String(result)
    }

    /// What ``clean(_:)`` takes out, as one entry.
    static func removals(_ text: String) -> [Removed] {
        let count = text.unicodeScalars.count - clean(text).unicodeScalars.count
        guard count > 0 else { return [] }
        let hidden = String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter { (0xE0020...0xE007E).contains($0.value) }.compactMap {
                    Unicode.Scalar($0.value - 0xE0000)
                }))
        return [
            Removed(reason: "invisible characters", part: "0", text: hidden.isEmpty ? "\(count) characters" : hidden)
        ]
    }

    /// The text between two lines that carry a mark drawn for this message alone, so that nothing in it can pretend to
    /// be outside of it.
    ///
    /// - Parameters:
    ///   - mark: Random and not in the text; ``mark(for:)`` draws one.
    package static func delimited(_ text: String, mark: String) -> String {
        "[mail \(mark): untrusted text begins]\n\(text)\n[mail \(mark): untrusted text ends]"
    }

    /// A mark that does not stand in a text.
    package static func mark(for text: String) -> String {
        while true {
            let digits = String(UInt64.random(in: .min ... .max), radix: 16)
            let mark = String(repeating: "0", count: 16 - digits.count) + digits
            if !text.contains(mark) { return mark }
        }
    }
}
