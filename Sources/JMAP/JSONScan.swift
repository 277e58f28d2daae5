/// Passes over JSON as quickly as its bytes can be looked at.
///
/// It says where a value ends, and nothing where there is something wrong with it: what, and where, `JSONReader` finds.
enum JSONScan {
    /// What may come next.
    private enum Expected {
        case value, valueOrEnd, key, keyOrEnd, commaOrEnd
    }

    /// The place behind the value that begins here; nil where it is no JSON, is cut off or goes deeper than `depth`.
    static func end(of bytes: [UInt8], from start: Int, to end: Int, depth: Int) -> Int? {
        bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress, end <= buffer.count else { return nil }
            return Self.end(base, start, end, depth)
        }
    }

    private static func end(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ most: Int) -> Int? {
        // One bit a level: whether it is an object. The reader's deepest level fits.
        var levels: UInt128 = 0
        var depth = 0
        var index = start
        var expected = Expected.value
        while true {
            while index < end, base[index] <= 0x20 {
                guard base[index] == 0x20 || base[index] == 0x0A || base[index] == 0x0D || base[index] == 0x09 else {
                    return nil
                }
                index += 1
            }
            guard index < end else { return nil }
            let byte = base[index]
            switch expected {
            case .key, .keyOrEnd:
                if byte == 0x22 {
                    guard let colon = Self.colon(base, index + 1, end) else { return nil }
                    index = colon + 1
                    expected = .value
                    continue
                }
                guard byte == 0x7D, expected == .keyOrEnd else { return nil }
                index += 1
                depth -= 1
                levels >>= 1
            case .commaOrEnd:
                let isObject = levels & 1 == 1
                index += 1
                if byte == 0x2C {
                    expected = isObject ? .key : .value
                    continue
                }
                guard byte == (isObject ? 0x7D : 0x5D) else { return nil }
                depth -= 1
                levels >>= 1
            case .value, .valueOrEnd:
                if byte == 0x7B || byte == 0x5B {
                    guard depth < most else { return nil }
                    depth += 1
                    levels = levels << 1 | (byte == 0x7B ? 1 : 0)
                    index += 1
                    expected = byte == 0x7B ? .keyOrEnd : .valueOrEnd
                    continue
                }
                if byte == 0x5D {
                    guard expected == .valueOrEnd else { return nil }
                    index += 1
                    depth -= 1
                    levels >>= 1
                } else {
                    guard let behind = plainEnd(base, index, end) else { return nil }
                    index = behind
                }
            }
            if depth == 0 { return index }
            expected = .commaOrEnd
        }
    }

    /// The colon behind a key whose opening quote stands before `start`.
    private static func colon(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int? {
        var index = stringEnd(base, start, end).index + 1
        guard index > 0 else { return nil }
        while index < end, base[index] == 0x20 { index += 1 }
        return index < end && base[index] == 0x3A ? index : nil
    }

    /// The place behind a string, a number or a word.
    private static func plainEnd(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int? {
        switch base[start] {
        case 0x22:
            let found = stringEnd(base, start + 1, end).index
            return found >= 0 && found < end ? found + 1 : nil
        case 0x74: return word("true", base, start, end)
        case 0x66: return word("false", base, start, end)
        case 0x6E: return word("null", base, start, end)
        default: return numberEnd(base, start, end)
        }
    }

    private static func word(_ word: StaticString, _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int? {
        let count = word.utf8CodeUnitCount
        guard end - start >= count else { return nil }
        for index in 0..<count where base[start + index] != word.utf8Start[index] { return nil }
        return start + count
    }

    private static func numberEnd(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int? {
        var index = start
        func digits() -> Int {
            let first = index
            while index < end, base[index] >= 0x30, base[index] <= 0x39 { index += 1 }
            return index - first
        }
        if base[index] == 0x2D { index += 1 }
        let first = index
        let whole = digits()
        guard whole > 0, whole == 1 || base[first] != 0x30 else { return nil }
        if index < end, base[index] == 0x2E {
            index += 1
            guard digits() > 0 else { return nil }
        }
        if index < end, base[index] | 0x20 == 0x65 {
            index += 1
            if index < end, base[index] == 0x2B || base[index] == 0x2D { index += 1 }
            guard digits() > 0 else { return nil }
        }
        return index
    }

    /// Where the closing quote of a string is whose text begins here, and whether it has escapes; `end` or beyond where
    /// it is cut off, a negative place where a control character stands in it.
    static func stringEnd(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> (index: Int, escaped: Bool) {
        var index = start
        var escaped = false
        while index < end {
            // Eight bytes at a time as long as none of them is a quote, a backslash or a control character.
            if index + 8 <= end, !hasSpecialByte(UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self)) {
                index += 8
                continue
            }
            let stop = min(index + 8, end)
            while index < stop {
                let byte = base[index]
                if byte == 0x22 { return (index, escaped) }
                if byte == 0x5C {
                    escaped = true
                    index += 1
                } else if byte < 0x20 {
                    return (-index, escaped)
                }
                index += 1
            }
        }
        return (index, escaped)
    }

    /// Whether one of eight bytes ends a stretch of plain text: a quote, a backslash, or what lies below a blank.
    ///
    /// A byte is zero where subtracting one from it borrows into its highest bit, which it did not have.
    private static func hasSpecialByte(_ word: UInt64) -> Bool {
        let (ones, highs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        let control = (word &- (ones &* 0x20)) & ~word
        return ((quote &- ones) & ~quote | (backslash &- ones) & ~backslash | control) & highs != 0
    }
}
