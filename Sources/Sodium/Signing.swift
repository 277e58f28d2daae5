import CSodium

/// Ed25519 signatures (RFC 8032) by libsodium.
package enum Signing {
    /// A pair of keys: the secret one signs, the public one is known to whoever checks.
    package struct KeyPair: Sendable {
        /// 32 bytes.
        package let publicKey: [UInt8]
        /// 64 bytes, the public key included.
        package let secretKey: [UInt8]
    }

    /// A new pair; nil where the system gives no random bytes.
    package static func newKeyPair() -> KeyPair? {
        guard sodium_init() >= 0 else { return nil }
        var publicKey = [UInt8](repeating: 0, count: Int(crypto_sign_PUBLICKEYBYTES))
        var secretKey = [UInt8](repeating: 0, count: Int(crypto_sign_SECRETKEYBYTES))
        guard crypto_sign_keypair(&publicKey, &secretKey) == 0 else { return nil }
        return KeyPair(publicKey: publicKey, secretKey: secretKey)
    }

    /// The public key that belongs to a secret one; nil where it is none.
    package static func publicKey(of secretKey: [UInt8]) -> [UInt8]? {
        guard sodium_init() >= 0, secretKey.count == Int(crypto_sign_SECRETKEYBYTES) else { return nil }
        var publicKey = [UInt8](repeating: 0, count: Int(crypto_sign_PUBLICKEYBYTES))
        guard crypto_sign_ed25519_sk_to_pk(&publicKey, secretKey) == 0 else { return nil }
        return publicKey
    }

    /// The public key that belongs to a seed of 32 bytes; nil where it is none.
    package static func publicKey(ofSeed seed: [UInt8]) -> [UInt8]? {
        guard sodium_init() >= 0, seed.count == Int(crypto_sign_SEEDBYTES) else { return nil }
        var publicKey = [UInt8](repeating: 0, count: Int(crypto_sign_PUBLICKEYBYTES))
        var secretKey = [UInt8](repeating: 0, count: Int(crypto_sign_SECRETKEYBYTES))
        guard crypto_sign_seed_keypair(&publicKey, &secretKey, seed) == 0 else { return nil }
        return publicKey
    }

    /// The signature of the bytes, 64 bytes; nil where the key is none.
    package static func sign(_ bytes: [UInt8], secretKey: [UInt8]) -> [UInt8]? {
        guard sodium_init() >= 0, secretKey.count == Int(crypto_sign_SECRETKEYBYTES) else { return nil }
        var signature = [UInt8](repeating: 0, count: Int(crypto_sign_BYTES))
        guard crypto_sign_detached(&signature, nil, bytes, UInt64(bytes.count), secretKey) == 0 else { return nil }
        return signature
    }

    /// Whether the signature is the key's for exactly these bytes.
    package static func isValid(_ signature: [UInt8], of bytes: [UInt8], publicKey: [UInt8]) -> Bool {
        guard sodium_init() >= 0, signature.count == Int(crypto_sign_BYTES),
            publicKey.count == Int(crypto_sign_PUBLICKEYBYTES)
        else { return false }
        return crypto_sign_verify_detached(signature, bytes, UInt64(bytes.count), publicKey) == 0
    }
}
