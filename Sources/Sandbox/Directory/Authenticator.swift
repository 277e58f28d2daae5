import Glibc
import Sodium

/// Who is logged in and what that credential may do.
struct Login: Sendable {
    /// The account in which requests are made.
    let account: Int
    /// Its address, or the recovery administrator's name.
    let name: String
    let permissions: Set<String>
    /// The groups of which the account is a member.
    let groups: Set<Int>

    func may(_ permission: String) -> Bool { permissions.contains(permission) }
}

/// What an Authorization field leads to.
enum Authentication {
    /// There was none.
    case none
    case login(Login)
    /// The name, the password or the key is wrong, or no longer valid.
    case refused
    /// The login is right, and may not be used (now, or from here).
    case forbidden
}

/// Turns Authorization fields into logins, and remembers the dear part of it: whose password was right.
struct Authenticator {
    /// The name and password of the administrator who is there from the start.
    let administrator: (name: String, password: String)
    /// Codes and tokens that logins were given.
    var desk = OAuthDesk()

    /// Who a field named, without what may change: permissions are worked out anew for each request.
    private enum Identity {
        case recovery
        case account(Int)
        case secret(IssuedSecret)
        /// An access token, by its digest.
        case token([UInt8])
        /// The password is right, and its owner may not act for others.
        case powerless
    }

    /// Fields that were right, as of one generation of the directory.
    private var known: [String: Identity] = [:]
    private var generation = -1

    private static let remembered = 4096

    init(administrator: (name: String, password: String)) {
        self.administrator = administrator
    }

    /// Looks at an Authorization field.
    mutating func authenticate(_ field: String?, directory: Directory) -> Authentication {
        guard let field else { return .none }
        if generation != directory.generation || known.count > Self.remembered {
            known = [:]
            generation = directory.generation
        }
        guard let identity = known[field] ?? identity(field, directory) else { return .refused }
        known[field] = identity
        switch identity {
        case .recovery:
            return .login(
                Login(
                    account: Directory.recoveryAccount, name: administrator.name, permissions: PermissionTable.admin,
                    groups: []))
        case .powerless: return .forbidden
        case .account(let id): return login(id, permissions: directory.permissions(of: id), directory)
        case .token(let digest):
            guard let id = desk.account(ofToken: digest) else { return .refused }
            return login(id, permissions: directory.permissions(of: id), directory)
        case .secret(let secret):
            if let expires = secret.expires, expires <= Timestamp.now { return .refused }
            guard secret.allowedIPs.isEmpty || secret.allowedIPs.contains(where: Self.holdsLoopback) else {
                return .forbidden
            }
            let permissions = secret.scope.applied(to: directory.permissions(of: secret.account))
            return login(secret.account, permissions: permissions, directory)
        }
    }

    private func login(_ id: Int, permissions: Set<String>, _ directory: Directory) -> Authentication {
        guard let account = directory.account(id) else { return .refused }
        guard permissions.contains("authenticate") else { return .forbidden }
        return .login(Login(account: id, name: account.address, permissions: permissions, groups: account.groups))
    }

    private func identity(_ field: String, _ directory: Directory) -> Identity? {
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        switch parts[0].lowercased() {
        case "bearer":
            let digest = Sodium.sha256(Array(parts[1].utf8))
            if let secret = directory.secret(digest: digest) { return secret.kind == .apiKey ? .secret(secret) : nil }
            return desk.account(ofToken: digest) == nil ? nil : .token(digest)
        case "basic":
            guard let bytes = Base64.decode(parts[1]), let text = String(validating: bytes, as: UTF8.self),
                let colon = text.firstIndex(of: ":")
            else { return nil }
            return basic(String(text[..<colon]), password: String(text[text.index(after: colon)...]), directory)
        default: return nil
        }
    }

    private func basic(_ name: String, password: String, _ directory: Directory) -> Identity? {
        if name == administrator.name {
            let isRight = Sodium.isEqual(Array(password.utf8), Array(administrator.password.utf8))
            return isRight ? .recovery : nil
        }
        // `account%other`: the other's password, the account's mail and permissions; the other must be an impersonator.
        if let percent = name.firstIndex(of: "%") {
            let other = String(name[name.index(after: percent)...])
            guard let account = directory.account(address: String(name[..<percent])) else { return nil }
            switch basic(other, password: password, directory) {
            case .recovery: return .account(account.id)
            case .account(let id):
                let permissions = directory.permissions(of: id)
                return permissions.isSuperset(of: ["authenticate", "impersonate"]) ? .account(account.id) : .powerless
            case .powerless: return .powerless
            case .secret, .token, nil: return nil
            }
        }
        guard let account = directory.account(address: name) else { return nil }
        if let secret = directory.secret(digest: Sodium.sha256(Array(password.utf8))) {
            return secret.kind == .appPassword && secret.account == account.id ? .secret(secret) : nil
        }
        guard let hash = account.passwordHash, PasswordHash(text: hash).matches(password) else { return nil }
        return .account(account.id)
    }

    /// Whether an address or a network holds 127.0.0.1, from which every request here comes.
    private static func holdsLoopback(_ network: String) -> Bool {
        let parts = network.split(separator: "/", maxSplits: 1)
        var address = in_addr()
        guard let first = parts.first, inet_pton(AF_INET, String(first), &address) == 1 else { return false }
        let bits = parts.count == 2 ? Int(parts[1]) ?? -1 : 32
        guard 0...32 ~= bits else { return false }
        let mask = bits == 0 ? 0 : UInt32.max << UInt32(32 - bits)
        return UInt32(bigEndian: address.s_addr) & mask == 0x7F00_0001 & mask
    }
}
