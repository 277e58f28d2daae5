/// Joins what was parted so that a key no longer stands in one piece: line ends with quote marks or indents around them,
/// and string literals that a program would put together.
enum LineJoining {
    /// The joined form; nil where nothing is parted.
    static func join(_ source: NormalForm) -> NormalForm? {
        let bytes = source.bytes
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var map = OffsetMap()
        var isChanged = false
        var index = 0
        while index < bytes.count {
            if index > 0, isToken(bytes[index - 1]) || isQuote(bytes[index - 1]), let next = gap(bytes, index) {
                // Quotes before and after the gap go with it.
                if isQuote(bytes[index - 1]), !result.isEmpty { result.removeLast() }
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
        guard byte == 10 || byte == 13 || byte == 0x5C || byte == 32 || byte == 0x2B else { return nil }
        var index = start
        var hasLineEnd = false
        var hasPlus = false
        while index < bytes.count, index - start < 64 {
            switch bytes[index] {
            case 10: hasLineEnd = true
            case 13, 32, 9: break
            case 0x3E where hasLineEnd: break
            case 0x5C: break
            case 0x2B, 0x26: if isQuote(bytes[start - 1]) { hasPlus = true } else if !hasLineEnd { return nil }
            default:
                if hasPlus || (hasLineEnd && isQuote(bytes[start - 1])), isQuote(bytes[index]) { return index + 1 }
                let isTextGap = hasLineEnd && isToken(bytes[start - 1]) && isToken(bytes[index])
                return isTextGap ? index : nil
            }
            index += 1
        }
        return nil
    }
}
