import CUTF8Proc

/// Folds what looks alike into one form: compatibility forms (full width, mathematical letters, ligatures), letters of
/// other scripts that look like Latin ones, and characters that show nothing.
enum TextFolding {
    /// The folded form; nil where the text is folded already.
    static func fold(_ source: NormalForm) -> NormalForm? {
        let bytes = source.bytes
        guard bytes.contains(where: { $0 >= 0x80 || isControl($0) }) else { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var map = OffsetMap()
        var isChanged = false
        var index = 0
        var buffer = [Int32](repeating: 0, count: 64)
        while index < bytes.count {
            let (scalar, length) = ScalarDecoding.next(bytes, index)
            let origin = index..<(index + length)
            index += length
            if isControl(UInt8(truncatingIfNeeded: scalar)), scalar < 0x80 {
                // A backspace takes back what stands before it.
                if scalar == 8, let last = result.last, last != 10 { result.removeLast() }
                isChanged = true
                continue
            }
            if scalar < 0x80 {
                map.add(at: result.count, from: origin, isLinear: true)
                result.append(UInt8(scalar))
                continue
            }
            if isIgnorable(scalar) {
                isChanged = true
                continue
            }
            let start = result.count
            let folded = plain(scalar).map { [$0] } ?? compatible(scalar, &buffer)
            for scalar in folded {
                ScalarDecoding.append(confusables[scalar].map { UInt32($0) } ?? scalar, to: &result)
            }
            let isSame = result.count - start == length && result[start...].elementsEqual(bytes[origin])
            map.add(at: start, from: origin, isLinear: isSame)
            if !isSame { isChanged = true }
        }
        guard isChanged else { return nil }
        return NormalForm(.folded, result, how: "look-alike and invisible characters undone", map: map, of: source)
    }

    /// Control characters that show nothing; line ends, tabs and the escape of terminals' sequences are none of them.
    private static func isControl(_ byte: UInt8) -> Bool {
        byte < 9 || byte > 13 && byte < 27 || byte > 27 && byte < 32 || byte == 127
    }

    /// Whether a character shows nothing and parts what is read as one word.
    static func isIgnorable(_ scalar: UInt32) -> Bool {
        switch scalar {
        // The last ones strike a character out or underline it.
        case 0x305, 0x332...0x338, 0x33F, 0x20D0...0x20F0, 0xAD, 0x34F, 0x61C, 0x115F...0x1160, 0x17B4...0x17B5,
            0x180B...0x180F, 0x200B...0x200F, 0x202A...0x202E,
            0x2060...0x206F, 0x3164, 0xFE00...0xFE0F, 0xFEFF, 0xFFA0, 0xFFF9...0xFFFB, 0x1D173...0x1D17A,
            0xE0000...0xE0FFF:
            true
        default: false
        }
    }

    /// The ASCII character that a look-alike, a digit of another script or a line end stands for.
    private static func plain(_ scalar: UInt32) -> UInt32? {
        if let letter = confusables[scalar] { return UInt32(letter) }
        if scalar == 0x85 || scalar == 0x2028 || scalar == 0x2029 { return 10 }
        guard scalar >= 0x660, scalar < 0x1900 else { return nil }
        for zero in digitZeros where scalar >= zero && scalar < zero + 10 { return 0x30 + scalar - zero }
        return nil
    }

    /// The zeros of scripts with decimal digits of their own.
    private static let digitZeros: [UInt32] = [
        0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50, 0xED0, 0xF20, 0x1040,
        0x17E0, 0x1810,
    ]

    private static func compatible(_ scalar: UInt32, _ buffer: inout [Int32]) -> [UInt32] {
        // Only compatibility decompositions matter; letters with accents stay whole, as the word lists have them.
        switch scalar {
        case 0x00A0...0x00BE, 0x2000...0x206F, 0x2070...0x218F, 0x2460...0x24FF, 0x2E80...0x33FF, 0xFB00...0xFFEF,
            0x1D400...0x1D7FF, 0x1F100...0x1F1FF:
            break
        default: return [scalar]
        }
        var state: Int32 = 0
        let count = utf8proc_decompose_char(
            Int32(bitPattern: scalar), &buffer, buffer.count,
            utf8proc_option_t(UTF8PROC_COMPAT.rawValue | UTF8PROC_DECOMPOSE.rawValue), &state)
        guard count > 0, count <= buffer.count else { return [scalar] }
        return buffer.prefix(count).map { UInt32(bitPattern: $0) }
    }

    /// Letters of other scripts, and of Latin beyond ASCII, that look like a letter or a digit of ASCII.
    static let confusables: [UInt32: UInt8] = {
        var table: [UInt32: UInt8] = [:]
        let rows: [(String, String)] = [
            // Cyrillic
            ("АВЕЅІЈКМНОРСТУХЗаеѕіјорсухһԁԛԝкмнтгвбпѵ", "ABESIJKMHOPCTYX3aesijopcyxhdqwkmhtrbbnv"),
            // Greek
            ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβγειικνορτυχϲ", "ABEZHIKMNOPTYXaByeiiKvoptuxc"),
            // Armenian, Cherokee and others
            ("օոսՕՍցԁհԼ", "onuOUgdhL"), ("ᎪᏴᏟᎠᎬᏀᎻᎥᎫᏦᏞᎷᏢᏒᏚᎢᏙᏔᏃ", "ABCDEGHiJKLMPRSTVWZ"),
            // Latin beyond ASCII, and marks
            ("ɑƄɡıȷɩʟɪʀʏℓ℮ʜɴᴀʙᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢ", "abgijilirylehnabcdejkmoptuvwz"),
            ("‐‑‒–—―−﹣‘’‚‛“”„‟′″⁄∕∶։．。", "-------\u{2D}''''\"\"\"\"'\"//::.."),
        ]
        for (from, to) in rows {
            let letters = Array(to.utf8)
            for (index, scalar) in from.unicodeScalars.enumerated() where index < letters.count {
                table[scalar.value] = letters[index]
            }
        }
        return table
    }()
}

/// Reads and writes single scalars of UTF-8.
enum ScalarDecoding {
    /// The scalar that begins at an index and how many bytes it takes; U+FFFD and 1 for a byte that begins none.
    @inline(__always)
    static func next(_ bytes: [UInt8], _ index: Int) -> (scalar: UInt32, length: Int) {
        let first = bytes[index]
        guard first >= 0x80 else { return (UInt32(first), 1) }
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 1
        guard length > 1, index + length <= bytes.count else { return (0xFFFD, 1) }
        var scalar = UInt32(first) & (length == 2 ? 0x1F : length == 3 ? 0x0F : 0x07)
        for offset in 1..<length {
            let byte = bytes[index + offset]
            guard byte & 0xC0 == 0x80 else { return (0xFFFD, 1) }
            scalar = scalar << 6 | UInt32(byte & 0x3F)
        }
        return (scalar, length)
    }

    static func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
        switch scalar {
        case 0..<0x80: bytes.append(UInt8(scalar))
        case 0..<0x800:
            bytes.append(UInt8(0xC0 | scalar >> 6))
            bytes.append(UInt8(0x80 | scalar & 0x3F))
        case 0..<0x10000:
            bytes.append(UInt8(0xE0 | scalar >> 12))
            bytes.append(UInt8(0x80 | scalar >> 6 & 0x3F))
            bytes.append(UInt8(0x80 | scalar & 0x3F))
        default:
            bytes.append(UInt8(0xF0 | scalar >> 18 & 0x07))
            bytes.append(UInt8(0x80 | scalar >> 12 & 0x3F))
            bytes.append(UInt8(0x80 | scalar >> 6 & 0x3F))
            bytes.append(UInt8(0x80 | scalar & 0x3F))
        }
    }
}
