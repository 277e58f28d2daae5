/// Joins what was parted so that a key no longer stands in one piece: line ends with quote marks or indents around them,
/// and string literals that a program would put together.
enum LineJoining {
    /// The joined form; nil where nothing is parted.
    ///
    /// - Parameter isCareful: Whether a line that begins with a word ends what was joined, as after a key the text goes on.
    static func join(_ source: NormalForm, isCareful: Bool = false) -> NormalForm? {
        let bytes = source.bytes
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var map = OffsetMap()
        var isChanged = false
        var index = 0
        while index < bytes.count {
            if index > 0, isToken(bytes[index - 1]) || isQuote(bytes[index - 1]), let next = gap(bytes, index),
                !(isCareful && beginsWord(bytes, next)), !partsWordAndNumber(bytes, index, next)
            {
                // Quotes before and after the gap go with it.
                if isQuote(bytes[index - 1]), !result.isEmpty { result.removeLast() }
                // A word that is parted at the end of a line has a hyphen there.
                if isCareful, bytes[index - 1] == 0x2D, index > 1, isToken(bytes[index - 2]), bytes[index - 2] != 0x2D {
                    result.removeLast()
                }
                isChanged = true
                index = next
                continue
            }
            map.add(at: result.count, from: index..<(index + 1), isLinear: true)
            result.append(bytes[index])
            index += 1
        }
        guard isChanged else { return nil }
        return NormalForm(.joined, result, how: "lines joined", map: map, of: source)
    }

    /// Whether a word stands at a place, or too few characters to be a piece of a key.
    private static func beginsWord(_ bytes: [UInt8], _ start: Int) -> Bool {
        let piece = bytes[start...].prefix(400).prefix { isToken($0) }
        return piece.count < 4 || piece.count < 24 && SecretValue.isWordLike(piece)
    }

    /// Whether a gap parts a word of small letters from digits: no key, but a number with its name before it.
    private static func partsWordAndNumber(_ bytes: [UInt8], _ start: Int, _ next: Int) -> Bool {
        guard next < bytes.count, (0x30...0x39).contains(bytes[next]) else { return false }
        let word = bytes[..<start].suffix(20).reversed().prefix { isToken($0) }
        return word.count >= 3 && word.dropLast().allSatisfy { (0x61...0x7A).contains($0) }
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2D, 0x2E, 0x2F, 0x3D, 0x5F: true
        default: false
        }
    }

    private static func isQuote(_ byte: UInt8) -> Bool { byte == 0x22 || byte == 0x27 || byte == 0x60 }

    /// Where what follows a gap begins; nil where no gap begins here.
    private static func gap(_ bytes: [UInt8], _ start: Int) -> Int? {
        let byte = bytes[start]
        let isLineEnd = (10...13).contains(byte)
        let isOperator = byte == 0x5C || byte == 32 || byte == 0x2B || byte == 0x2C || byte == 0x2E
        guard isLineEnd || isOperator else { return nil }
        var index = start
        var hasLineEnd = false
        while index < bytes.count, index - start < 64 {
            switch bytes[index] {
            case 10, 11, 12: hasLineEnd = true
            case 13: hasLineEnd = hasLineEnd || index + 1 >= bytes.count || bytes[index + 1] != 10
            case 32, 9: break
            case 0x3E where hasLineEnd: break
            case 0x5C: break
            // What joins literals, and the commas of a list of them.
            case 0x2B, 0x26, 0x2C, 0x2E: if !hasLineEnd, !isQuote(bytes[start - 1]) { return nil }
            default:
                if isQuote(bytes[start - 1]), isQuote(bytes[index]), index > start { return index + 1 }
                let isTextGap = hasLineEnd && isToken(bytes[start - 1]) && isToken(bytes[index])
                return isTextGap ? index : nil
            }
            index += 1
        }
        return nil
    }
}
