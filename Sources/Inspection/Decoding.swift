/// Decodes what is written in another alphabet inside a text: base64, hexadecimal digits, percent signs, character
/// references, quoted-printable that was left over, escapes of programs.
enum Decoding {
    /// The decoded stretches of a text, each a form of its own or all in one where they stand in running text.
    ///
    /// - Parameter room: How many bytes may still be made; what is made is subtracted.
    static func decode(_ source: NormalForm, room: inout Int) -> [NormalForm] {
        var result: [NormalForm] = []
        if let escaped = Escapes.undo(source) {
            room -= escaped.bytes.count
            result.append(escaped)
        }
        for (decoded, place, how) in SpelledOut.readings(of: source.bytes) + Uuencoding.texts(in: source.bytes) {
            guard room > 0 else { break }
            room -= decoded.count
            var map = OffsetMap()
            map.add(at: 0, from: place, isLinear: false)
            result.append(NormalForm(.decoded, decoded, how: how, map: map, of: source))
        }
        for run in runs(source.bytes) {
            guard room > 0, result.count < mostForms else { break }
            guard let (decoded, how) = decode(source.bytes[run], room: &room), isText(decoded) else { continue }
            room -= decoded.count
            var map = OffsetMap()
            map.add(at: 0, from: run, isLinear: false)
            result.append(NormalForm(.decoded, decoded, how: how, map: map, of: source))
        }
        return result
    }

    private static let mostForms = 200
    private static let shortest = 16

    /// Stretches of characters that base64 or hexadecimal text is made of, line ends inside long lines passed over.
    private static func runs(_ bytes: [UInt8]) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var start = -1
        var lineStart = 0
        var index = 0
        func end(at index: Int) {
            if start >= 0, index - start >= shortest { result.append(start..<index) }
            start = -1
        }
        while index < bytes.count {
            let byte = bytes[index]
            if alphabet[Int(byte)] {
                if start < 0 {
                    start = index
                    lineStart = index
                }
            } else if start >= 0, byte == 10 || byte == 13, index - lineStart >= shortest, bytes[index - 1] != 0x3D {
                // A long line of such characters may go on in the next.
                var next = index
                while next < bytes.count,
                    bytes[next] == 10 || bytes[next] == 13 || bytes[next] == 32 || bytes[next] == 0x3E
                {
                    next += 1
                }
                if next < bytes.count, alphabet[Int(bytes[next])] {
                    index = next
                    lineStart = next
                    continue
                }
                end(at: index)
            } else {
                end(at: index)
            }
            index += 1
        }
        end(at: bytes.count)
        return result
    }

    private static let alphabet: [Bool] = (0..<256).map { value in
        switch UInt8(value) {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2D, 0x2F, 0x3D, 0x5F: true
        default: false
        }
    }

    private static func decode(_ run: ArraySlice<UInt8>, room: inout Int) -> (bytes: [UInt8], how: String)? {
        let compact = run.filter { alphabet[Int($0)] }
        if compact.allSatisfy(isHexadecimal) {
            guard compact.count % 2 == 0 else { return nil }
            return (hexadecimal(compact), "hexadecimal digits decoded")
        }
        if let bytes = base32(compact) { return (bytes, "base 32 decoded") }
        // Words have few changes of case and few digits; base64 of a text has many.
        guard looksEncoded(compact) else { return nil }
        for skip in [0, 1] {
            // A character may stand before the encoded text and look like a part of it.
            let candidate = compact.dropFirst(skip)
            guard let bytes = base64(candidate) else { continue }
            if isText(bytes) { return (bytes, "base64 decoded") }
            if Inflation.isPacked(bytes) {
                let unpacked = Inflation.inflate(bytes, room: &room)
                if isText(unpacked) { return (unpacked, "base64 decoded and unpacked") }
            }
        }
        return nil
    }

    private static func looksEncoded(_ bytes: some Collection<UInt8>) -> Bool {
        var lower = 0
        var upper = 0
        for byte in bytes {
            if byte >= 0x61, byte <= 0x7A { lower += 1 }
            if byte >= 0x41, byte <= 0x5A { upper += 1 }
        }
        return lower > 0 && upper > 0 && (upper * 8 >= bytes.count || bytes.count > 200)
    }

    /// Decodes base64 of either alphabet; padding may be absent. Nil if it is none.
    static func base64(_ bytes: some Collection<UInt8>) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count * 3 / 4)
        var bits: UInt32 = 0
        var count = 0
        var isPadded = false
        for byte in bytes {
            let value: UInt32
            switch byte {
            case 0x41...0x5A: value = UInt32(byte) - 0x41
            case 0x61...0x7A: value = UInt32(byte) - 0x61 + 26
            case 0x30...0x39: value = UInt32(byte) - 0x30 + 52
            case 0x2B, 0x2D: value = 62
            case 0x2F, 0x5F: value = 63
            case 0x3D:
                isPadded = true
                continue
            default: continue
            }
            if isPadded { return nil }
            bits = bits << 6 | value
            count += 1
            if count % 4 == 0 {
                result.append(UInt8(truncatingIfNeeded: bits >> 16))
                result.append(UInt8(truncatingIfNeeded: bits >> 8))
                result.append(UInt8(truncatingIfNeeded: bits))
                bits = 0
            }
        }
        switch count % 4 {
        case 2: result.append(UInt8(truncatingIfNeeded: bits >> 4))
        case 3:
            result.append(UInt8(truncatingIfNeeded: bits >> 10))
            result.append(UInt8(truncatingIfNeeded: bits >> 2))
        case 1: return nil
        default: break
        }
        return result
    }

    /// Decodes base 32 (RFC 4648, section 6) of a text; nil if it is none.
    private static func base32(_ bytes: [UInt8]) -> [UInt8]? {
        let body = bytes.prefix { $0 != 0x3D }
        guard body.count >= 24, body.allSatisfy({ (0x41...0x5A).contains($0) || (0x32...0x37).contains($0) }) else {
            return nil
        }
        var result: [UInt8] = []
        var bits: UInt32 = 0
        var count: UInt32 = 0
        for byte in body {
            bits = bits << 5 | UInt32(byte >= 0x41 ? byte - 0x41 : byte - 0x32 + 26)
            count += 5
            if count >= 8 {
                count -= 8
                result.append(UInt8(truncatingIfNeeded: bits >> count))
                bits &= 1 << count - 1
            }
        }
        return isText(result) ? result : nil
    }

    static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }

    static func hexadecimal(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var high: UInt8?
        for byte in bytes {
            let value = byte < 0x3A ? byte - 0x30 : (byte | 0x20) - 0x57
            if let first = high {
                result.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return result
    }

    /// Whether decoded bytes are text: almost all of it printable, valid UTF-8.
    static func isText(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 8 else { return false }
        var odd = 0
        var foreign = 0
        for byte in bytes {
            if byte < 9 || byte > 13 && byte < 32 || byte == 127 { odd += 1 }
            if byte >= 0x80 { foreign += 1 }
        }
        guard odd * 50 <= bytes.count else { return false }
        return foreign == 0 || String(validating: bytes, as: UTF8.self) != nil
    }
}
