/// Texts out of documents whose own marks part what a reader sees as one.
enum DocumentText {
    // MARK: Rich Text Format

    /// Whether bytes begin as Rich Text Format does.
    static func isRichText(_ bytes: [UInt8]) -> Bool { bytes.starts(with: Array("{\\rtf".utf8)) }

    /// The text of a document of Rich Text Format, control words and braces taken out, escapes undone.
    static func ofRichText(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case 0x7B, 0x7D, 10, 13: continue
            case 0x5C: control(bytes, &index, &result)
            default: result.append(byte)
            }
        }
        return result
    }

    /// Passes over one control word, after its backslash.
    private static func control(_ bytes: [UInt8], _ index: inout Int, _ result: inout [UInt8]) {
        guard index < bytes.count else { return }
        let first = bytes[index]
        if first == 0x27, index + 2 < bytes.count, Decoding.isHexadecimal(bytes[index + 1]),
            Decoding.isHexadecimal(bytes[index + 2])
        {
            ScalarDecoding.append(UInt32(Decoding.hexadecimal(bytes[(index + 1)...(index + 2)])[0]), to: &result)
            index += 3
            return
        }
        guard first | 0x20 >= 0x61, first | 0x20 <= 0x7A else {
            if first == 0x5C || first == 0x7B || first == 0x7D { result.append(first) }
            index += 1
            return
        }
        var word: [UInt8] = []
        while index < bytes.count, bytes[index] | 0x20 >= 0x61, bytes[index] | 0x20 <= 0x7A, word.count < 32 {
            word.append(bytes[index])
            index += 1
        }
        var number = 0
        let isNegative = index < bytes.count && bytes[index] == 0x2D
        if isNegative { index += 1 }
        while index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39 {
            number = min(1_000_000, number * 10 + Int(bytes[index] - 0x30))
            index += 1
        }
        if index < bytes.count, bytes[index] == 0x20 { index += 1 }
        switch word {
        case Array("par".utf8), Array("line".utf8), Array("row".utf8): result.append(10)
        case Array("tab".utf8), Array("cell".utf8): result.append(9)
        case Array("u".utf8):
            // A negative number stands for a scalar above 32,767; the character after it is for older readers.
            let scalar = isNegative ? 65_536 - number : number
            if scalar > 0, scalar < 0xD800 || scalar > 0xDFFF, scalar < 0x10000 {
                ScalarDecoding.append(UInt32(scalar), to: &result)
            }
            if index < bytes.count, bytes[index] != 0x5C, bytes[index] != 0x7B, bytes[index] != 0x7D { index += 1 }
        default: break
        }
    }

    // MARK: Images

    /// The texts that a PNG has packed beside its picture (zTXt, iTXt); empty for other files.
    static func ofImage(_ bytes: [UInt8], room: inout Int) -> [UInt8] {
        guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) else { return [] }
        var result: [UInt8] = []
        var index = 8
        while index + 8 <= bytes.count, result.count < 1_000_000 {
            let count = bytes[index..<(index + 4)].reduce(0) { $0 << 8 | Int($1) }
            let kind = bytes[(index + 4)..<(index + 8)]
            let content = bytes[(index + 8)..<max(index + 8, min(bytes.count, index + 8 + count))]
            if kind.elementsEqual("zTXt".utf8) || kind.elementsEqual("iTXt".utf8),
                let packed = content.indices.first(where: { Inflation.isPacked(content[$0...]) })
            {
                result += Inflation.inflate(Array(content[packed...]), room: &room) + [10]
            }
            guard count < bytes.count else { break }
            index += 12 + count
        }
        return result
    }

    // MARK: Office documents

    /// The values of attributes that are long enough to hold something, a line each.
    static func attributes(ofXML bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count, result.count < 400_000 {
            guard bytes[index] == 0x3D, index + 1 < bytes.count, bytes[index + 1] == 0x22 || bytes[index + 1] == 0x27
            else {
                index += 1
                continue
            }
            let start = index + 2
            let end = bytes[start...].firstIndex(of: bytes[index + 1]) ?? bytes.count
            if end - start >= 12 { result += bytes[start..<end] + [10] }
            index = end + 1
        }
        return result
    }
}

/// Unpacks what is packed by gzip or zlib (RFC 1950, 1952) inside limits.
enum Inflation {
    /// Whether bytes begin as gzip's or zlib's do.
    static func isPacked(_ bytes: some Collection<UInt8>) -> Bool {
        let head = Array(bytes.prefix(3))
        guard head.count == 3 else { return false }
        if head[0] == 0x1F, head[1] == 0x8B { return true }
        return head[0] == 0x78 && (UInt16(head[0]) << 8 | UInt16(head[1])) % 31 == 0 && head[1] & 0x20 == 0
    }

    /// The unpacked bytes, up to the room; empty where they are damaged.
    static func inflate(_ bytes: [UInt8], room: inout Int) -> [UInt8] {
        guard isPacked(bytes) else { return [] }
        // The library knows gzip alone: the same stream with another head. Its sum is not looked at.
        let gzip =
            bytes[0] == 0x1F ? bytes : [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF] + bytes.dropFirst(2) + [0, 0, 0, 0]
        var result: [UInt8] = []
        var files = 2
        var left = min(room, 2_000_000)
        _ = ArchiveReader.read(gzip, room: &left, ratio: 1_000, files: &files) { _, content in
            result = content
            return false
        }
        room -= result.count
        return result
    }
}
