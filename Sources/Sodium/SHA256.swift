import CSodium

/// A SHA-256 digest of bytes that come in pieces.
package struct SHA256: ~Copyable {
    private var state = crypto_hash_sha256_state()

    /// Begins with no bytes.
    package init() {
        crypto_hash_sha256_init(&state)
    }

    /// Takes the next bytes.
    package mutating func add(_ bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        crypto_hash_sha256_update(&state, bytes, UInt64(bytes.count))
    }

    /// The digest, 32 bytes; nothing may be added afterwards.
    package mutating func digest() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
        crypto_hash_sha256_final(&state, &digest)
        return digest
    }
}
