/// Reads UTF-8 strictly, scalar by scalar; a byte that belongs to no valid scalar is handed out alone.
struct ScalarReader {
    /// A scalar, or a byte that is none.
    struct Item {
        /// The scalar, or nothing when `byte` is invalid here.
        var scalar: UInt32?
        /// The first byte.
        var byte: UInt8
        /// Bytes read.
        var length: Int
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// The next item, which is taken.
    mutating func next() -> Item? {
        guard let item = item(at: position) else { return nil }
        position += item.length
        return item
    }

    /// The next item, which stays.
    func peek() -> Item? { item(at: position) }

    /// How many tag characters after `first` complete the flag of a part of a country, or nothing if they do not.
    ///
    /// Such a flag is a black flag, three to six tag letters or digits, and the cancel tag (Unicode TR 51, ED-14a).
    func flagTags(after first: UInt32) -> Int? {
        guard Self.isFlagTag(first) else { return nil }
        var count = 0
        var at = position
        while let item = item(at: at), let scalar = item.scalar, count < 7 {
            count += 1
            at += item.length
            if scalar == Scalars.cancelTag { return count >= 3 ? count : nil }
            guard Self.isFlagTag(scalar) else { return nil }
        }
        return nil
    }

    private static func isFlagTag(_ scalar: UInt32) -> Bool {
        (0xE0030...0xE0039).contains(scalar) || (0xE0061...0xE007A).contains(scalar)
    }

    private func item(at index: Int) -> Item? {
        guard index < bytes.count else { return nil }
        let first = bytes[index]
        if first < 0x80 { return Item(scalar: UInt32(first), byte: first, length: 1) }
        // Allowed second bytes exclude overlong forms, surrogates and what is beyond U+10FFFF (RFC 3629).
        let (length, second): (Int, ClosedRange<UInt8>)
        switch first {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return Item(scalar: nil, byte: first, length: 1)
        }
        guard index + length <= bytes.count, second.contains(bytes[index + 1]) else {
            return Item(scalar: nil, byte: first, length: 1)
        }
        var scalar = UInt32(first) & (0x7F >> UInt32(length))
        for offset in 1..<length {
            let byte = bytes[index + offset]
            guard byte & 0xC0 == 0x80 else { return Item(scalar: nil, byte: first, length: 1) }
            scalar = scalar << 6 | UInt32(byte & 0x3F)
        }
        return Item(scalar: scalar, byte: first, length: length)
    }
}
