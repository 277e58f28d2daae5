import CSodium

/// A salted Argon2id hash of a password, as text.
package struct PasswordHash: Sendable, Hashable {
    /// How much work a hash is.
    package enum Cost: Sendable {
        /// The least that libsodium takes, some microseconds: for a sandbox and for tests alone.
        case minimal
        /// libsodium's figures for logins.
        case interactive

        fileprivate var limits: (operations: UInt64, memory: Int) {
            switch self {
            case .minimal: (1, 8192)
            case .interactive: (2, 67_108_864)
            }
        }
    }

    /// The hash in libsodium's text form, its salt and its cost included.
    package let text: String

    /// A hash that was kept.
    package init(text: String) {
        self.text = text
    }

    /// Hashes a password; nil where the system has not the memory for it.
    package init?(of password: String, cost: Cost) {
        guard sodium_init() >= 0 else { return nil }
        var buffer = [CChar](repeating: 0, count: Int(crypto_pwhash_STRBYTES))
        let (operations, memory) = cost.limits
        guard crypto_pwhash_str(&buffer, password, UInt64(password.utf8.count), operations, memory) == 0 else {
            return nil
        }
        text = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Whether the password is the one that was hashed.
    package func matches(_ password: String) -> Bool {
        guard sodium_init() >= 0, text.utf8.count < Int(crypto_pwhash_STRBYTES) else { return false }
        return crypto_pwhash_str_verify(text, password, UInt64(password.utf8.count)) == 0
    }
}
