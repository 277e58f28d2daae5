/// Base 64 as HTTP logins and JMAP blobs write it (RFC 4648 section 4).
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8: UInt32] = Dictionary(
        uniqueKeysWithValues: alphabet.enumerated().map { ($0.element, UInt32($0.offset)) })

    /// The bytes of a text, nil where it holds a character of no meaning; padding may be missing.
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var result: [UInt8] = []
        var held: UInt32 = 0
        var bits: UInt32 = 0
        var isPadding = false
        for byte in text.utf8 {
            if byte == UInt8(ascii: "=") {
                isPadding = true
                continue
            }
            guard !isPadding, let value = values[byte] else { return nil }
            held = (held << 6 | value) & 0xFFFF
            bits += 6
            if bits >= 8 {
                bits -= 8
                result.append(UInt8(held >> bits & 0xFF))
            }
        }
        return result
    }

    /// Bytes as text, padded.
    static func encode(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var held = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            held <<= UInt32(3 - group.count) * 8
            for place in 0..<4 {
                let isFilled = place <= group.count
                result.append(isFilled ? alphabet[Int(held >> (18 - UInt32(place) * 6) & 63)] : UInt8(ascii: "="))
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
