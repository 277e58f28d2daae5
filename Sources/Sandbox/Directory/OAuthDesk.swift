import Sodium

/// Gives tokens for logins, as the real server does: they hold all of the account's rights, whatever the login was
/// narrowed to, and go on after it.
struct OAuthDesk {
    /// An access token lasts an hour.
    static let seconds = 3_600
    /// Codes and tokens of each kind that are remembered; more make all of them be forgotten.
    private static let remembered = 10_000

    /// What a code or a token stands for.
    private struct Grant {
        let account: Int
        let ends: Int
    }

    private var codes: [String: Grant] = [:]
    private var accessTokens: [[UInt8]: Grant] = [:]
    private var refreshTokens: [[UInt8]: Grant] = [:]
    /// Devices that wait for somebody to confirm them, by the code that people type.
    private var devices: [String: (device: String, ends: Int)] = [:]

    /// A code for an account that has logged in.
    mutating func code(for account: Int) -> String {
        let code = Sodium.randomText(40)
        Self.add(Grant(account: account, ends: Timestamp.now + 600), code, to: &codes)
        return code
    }

    /// The codes of a device: its own, and the one that people type.
    mutating func device() -> (device: String, user: String) {
        let code = Sodium.randomText(40)
        let text = Sodium.randomText(8).uppercased()
        let user = "\(text.prefix(4))-\(text.suffix(4))"
        if devices.count >= Self.remembered { devices = [:] }
        devices[user] = (code, Timestamp.now + 1_800)
        return (code, user)
    }

    /// Lets a device have a token for an account that has logged in; false for a code that nobody was given.
    mutating func confirm(_ user: String, for account: Int) -> Bool {
        guard let device = devices.removeValue(forKey: user), device.ends > Timestamp.now else { return false }
        Self.add(Grant(account: account, ends: Timestamp.now + 600), device.device, to: &codes)
        return true
    }

    /// Whether a device waits for its confirmation.
    func isPending(_ device: String) -> Bool { devices.values.contains { $0.device == device } }

    /// An access and a refresh token for a code, once; nil for a code that is none or is used up.
    mutating func tokens(for code: String) -> (access: String, refresh: String)? {
        guard let grant = codes.removeValue(forKey: code), grant.ends > Timestamp.now else { return nil }
        let refresh = Sodium.randomText(60)
        Self.add(Grant(account: grant.account, ends: .max), Sodium.sha256(Array(refresh.utf8)), to: &refreshTokens)
        return (access(for: grant.account), refresh)
    }

    /// A new access token for a refresh token; nil for one that nobody was given.
    mutating func access(refresh: String) -> String? {
        guard let grant = refreshTokens[Sodium.sha256(Array(refresh.utf8))] else { return nil }
        return access(for: grant.account)
    }

    private mutating func access(for account: Int) -> String {
        let token = Sodium.randomText(60)
        let grant = Grant(account: account, ends: Timestamp.now + Self.seconds)
        Self.add(grant, Sodium.sha256(Array(token.utf8)), to: &accessTokens)
        return token
    }

    /// The account of an access token that has not ended.
    func account(ofToken digest: [UInt8]) -> Int? {
        guard let grant = accessTokens[digest], grant.ends > Timestamp.now else { return nil }
        return grant.account
    }

    private static func add<Key: Hashable>(_ grant: Grant, _ key: Key, to grants: inout [Key: Grant]) {
        if grants.count >= remembered { grants = [:] }
        grants[key] = grant
    }
}
