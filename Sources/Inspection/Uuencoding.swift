/// Decodes what stands in a text as uuencode writes it: `begin 644 name`, lines, `end`.
enum Uuencoding {
    /// The texts in such blocks, each with the stretch that it was made of.
    static func texts(in bytes: [UInt8]) -> [(bytes: [UInt8], place: Range<Int>, how: String)] {
        var result: [(bytes: [UInt8], place: Range<Int>, how: String)] = []
        let begin = Array("begin ".utf8)
        var start = 0
        while result.count < 20, let found = bytes[start...].firstRange(of: begin) {
            start = found.upperBound
            guard found.lowerBound == 0 || bytes[found.lowerBound - 1] == 10,
                bytes[found.upperBound...].prefix(4).allSatisfy({ (0x30...0x37).contains($0) || $0 == 0x20 }),
                let line = bytes[found.upperBound...].prefix(200).firstIndex(of: 10)
            else { continue }
            var decoded: [UInt8] = []
            var index = line + 1
            while index < bytes.count, decoded.count < 1_000_000 {
                let end = bytes[index...].firstIndex(of: 10) ?? bytes.count
                guard let part = Self.line(bytes[index..<end]), !part.isEmpty else { break }
                decoded += part
                index = end + 1
            }
            if Decoding.isText(decoded) {
                result.append((decoded, found.lowerBound..<min(index, bytes.count), "uuencode decoded"))
            }
            start = min(bytes.count, max(start, index))
        }
        return result
    }

    /// The bytes of one line, the first character of which says how many they are; nil for a line of another kind.
    private static func line(_ line: ArraySlice<UInt8>) -> [UInt8]? {
        guard let first = line.first, first >= 0x20, first <= 0x60 else { return nil }
        let count = Int(first - 0x20) & 63
        let body = line.dropFirst().filter { $0 != 13 }
        guard body.allSatisfy({ $0 >= 0x20 && $0 <= 0x60 }), body.count * 3 / 4 + 3 >= count else { return nil }
        var result: [UInt8] = []
        var bits: UInt32 = 0
        for (index, byte) in body.enumerated() {
            bits = bits << 6 | UInt32((byte - 0x20) & 63)
            if index % 4 == 3 {
                result += [
                    UInt8(truncatingIfNeeded: bits >> 16), UInt8(truncatingIfNeeded: bits >> 8),
                    UInt8(truncatingIfNeeded: bits),
                ]
                bits = 0
            }
        }
        return Array(result.prefix(count))
    }
}
