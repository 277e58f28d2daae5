/// The kinds of objects that an administrator makes.
enum ObjectKind: String, Sendable, CaseIterable {
    case domain = "Domain"
    case role = "Role"
    case account = "Account"
    case apiKey = "ApiKey"
    case appPassword = "AppPassword"
    case signingKey = "DkimSignature"
    case mtaHook = "MtaHook"
    case throttle = "MtaInboundThrottle"

    /// Whether such objects belong to an account.
    var isOwned: Bool { self == .apiKey || self == .appPassword }
}

/// What the server needs to know of an account at once; its whole object is kept beside it.
struct Account: Sendable {
    let id: Int
    let isGroup: Bool
    /// The address, in lower case.
    let address: String
    /// All addresses that are delivered here, the first included.
    let addresses: [String]
    let description: String?
    /// The groups of which it is a member.
    let groups: Set<Int>
    /// Quotas by their names, such as `maxDiskQuota`.
    let quotas: [String: Int]
    /// The hash of its password, nil where it has none.
    let passwordHash: String?
}

/// A secret that was made for an account: an API key or an app password. The secret itself is not kept, its digest is.
struct IssuedSecret: Sendable {
    let kind: ObjectKind
    let account: Int
    let id: Int
    /// The SHA-256 of the secret.
    let digest: [UInt8]
    /// The second from which on it is refused, nil for never.
    let expires: Int?
    /// The addresses and networks from which it may be used; empty for any.
    let allowedIPs: [String]
    let scope: PermissionScope
}

/// What a secret lets through of its account's permissions.
enum PermissionScope: Sendable {
    case inherit
    case disable(Set<String>)
    case replace(Set<String>)

    init(_ value: JSONValue?) {
        let names = Set(value?["permissions"]?.object?.trueKeys ?? [])
        switch value?["@type"]?.string {
        case "Disable": self = .disable(names)
        case "Replace": self = .replace(names)
        default: self = .inherit
        }
    }

    /// The account's permissions as far as the scope lets them through.
    func applied(to permissions: Set<String>) -> Set<String> {
        switch self {
        case .inherit: permissions
        case .disable(let names): permissions.subtracting(names)
        case .replace(let names): permissions.intersection(names)
        }
    }
}

extension JSONObject {
    /// The names whose value is true: how JMAP writes a set.
    var trueKeys: [String] {
        compactMap { $0.1.bool == true ? $0.0 : nil }
    }
}
