import JMAP
import Synchronization

/// The number of a principal on 0.15, and its form as the id of an account in JMAP.
struct PrincipalNumber: Sendable, Hashable {
    /// The number.
    let value: UInt64

    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz792013")

    init(_ value: UInt64) {
        self.value = value
    }

    /// Base 32, most significant digit first; 0 is `a`.
    var text: String {
        var rest = value
        var digits: [Character] = []
        repeat {
            digits.append(Self.alphabet[Int(rest & 31)])
            rest >>= 5
        } while rest > 0
        return String(digits.reversed())
    }
}

/// Names of accounts by their id, which the server cannot be asked for; always compared again before use.
final class PrincipalNames: Sendable {
    private let known = Mutex<[AccountID: String]>([:])

    func name(of id: AccountID) -> String? { known.withLock { $0[id] } }

    func note(_ name: String, of id: AccountID) { known.withLock { $0[id] = name } }
}

extension ServerAccount {
    /// What the server of 0.15 knows the account by: its login, which need not be its address. Another principal may
    /// have that address as its name, so that the address never stands in for a login that was read.
    var principalName: String { login ?? address }

    /// Reads what 0.15 gives of an individual or a group; nil for anything else.
    ///
    /// - Parameter groups: The ids of groups by their names, by which the server names those of a principal.
    init?(principal: JSON, groups: [String: AccountID] = [:]) {
        guard let number = principal["id"]?.int, number >= 0, let login = principal["name"]?.string,
            let type = principal["type"]?.string, type == "individual" || type == "group"
        else { return nil }
        let emails = Self.texts(principal["emails"]).map { $0.lowercased() }
        let address = emails.first ?? (login.contains("@") ? login.lowercased() : "")
        let parts = AddressParts(address)
        let isByAddress = login.lowercased() == address
        let quota = principal["quota"]?.int
        self.init(
            id: AccountID(PrincipalNumber(UInt64(number)).text), kind: type == "group" ? .group : .individual,
            name: isByAddress ? parts?.local ?? login : login, address: address,
            domain: parts.map { DomainID($0.domain) }, detail: principal["description"]?.string ?? "",
            roles: Roles(names: Self.texts(principal["roles"])), aliases: Array(emails.dropFirst()),
            groups: Set(Self.texts(principal["memberOf"]).compactMap { groups[$0] }),
            quota: quota.flatMap { $0 > 0 ? $0 : nil }, used: principal["usedQuota"]?.int,
            disabledPermissions: Set(Self.texts(principal["disabledPermissions"]).map { Permission($0) }),
            addedPermissions: Set(Self.texts(principal["enabledPermissions"]).map { Permission($0) }),
            tenant: principal["tenant"]?.string, login: login)
    }

    /// A list of texts; the server leaves empty ones out, and may give one text alone.
    static func texts(_ value: JSON?) -> [String] {
        if let one = value?.string { return [one] }
        return (value?.array ?? []).compactMap(\.string)
    }
}

extension ServerAccount.Roles {
    init(names: [String]) {
        switch names {
        case ["user"]: self = .standard
        case ["admin"]: self = .administrator
        default: self = .custom(Set(names.map { RoleID($0) }))
        }
    }

    /// The roles as 0.15 takes them.
    var names: JSON {
        switch self {
        case .standard: ["user"]
        case .administrator: ["admin"]
        case .custom(let roles): .array(roles.sorted().map(\.json))
        }
    }
}
