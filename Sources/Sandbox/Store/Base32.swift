/// The server's base 32, in which ids and states are written: `a` is 0, digits come last.
enum Base32 {
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz792013".utf8)
    private static let values: [UInt8: UInt8] = Dictionary(
        uniqueKeysWithValues: alphabet.enumerated().map { ($0.element, UInt8($0.offset)) })

    /// A number as an id: its base 32 digits without leading zeros.
    static func id(_ number: Int) -> String {
        id(Int64(number))
    }

    /// A number as an id: its base 32 digits without leading zeros.
    static func id(_ number: Int64) -> String {
        var rest = UInt64(bitPattern: number)
        var digits: [UInt8] = []
        repeat {
            digits.append(alphabet[Int(rest & 31)])
            rest >>= 5
        } while rest > 0
        return String(decoding: digits.reversed(), as: UTF8.self)
    }

    /// The number of an id, nil where the text is none.
    static func number(_ id: String) -> Int64? {
        guard !id.isEmpty, id.utf8.count <= 13 else { return nil }
        var number: UInt64 = 0
        for byte in id.utf8 {
            guard let value = values[byte], number >> 58 == 0 else { return nil }
            number = number << 5 | UInt64(value)
        }
        return Int64(exactly: number)
    }

    /// Bytes as text, five bits a character, the last one filled with zeros.
    static func encode(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        var bits = 0
        var held = 0
        for byte in bytes {
            held = (held << 8 | Int(byte)) & 0xFFFF
            bits += 8
            while bits >= 5 {
                bits -= 5
                result.append(alphabet[held >> bits & 31])
            }
        }
        if bits > 0 { result.append(alphabet[held << (5 - bits) & 31]) }
        return String(decoding: result, as: UTF8.self)
    }

    /// The bytes of such a text, nil where a character is none of the alphabet.
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var result: [UInt8] = []
        var bits = 0
        var held = 0
        for byte in text.utf8 {
            guard let value = values[byte] else { return nil }
            held = (held << 5 | Int(value)) & 0xFFFF
            bits += 5
            if bits >= 8 {
                bits -= 8
                result.append(UInt8(held >> bits & 0xFF))
            }
        }
        return result
    }
}

/// Numbers of seven bits a byte, the lowest first.
enum LEB128 {
    /// Appends a number that is not negative.
    static func write(_ number: Int, to bytes: inout [UInt8]) {
        var rest = UInt64(max(0, number))
        while rest > 127 {
            bytes.append(UInt8(rest & 127) | 128)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Takes a number from the front, nil where none is whole or fits.
    static func read(_ bytes: inout ArraySlice<UInt8>) -> Int? {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = bytes.popFirst() {
            guard shift < 63 else { return nil }
            number |= UInt64(byte & 127) << shift
            if byte & 128 == 0 { return Int(exactly: number) }
            shift += 7
        }
        return nil
    }
}
