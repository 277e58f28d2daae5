import CCrypt
import Sodium

/// Salted hashes of secrets as crypt(3) writes them.
enum PasswordDigest {
    /// The SHA-512 form `$6$…` with a fresh salt; nil where the system's libcrypt has it not.
    ///
    /// The secrets are random and long, so that the usual number of rounds is enough.
    static func sha512(of secret: String) -> String? {
        var state = crypt_data()
        guard let text = crypt_r(secret, "$6$\(Sodium.randomText(16))", &state) else { return nil }
        let hash = String(cString: text)
        return hash.hasPrefix("$6$") ? hash : nil
    }
}
