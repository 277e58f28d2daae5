import SQLite

/// Domains, roles, accounts and secrets: kept in memory as they are needed, written through to the database.
final class Directory {
    /// The administrator who is there before any account: it has all permissions and no mail.
    static let recoveryAccount = 0xFFFF_FFFF

    private let database: Connection
    /// Domains, roles and accounts by kind and id.
    private var objects: [ObjectKind: [Int: JSONObject]] = [:]
    /// Secrets' objects by account and id; the two kinds share their ids.
    private var secrets: [Int: [Int: (kind: ObjectKind, object: JSONObject)]] = [:]
    /// The last id that was given, by kind and owner.
    private var lastIDs: [String: Int] = [:]

    private var accounts: [Int: Account] = [:]
    private var accountsByAddress: [String: Int] = [:]
    private var secretsByDigest: [[UInt8]: IssuedSecret] = [:]
    private var permissionCache: [Int: Set<String>] = [:]
    /// Rises with every change, so that what was worked out from the directory can be seen to be old.
    private(set) var generation = 0

    init(database: Connection) throws {
        self.database = database
        try database.execute(
            """
            CREATE TABLE IF NOT EXISTS object (
                kind TEXT NOT NULL, owner INTEGER NOT NULL, id INTEGER NOT NULL, json TEXT NOT NULL,
                PRIMARY KEY (kind, owner, id)) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS last_id (name TEXT PRIMARY KEY, id INTEGER NOT NULL) WITHOUT ROWID;
            """)
        for (name, id) in try database.query("SELECT name, id FROM last_id", map: { ($0.text(0), $0.int(1)) }) {
            lastIDs[name] = id
        }
        let rows = try database.query("SELECT kind, owner, id, json FROM object") { row in
            (ObjectKind(rawValue: row.text(0)), row.int(1), row.int(2), try? JSONValue(parsing: row.text(3)))
        }
        for (kind, owner, id, json) in rows {
            guard let kind, let object = json?.object else { continue }
            if kind.isOwned {
                secrets[owner, default: [:]][id] = (kind, object)
            } else {
                objects[kind, default: [:]][id] = object
            }
        }
        for id in objects[.account, default: [:]].keys { index(account: id) }
        for (owner, owned) in secrets { for id in owned.keys { index(secret: id, of: owner) } }
    }

    // MARK: Objects

    /// The ids of a kind, lowest first.
    func ids(_ kind: ObjectKind, owner: Int = 0) -> [Int] {
        guard kind.isOwned else { return objects[kind, default: [:]].keys.sorted() }
        return secrets[owner, default: [:]].filter { $0.value.kind == kind }.keys.sorted()
    }

    /// An object as it is kept, its secrets hashed.
    func object(_ kind: ObjectKind, _ id: Int, owner: Int = 0) -> JSONObject? {
        guard kind.isOwned else { return objects[kind]?[id] }
        guard let secret = secrets[owner]?[id], secret.kind == kind else { return nil }
        return secret.object
    }

    /// Keeps a new object and gives its id.
    func add(_ kind: ObjectKind, _ object: JSONObject, owner: Int = 0) throws -> Int {
        let name = kind.isOwned ? "secret:\(owner)" : kind.rawValue
        let id = lastIDs[name, default: 0] + 1
        lastIDs[name] = id
        try database.run(
            "INSERT INTO last_id VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET id = excluded.id", name, id)
        try put(kind, id, object, owner: owner)
        return id
    }

    /// Whether there ever was an object of a kind.
    func hasHad(_ kind: ObjectKind) -> Bool { lastIDs[kind.rawValue, default: 0] > 0 }

    /// Keeps an object in place of what its id had.
    func put(_ kind: ObjectKind, _ id: Int, _ object: JSONObject, owner: Int = 0) throws {
        try database.run(
            "INSERT INTO object VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET json = excluded.json",
            kind.rawValue, owner, id, JSONValue.object(object).text)
        if kind.isOwned {
            secrets[owner, default: [:]][id] = (kind, object)
        } else {
            objects[kind, default: [:]][id] = object
        }
        changed()
        if kind == .account { index(account: id) }
        if kind.isOwned { index(secret: id, of: owner) }
    }

    /// Takes an object away; an account with its secrets.
    func remove(_ kind: ObjectKind, _ id: Int, owner: Int = 0) throws {
        try database.run("DELETE FROM object WHERE kind = ? AND owner = ? AND id = ?", kind.rawValue, owner, id)
        changed()
        if kind.isOwned {
            secrets[owner]?[id] = nil
            secretsByDigest = secretsByDigest.filter { $0.value.account != owner || $0.value.id != id }
            return
        }
        objects[kind]?[id] = nil
        guard kind == .account else { return }
        try database.run("DELETE FROM object WHERE owner = ? AND kind IN ('ApiKey', 'AppPassword')", id)
        secrets[id] = nil
        secretsByDigest = secretsByDigest.filter { $0.value.account != id }
        for address in accounts[id]?.addresses ?? [] { accountsByAddress[address] = nil }
        accounts[id] = nil
    }

    private func changed() {
        generation += 1
        permissionCache = [:]
    }

    // MARK: Accounts

    /// An account by its id.
    func account(_ id: Int) -> Account? { accounts[id] }

    /// The account to which an address belongs, without looking at sub-addresses.
    func account(address: String) -> Account? {
        accountsByAddress[address.lowercased()].flatMap { accounts[$0] }
    }

    /// The account to which mail for an address goes: `name+tag@domain` is `name@domain` where the domain has that on.
    func recipient(_ address: String) -> Account? {
        if let account = account(address: address) { return account }
        guard let at = address.lastIndex(of: "@"), let plus = address[..<at].firstIndex(of: "+") else { return nil }
        let domain = address[at...].dropFirst().lowercased()
        let object = objects[.domain, default: [:]].values.first { $0["name"]?.string == domain }
        guard object?["subAddressing"]?["@type"]?.string != "Disabled" else { return nil }
        return account(address: String(address[..<plus] + address[at...]))
    }

    /// Whether mail for the domain stays here.
    func isLocal(domain: String) -> Bool {
        let name = domain.lowercased()
        return objects[.domain, default: [:]].values.contains { $0["name"]?.string == name }
    }

    /// The name of a domain.
    func domainName(_ id: Int) -> String? { objects[.domain]?[id]?["name"]?.string }

    /// The hashed secret of which this is the digest.
    func secret(digest: [UInt8]) -> IssuedSecret? { secretsByDigest[digest] }

    private func index(account id: Int) {
        for address in accounts[id]?.addresses ?? [] { accountsByAddress[address] = nil }
        guard let object = objects[.account]?[id], let name = object["name"]?.string,
            let domain = object["domainId"]?.string.flatMap(Base32.number).flatMap({ domainName(Int($0)) })
        else { return }
        let address = "\(name)@\(domain)".lowercased()
        let aliases = (object["aliases"]?.object?.values ?? []).compactMap { alias -> String? in
            guard alias["enabled"]?.bool != false, let name = alias["name"]?.string,
                let domain = alias["domainId"]?.string.flatMap(Base32.number).flatMap({ domainName(Int($0)) })
            else { return nil }
            return "\(name)@\(domain)".lowercased()
        }
        let groups = object["memberGroupIds"]?.object?.trueKeys.compactMap { Base32.number($0).map { Int($0) } } ?? []
        let quotas = object["quotas"]?.object?.compactMap { name, value in value.integer.map { (name, Int($0)) } } ?? []
        let password = object["credentials"]?.object?.values.first { $0["@type"]?.string == "Password" }
        accounts[id] = Account(
            id: id, isGroup: object["@type"]?.string == "Group", address: address, addresses: [address] + aliases,
            description: object["description"]?.string, groups: Set(groups),
            quotas: Dictionary(quotas, uniquingKeysWith: { $1 }), passwordHash: password?["secret"]?.string)
        for address in [address] + aliases { accountsByAddress[address] = id }
    }

    private func index(secret id: Int, of owner: Int) {
        guard let (kind, object) = secrets[owner]?[id], let digest = object["secret"]?.string.flatMap(Base32.decode)
        else { return }
        secretsByDigest[digest] = IssuedSecret(
            kind: kind, account: owner, id: id, digest: digest,
            expires: object["expiresAt"]?.string.flatMap(Timestamp.seconds),
            allowedIPs: object["allowedIps"]?.object?.trueKeys ?? [], scope: PermissionScope(object["permissions"]))
    }

    // MARK: Permissions

    /// What an account may do: its roles' permissions, changed by its own.
    func permissions(of id: Int) -> Set<String> {
        if id == Self.recoveryAccount { return PermissionTable.admin }
        if let known = permissionCache[id] { return known }
        guard let object = objects[.account]?[id] else { return [] }
        var result: Set<String>
        switch object["roles"]?["@type"]?.string {
        case "Admin": result = PermissionTable.admin
        case "Custom":
            result = []
            var known: [Int: Set<String>] = [:]
            for role in object["roles"]?["roleIds"]?.object?.trueKeys ?? [] {
                result.formUnion(permissions(ofRole: Base32.number(role).map { Int($0) }, known: &known))
            }
        default: result = object["@type"]?.string == "Group" ? PermissionTable.group : PermissionTable.user
        }
        let enabled = object["permissions"]?["enabledPermissions"]?.object?.trueKeys ?? []
        let disabled = object["permissions"]?["disabledPermissions"]?.object?.trueKeys ?? []
        switch object["permissions"]?["@type"]?.string {
        case "Merge": result = result.union(enabled).subtracting(disabled)
        case "Replace": result = Set(enabled).subtracting(disabled)
        default: break
        }
        permissionCache[id] = result
        return result
    }

    /// What a role holds. `known` keeps what was worked out, so that shared inner roles cost nothing; a role that is being
    /// worked out holds nothing yet, so that one inside itself ends the walk.
    private func permissions(ofRole id: Int?, known: inout [Int: Set<String>]) -> Set<String> {
        guard let id, let role = objects[.role]?[id] else { return [] }
        if let result = known[id] { return result }
        known[id] = []
        var result: Set<String> = []
        for inner in role["roleIds"]?.object?.trueKeys ?? [] {
            result.formUnion(permissions(ofRole: Base32.number(inner).map { Int($0) }, known: &known))
        }
        result.formUnion(role["enabledPermissions"]?.object?.trueKeys ?? [])
        result.subtract(role["disabledPermissions"]?.object?.trueKeys ?? [])
        known[id] = result
        return result
    }
}
