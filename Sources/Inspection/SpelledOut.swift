/// Reads what is written as numbers, one for each byte, or as single characters with the same sign between them.
enum SpelledOut {
    /// The readings of a text, each with the stretch that it was made of.
    static func readings(of text: [UInt8], most: Int = 50) -> [(bytes: [UInt8], place: Range<Int>, how: String)] {
        var result: [(bytes: [UInt8], place: Range<Int>, how: String)] = []
        var index = 0
        while index < text.count, result.count < most {
            guard isWordByte(text[index]), index == 0 || !isWordByte(text[index - 1]) else {
                index += 1
                continue
            }
            if let found = numbers(text, index) ?? characters(text, index) {
                result.append(found)
                index = found.place.upperBound
            } else {
                while index < text.count, isWordByte(text[index]) { index += 1 }
            }
        }
        return result
    }

    private static let least = 12
    private static let longest = 100_000

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5C, 0x5F: true
        default: false
        }
    }

    // MARK: Numbers

    /// How the numbers of a run are written; the same all through it.
    private enum Base: CaseIterable { case binary, hexadecimal, prefixed, scalar, decimal }

    private static func numbers(_ text: [UInt8], _ start: Int) -> (bytes: [UInt8], place: Range<Int>, how: String)? {
        for base in Base.allCases {
            var bytes: [UInt8] = []
            var index = start
            var end = start
            while index < text.count, bytes.count < longest, let (value, next) = number(text, index, base) {
                bytes.append(value)
                end = next
                index = separator(text, next)
                if index == next { break }
            }
            if bytes.count >= least, Set(bytes).count >= 4, Decoding.isText(bytes) {
                return (bytes, start..<end, "numbers read as characters")
            }
        }
        return nil
    }

    private static func number(_ text: [UInt8], _ start: Int, _ base: Base) -> (UInt8, next: Int)? {
        var index = start
        func at(_ offset: Int) -> UInt8 { start + offset < text.count ? text[start + offset] : 0 }
        let digits: ClosedRange<Int>
        let radix: Int
        switch base {
        case .binary: (digits, radix) = (7...8, 2)
        case .hexadecimal: (digits, radix) = (2...2, 16)
        case .decimal: (digits, radix) = (2...3, 10)
        case .prefixed:
            guard at(0) == 0x30 || at(0) == 0x5C, at(1) | 0x20 == 0x78 else { return nil }
            index += 2
            (digits, radix) = (2...2, 16)
        case .scalar:
            guard at(0) | 0x20 == 0x75, at(1) == 0x2B else { return nil }
            index += 2
            (digits, radix) = (4...4, 16)
        }
        var value = 0
        var count = 0
        while index < text.count, count < digits.upperBound, let digit = digit(text[index]), digit < radix {
            value = value * radix + digit
            count += 1
            index += 1
        }
        guard digits.contains(count), index >= text.count || digit(text[index]) == nil, value >= 9, value < 127 else {
            return nil
        }
        return (UInt8(value), index)
    }

    private static func digit(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: Int(byte) - 0x30
        case 0x41...0x46: Int(byte) - 0x37
        case 0x61...0x66: Int(byte) - 0x57
        default: nil
        }
    }

    /// Where the next number begins: after up to three blanks, line ends, commas, colons and the like.
    private static func separator(_ text: [UInt8], _ start: Int) -> Int {
        var index = start
        while index < text.count, index - start < 4,
            [0x20, 9, 10, 13, 0x2C, 0x3A, 0x3B, 0x2D, 0x2F, 0x7C].contains(text[index])
        {
            index += 1
        }
        return index
    }

    // MARK: Characters

    /// `g h p _ x`, `g-h-p-_-x`: at least sixteen characters, the same sign after each.
    private static func characters(_ text: [UInt8], _ start: Int) -> (bytes: [UInt8], place: Range<Int>, how: String)? {
        guard start + 1 < text.count, [0x20, 0x2D, 0x2E, 0x2F, 0x2C, 0x2A, 0x7C, 0x5F, 10].contains(text[start + 1])
        else { return nil }
        let sign = text[start + 1]
        var bytes: [UInt8] = []
        var index = start
        while index < text.count, bytes.count < 400, text[index] > 0x20, text[index] < 0x7F {
            guard index + 1 >= text.count || text[index + 1] == sign || text[index + 1] <= 0x20 else { break }
            bytes.append(text[index])
            index += 2
            if index > text.count || text[index - 1] != sign { break }
        }
        guard bytes.count >= 16, Set(bytes).count >= 5 else { return nil }
        return (bytes, start..<min(text.count, index), "single characters joined")
    }
}
