/// Undoes escapes that stand in running text: `%41`, `&#65;`, `\u0041`, `\x41`, `=41`, and the colours of terminals.
enum Escapes {
    /// The text with its escapes undone; nil where it has none.
    static func undo(_ source: NormalForm) -> NormalForm? {
        let bytes = source.bytes
        guard bytes.contains(where: { $0 == 0x25 || $0 == 0x26 || $0 == 0x5C || $0 == 0x3D || $0 == 0x1B }) else {
            return nil
        }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var map = OffsetMap()
        var count = 0
        var index = 0
        while index < bytes.count {
            let length: Int
            switch bytes[index] {
            case 0x25: length = percent(bytes, index, &result)
            case 0x26: length = reference(bytes, index, &result)
            case 0x5C: length = backslash(bytes, index, &result)
            case 0x1B: length = terminalSequence(bytes, index)
            case 0x3D: length = quotedPrintable(bytes, index, &result)
            default: length = 0
            }
            if length > 0 {
                // What was written stands before; its place is where the escape began.
                map.add(at: max(0, result.count - 1), from: index..<(index + length), isLinear: false)
                count += 1
                index += length
            } else {
                map.add(at: result.count, from: index..<(index + 1), isLinear: true)
                result.append(bytes[index])
                index += 1
            }
        }
        guard count > 0 else { return nil }
        return NormalForm(.decoded, result, how: "escapes undone", map: map, of: source)
    }

    private static func value(_ bytes: [UInt8], _ start: Int, digits: Int) -> UInt32? {
        guard start + digits <= bytes.count else { return nil }
        var value: UInt32 = 0
        for index in start..<(start + digits) {
            let byte = bytes[index]
            guard Decoding.isHexadecimal(byte) else { return nil }
            value = value << 4 | UInt32(byte < 0x3A ? byte - 0x30 : (byte | 0x20) - 0x57)
        }
        return value
    }

    /// The length of a sequence that colours a terminal; nothing is written for it.
    private static func terminalSequence(_ bytes: [UInt8], _ index: Int) -> Int {
        guard index + 2 < bytes.count, bytes[index + 1] == 0x5B else { return 0 }
        var end = index + 2
        while end < bytes.count, end - index < 20, bytes[end] < 0x40 { end += 1 }
        return end < bytes.count ? end + 1 - index : 0
    }

    private static func percent(_ bytes: [UInt8], _ index: Int, _ result: inout [UInt8]) -> Int {
        guard let value = value(bytes, index + 1, digits: 2), value >= 32, value != 127 else { return 0 }
        result.append(UInt8(value))
        return 3
    }

    private static let names: [(name: [UInt8], value: UInt8)] = [
        (Array("amp;".utf8), 0x26), (Array("lt;".utf8), 0x3C), (Array("gt;".utf8), 0x3E), (Array("quot;".utf8), 0x22),
        (Array("apos;".utf8), 0x27), (Array("nbsp;".utf8), 0x20), (Array("lowbar;".utf8), 0x5F),
        (Array("hyphen;".utf8), 0x2D), (Array("colon;".utf8), 0x3A), (Array("equals;".utf8), 0x3D),
    ]

    private static func reference(_ bytes: [UInt8], _ index: Int, _ result: inout [UInt8]) -> Int {
        guard index + 2 < bytes.count else { return 0 }
        if bytes[index + 1] == 0x23 {
            let isHexadecimal = bytes[index + 2] | 0x20 == 0x78
            var position = index + (isHexadecimal ? 3 : 2)
            let start = position
            var value: UInt32 = 0
            while position < bytes.count, position - start < 7 {
                let byte = bytes[position]
                guard isHexadecimal ? Decoding.isHexadecimal(byte) : (0x30...0x39).contains(byte) else { break }
                value = value * (isHexadecimal ? 16 : 10) + UInt32(byte < 0x3A ? byte - 0x30 : (byte | 0x20) - 0x57)
                position += 1
            }
            guard position > start, value >= 9, value < 0x110000, !(0xD800..<0xE000).contains(value) else { return 0 }
            if position < bytes.count, bytes[position] == 0x3B { position += 1 }
            ScalarDecoding.append(value, to: &result)
            return position - index
        }
        for (name, value) in names where bytes[(index + 1)...].starts(with: name) {
            result.append(value)
            return name.count + 1
        }
        return 0
    }

    private static func backslash(_ bytes: [UInt8], _ index: Int, _ result: inout [UInt8]) -> Int {
        guard index + 1 < bytes.count else { return 0 }
        switch bytes[index + 1] {
        case 0x75 where index + 2 < bytes.count && bytes[index + 2] == 0x7B:
            guard let end = bytes[(index + 3)...].prefix(7).firstIndex(of: 0x7D), end > index + 3,
                let value = value(bytes, index + 3, digits: end - index - 3), value >= 32, value < 0x110000,
                !(0xD800..<0xE000).contains(value)
            else { return 0 }
            ScalarDecoding.append(value, to: &result)
            return end + 1 - index
        case 0x30...0x31:
            // Three octal digits, as shells and C have them.
            guard index + 3 < bytes.count, (0x30...0x37).contains(bytes[index + 2]),
                (0x30...0x37).contains(bytes[index + 3])
            else { return 0 }
            let value = (bytes[index + 1] & 7) << 6 | (bytes[index + 2] & 7) << 3 | bytes[index + 3] & 7
            guard value >= 32, value < 127 else { return 0 }
            result.append(value)
            return 4
        case 0x75:
            guard let value = value(bytes, index + 2, digits: 4), value >= 32, !(0xD800..<0xE000).contains(value) else {
                return 0
            }
            ScalarDecoding.append(value, to: &result)
            return 6
        case 0x78:
            guard let value = value(bytes, index + 2, digits: 2), value >= 32, value < 127 else { return 0 }
            result.append(UInt8(value))
            return 4
        case 0x6E:
            result.append(10)
            return 2
        case 0x22, 0x27, 0x2F:
            result.append(bytes[index + 1])
            return 2
        default: return 0
        }
    }

    private static func quotedPrintable(_ bytes: [UInt8], _ index: Int, _ result: inout [UInt8]) -> Int {
        guard index + 1 < bytes.count else { return 0 }
        if bytes[index + 1] == 10 { return 2 }
        // Blanks after the sign were added on the way (RFC 2045, section 6.7).
        if bytes[index + 1] == 0x20 || bytes[index + 1] == 9 {
            let rest = bytes[(index + 1)...].prefix(8).drop { $0 == 0x20 || $0 == 9 || $0 == 13 }
            return rest.first == 10 ? rest.startIndex + 1 - index : 0
        }
        if bytes[index + 1] == 13, index + 2 < bytes.count, bytes[index + 2] == 10 { return 3 }
        // Lower-case digits are no quoted-printable, and an assignment such as "a=42" is none either.
        guard index + 2 < bytes.count, isUpperHexadecimal(bytes[index + 1]), isUpperHexadecimal(bytes[index + 2]),
            let value = value(bytes, index + 1, digits: 2), value >= 0x20, value < 0x7F,
            isOneOfMany(bytes, index) || value == 0x3D || value == 0x2D || value == 0x5F || value == 0x20
                || value == 0x2E || value >= 0x41
        else { return 0 }
        result.append(UInt8(value))
        return 3
    }

    /// Whether another such code stands right beside one.
    private static func isOneOfMany(_ bytes: [UInt8], _ index: Int) -> Bool {
        func stands(_ place: Int) -> Bool {
            place >= 0 && place + 2 < bytes.count && bytes[place] == 0x3D && isUpperHexadecimal(bytes[place + 1])
                && isUpperHexadecimal(bytes[place + 2])
        }
        return stands(index - 3) || stands(index + 3)
    }

    private static func isUpperHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte)
    }
}
