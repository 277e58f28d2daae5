import Sodium

/// A salted hash of an agent's key: tells whether a text is the key, and nothing else.
///
/// A key has far more than 128 random bits, so that one HMAC-SHA-256 is as good as a slow hash here, and a guard can try
/// every word of a message.
package struct KeyHash: Sendable, Hashable {
    private let salt: [UInt8]
    private let digest: [UInt8]

    /// Hashes a key under a new salt of 16 bytes.
    package init(of key: String) {
        salt = Sodium.random(16)
        digest = Sodium.hmacSHA256(Array(key.utf8), key: salt)
    }

    /// Reads a hash that was kept; nil where the text is none.
    package init?(text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let salt = Hex.bytes(parts[0]), let digest = Hex.bytes(parts[1]), salt.count == 16,
            digest.count == 32
        else { return nil }
        self.salt = salt
        self.digest = digest
    }

    /// The salt and the digest in hexadecimal, a dot between them.
    package var text: String { "\(Hex.text(salt)).\(Hex.text(digest))" }

    /// Whether the text is the key.
    package func matches(_ text: String) -> Bool {
        Sodium.isEqual(Sodium.hmacSHA256(Array(text.utf8), key: salt), digest)
    }
}

/// Bytes as hexadecimal digits in lower case.
enum Hex {
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        let digits = text.utf8.map { digit -> UInt8? in
            switch digit {
            case 0x30...0x39: digit - 0x30
            case 0x61...0x66: digit - 0x57
            default: nil
            }
        }
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[place], let low = digits[place + 1] else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}
