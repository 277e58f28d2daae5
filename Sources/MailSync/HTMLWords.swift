/// The words of an HTML text, for search alone: quick, and wrong in details that no search notices. What a person reads
/// is made by a real parser.
package enum HTMLWords {
    /// The text without tags, styles, scripts and comments, with the commonest entities resolved.
    @Sendable package static func text(_ html: String) -> String {
        var source = html
        return source.withUTF8 { bytes in
            var out: [UInt8] = []
            out.reserveCapacity(bytes.count / 2)
            var index = 0
            while index < bytes.count {
                switch bytes[index] {
                case 0x3C:
                    index = skipTag(bytes, index)
                    if out.last != 0x20 { out.append(0x20) }
                case 0x26:
                    index = appendEntity(bytes, index, &out)
                default:
                    out.append(bytes[index])
                    index += 1
                }
            }
            return String(decoding: out, as: UTF8.self)
        }
    }

    /// Where the text goes on behind the tag, comment, style or script that begins here.
    private static func skipTag(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
        if matches(bytes, start, "<!--") { return find(bytes, start + 4, "-->") }
        for (open, close) in [("<style", "</style"), ("<script", "</script")] as [(StaticString, StaticString)]
        where matches(bytes, start, open) {
            let end = find(bytes, start, close)
            return end < bytes.count ? endOfTag(bytes, end) : end
        }
        return endOfTag(bytes, start + 1)
    }

    private static func endOfTag(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
        var index = start
        while index < bytes.count, bytes[index] != 0x3E { index += 1 }
        return min(index + 1, bytes.count)
    }

    private static func matches(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int, _ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard at + count <= bytes.count else { return false }
        for offset in 0..<count {
            let byte = bytes[at + offset]
            let lower = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
            if lower != word.utf8Start[offset] { return false }
        }
        return true
    }

    /// Behind the next place of the word, or the end.
    private static func find(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ word: StaticString) -> Int {
        var index = start
        while index < bytes.count {
            if matches(bytes, index, word) { return index + word.utf8CodeUnitCount }
            index += 1
        }
        return bytes.count
    }

    private static let entities: [(StaticString, String)] = [
        ("&nbsp;", " "), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"),
        ("&auml;", "ä"), ("&ouml;", "ö"), ("&uuml;", "ü"), ("&szlig;", "ß"), ("&eacute;", "é"), ("&egrave;", "è"),
    ]

    private static func appendEntity(
        _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ out: inout [UInt8]
    ) -> Int {
        for (name, text) in entities where matches(bytes, start, name) {
            out += text.utf8
            return start + name.utf8CodeUnitCount
        }
        guard start + 2 < bytes.count, bytes[start + 1] == 0x23 else {
            out.append(bytes[start])
            return start + 1
        }
        let isHex = bytes[start + 2] | 0x20 == 0x78
        var index = start + (isHex ? 3 : 2)
        var value: UInt32 = 0
        let first = index
        while index < bytes.count, index - first < 7, let digit = Character(Unicode.Scalar(bytes[index])).hexDigitValue,
            isHex || digit < 10
        {
            value = value * (isHex ? 16 : 10) + UInt32(digit)
            index += 1
        }
        guard index > first, index < bytes.count, bytes[index] == 0x3B, let scalar = Unicode.Scalar(value) else {
            out.append(bytes[start])
            return start + 1
        }
        out += String(scalar).utf8
        return index + 1
    }
}
