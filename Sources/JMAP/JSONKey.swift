import HTTPTransport

/// The key of a member, compared with constants without making a string of it.
package struct JSONKey: Sendable {
    let bytes: [UInt8]
    let range: Range<Int>
    let escaped: Bool

    /// The key as text.
    package var text: String {
        escaped ? (try? JSONEscapes.decode(bytes, range)) ?? "" : String(decoding: bytes[range], as: UTF8.self)
    }

    /// Whether the key is this text; used by `switch`.
    package static func ~= (constant: StaticString, key: JSONKey) -> Bool {
        let count = constant.utf8CodeUnitCount
        if key.escaped { return key.text == constant.description }
        guard key.range.count == count else { return false }
        let start = key.range.lowerBound
        for index in 0..<count where key.bytes[start + index] != constant.utf8Start[index] { return false }
        return true
    }
}

/// The escapes of JSON strings.
enum JSONEscapes {
    /// The text of a string between its quotes; a lone surrogate becomes U+FFFD.
    static func decode(_ bytes: [UInt8], _ range: Range<Int>) throws(JSONError) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            index += 1
            guard byte == 0x5C else {
                out.append(byte)
                continue
            }
            guard index < range.upperBound else { throw JSONError(.syntax, at: index) }
            let escape = bytes[index]
            index += 1
            switch escape {
            case 0x22, 0x5C, 0x2F: out.append(escape)
            case 0x62: out.append(0x08)
            case 0x66: out.append(0x0C)
            case 0x6E: out.append(0x0A)
            case 0x72: out.append(0x0D)
            case 0x74: out.append(0x09)
            case 0x75:
                let scalar = try scalar(bytes, &index, range.upperBound)
                out.append(contentsOf: String(scalar).utf8)
            default: throw JSONError(.syntax, at: index - 1)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static func scalar(_ bytes: [UInt8], _ index: inout Int, _ end: Int) throws(JSONError) -> Unicode.Scalar {
        let first = try unit(bytes, &index, end)
        if (0xD800...0xDBFF).contains(first), index + 1 < end, bytes[index] == 0x5C, bytes[index + 1] == 0x75 {
            var after = index + 2
            let second = try unit(bytes, &after, end)
            if (0xDC00...0xDFFF).contains(second) {
                index = after
                return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
            }
        }
        return Unicode.Scalar(first) ?? "\u{FFFD}"
    }

    private static func unit(_ bytes: [UInt8], _ index: inout Int, _ end: Int) throws(JSONError) -> UInt32 {
        guard index + 4 <= end else { throw JSONError(.syntax, at: index) }
        var value: UInt32 = 0
        for byte in bytes[index..<index + 4] {
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46: digit = byte - 0x37
            case 0x61...0x66: digit = byte - 0x57
            default: throw JSONError(.syntax, at: index)
            }
            value = value << 4 | UInt32(digit)
        }
        index += 4
        return value
    }
}

/// A check of a whole text.
enum UTF8Check {
    /// Whether the bytes are UTF-8.
    static func isValid(_ bytes: [UInt8]) -> Bool {
        (try? UTF8Span(validating: bytes.span)) != nil
    }
}

/// Text of a server that goes into our own sentences.
enum HostileText {
    /// At most 80 characters, without anything a terminal could act on.
    static func short(_ text: String) -> String {
        HTTPError.cleaned(String(text.unicodeScalars.prefix(80)))
    }
}
