import CSodium

/// The few primitives of libsodium that the program uses; every one may be called from any thread.
package enum Sodium {
    /// libsodium made ready once; its functions may then be called from any thread.
    private static let isReady: Bool = sodium_init() >= 0

    private static func prepare() {
        // sodium_init fails only where the system has no source of random bytes; going on without one is no choice.
        precondition(isReady, "libsodium: the system gives no random bytes")
    }

    /// Random bytes, fit for secrets.
    package static func random(_ count: Int) -> [UInt8] {
        prepare()
        var bytes = [UInt8](repeating: 0, count: max(0, count))
        randombytes_buf(&bytes, bytes.count)
        return bytes
    }

    /// A random text of `length` characters from `A-Z a-z 0-9`, fit for secrets: 5.95 bits a character.
    package static func randomText(_ length: Int) -> String {
        prepare()
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
        let bytes = (0..<max(0, length)).map { _ in alphabet[Int(randombytes_uniform(UInt32(alphabet.count)))] }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The SHA-256 digest, 32 bytes.
    package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        prepare()
        var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
        crypto_hash_sha256(&digest, bytes, UInt64(bytes.count))
        return digest
    }

    /// The HMAC-SHA-256 (RFC 2104) of the bytes under a key of any length, 32 bytes.
    package static func hmacSHA256(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        prepare()
        var state = crypto_auth_hmacsha256_state()
        var digest = [UInt8](repeating: 0, count: Int(crypto_auth_hmacsha256_BYTES))
        crypto_auth_hmacsha256_init(&state, key, key.count)
        crypto_auth_hmacsha256_update(&state, bytes, UInt64(bytes.count))
        crypto_auth_hmacsha256_final(&state, &digest)
        return digest
    }

    /// Whether two byte strings are the same, in a time that tells nothing of where they differ.
    package static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        prepare()
        return left.count == right.count && sodium_memcmp(left, right, left.count) == 0
    }
}
