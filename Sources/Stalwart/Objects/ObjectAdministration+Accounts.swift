package import JMAP

extension ObjectAdministration {
    package func account(_ id: AccountID) async throws(StalwartError) -> ServerAccount? {
        let act = Act(words: "read the account \(id)", permission: "sysAccountGet")
        return try await read(try await get("x:Account", [id.rawValue], for: act)).first
    }

    package func account(at address: String) async throws(StalwartError) -> ServerAccount? {
        let address = address.lowercased()
        guard let parts = AddressParts(address), let domain = try await domain(named: parts.domain) else { return nil }
        let act = Act(words: "look for the account \(address)", permission: "sysAccountQuery")
        let filter: [String: JSON] = ["name": .string(parts.local), "domainId": domain.id.json]
        let found = try await page("x:Account", filter, from: 0, limit: 10, for: act).objects
        return try await read(found).first { $0.address == address }
    }

    package func accounts(
        _ filter: AccountFilter, page: Int, limit: Int
    ) async throws(StalwartError) -> AccountPage {
        let limit = min(max(1, limit), Self.pageSize)
        var members: [String: JSON] = [:]
        if let kind = filter.kind { members["@type"] = kind == .group ? "Group" : "User" }
        if let domain = filter.domain { members["domainId"] = domain.json }
        if let word = filter.word { members["text"] = .string(word) }
        let act = Act(words: "list the accounts", permission: "sysAccountQuery")
        let (start, isPast) = max(0, page).multipliedReportingOverflow(by: limit)
        guard !isPast else { return AccountPage(accounts: [], isLast: true) }
        let (objects, count) = try await self.page("x:Account", members, from: start, limit: limit, for: act)
        return AccountPage(accounts: try await read(objects), isLast: count < limit)
    }

    /// Accounts as the server gives them; the domains that aliases name by their ids alone are asked for.
    private func read(_ objects: [JSON]) async throws(StalwartError) -> [ServerAccount] {
        let ids = Set(objects.flatMap(ServerAccount.foreignDomains)).sorted()
        var names: [String: String] = [:]
        if !ids.isEmpty {
            let act = Act(words: "read the domains of further addresses", permission: "sysDomainGet")
            for domain in try await get("x:Domain", ids, for: act).compactMap(Domain.init(object:)) {
                names[domain.id.rawValue] = domain.name
            }
        }
        return objects.compactMap { ServerAccount(object: $0, domains: names) }
    }

    /// Who has an address.
    ///
    /// No filter of the server finds aliases, so that all accounts are read where no own address matches.
    package func holder(of address: String) async throws(StalwartError) -> AddressHolder? {
        let address = address.lowercased()
        if let account = try await account(at: address) { return .account(account) }
        for number in 0..<1_000 {
            let page = try await accounts(AccountFilter(), page: number, limit: Self.pageSize)
            if let owner = page.accounts.first(where: { $0.aliases.contains(address) }) { return .alias(of: owner) }
            if page.isLast { break }
        }
        return try await list(at: address).map { .list(name: $0) }
    }

    /// The mailing list that has an address; nil where there is none, or the login may not look.
    private func list(at address: String) async throws(StalwartError) -> String? {
        guard let parts = AddressParts(address) else { return nil }
        let act = Act(words: "look for a mailing list \(address)", permission: "sysMailingListQuery")
        do throws(StalwartError) {
            let found = try await page("x:MailingList", ["name": .string(parts.local)], from: 0, limit: 10, for: act)
                .objects
            let names = found.compactMap { $0["emailAddress"]?.string?.lowercased() }
            return names.first { $0 == address }
        } catch {
            switch error.code {
            // Without the method or the right to use it, the server's own refusal at the making must do.
            case .unsupported, .missingPermission, .refused: return nil
            default: throw error
            }
        }
    }

    package func makeAccount(_ account: NewAccount) async throws(StalwartError) -> AccountID {
        let act = Act(words: "make the account \(account.name)", permission: "sysAccountCreate", writes: true)
        try account.check(act: act.words, place: place)
        var object: [String: JSON] = [
            "@type": account.kind == .group ? "Group" : "User", "name": .string(account.name),
            "domainId": account.domain.json, "description": .string(account.detail),
            "roles": account.roles.object(of: account.kind), "permissions": ["@type": "Inherit"],
        ]
        if account.kind == .individual {
            object["credentials"] = [:]
            object["memberGroupIds"] = .set(account.groups)
        }
        if let quota = account.quota { object["quotas"] = ["maxDiskQuota": .int(quota)] }
        do throws(StalwartError) {
            return AccountID(try await make("x:Account", object, for: act)["id"]?.string ?? "")
        } catch {
            // An unknown role fails the whole call as if the server could not answer.
            guard error.code == .unavailable, case .custom(let roles) = account.roles else { throw error }
            try await require(roles, act: act)
            throw error
        }
    }

    /// Throws `unknownReference` when one of the roles is not on the server.
    private func require(_ roles: Set<RoleID>, act: Act) async throws(StalwartError) {
        let reading = Act(words: act.words, permission: "sysRoleGet")
        let found = try await get("x:Role", roles.map(\.rawValue).sorted(), for: reading)
        guard found.count < roles.count else { return }
        throw StalwartError(.unknownReference, act: act.words, place: place, detail: "a role is not there")
    }

    package func change(_ id: AccountID, _ change: AccountChange) async throws(StalwartError) {
        var patch: [String: JSON] = [:]
        if let detail = change.detail { patch["description"] = .string(detail) }
        if let roles = change.roles { patch["roles"] = roles.object(of: .individual) }
        if let quota = change.quota { patch["quotas/maxDiskQuota"] = quota > 0 ? .int(quota) : .null }
        if let access = change.access { patch["permissions"] = access.object }
        for group in change.joins { patch["memberGroupIds/\(group)"] = true }
        for group in change.leaves { patch["memberGroupIds/\(group)"] = .null }
        guard !patch.isEmpty else { return }
        let act = Act(words: "change the account \(id)", permission: "sysAccountUpdate", writes: true)
        try await update("x:Account", id.rawValue, patch, for: act)
    }

    package func removeAccount(_ id: AccountID) async throws(StalwartError) {
        let act = Act(words: "remove the account \(id)", permission: "sysAccountDestroy", writes: true)
        try await destroy("x:Account", id.rawValue, for: act)
    }
}

extension ServerAccount {
    /// The ids of the domains that an account's aliases name, beside its own.
    fileprivate static func foreignDomains(_ object: JSON) -> [String] {
        (object["aliases"]?.object ?? [:]).values.compactMap { alias in
            guard alias["emailAddress"]?.string == nil, let domain = alias["domainId"]?.string,
                domain != object["domainId"]?.string
            else { return nil }
            return domain
        }
    }

    /// Reads what 0.16 gives; nil without an id.
    ///
    /// - Parameter domains: Names of domains by their ids, for aliases in other domains than the account's.
    fileprivate init?(object: JSON, domains: [String: String]) {
        guard let id = object["id"]?.string else { return nil }
        let address = object["emailAddress"]?.string?.lowercased() ?? ""
        let quota = object["quotas"]?["maxDiskQuota"]?.int
        self.init(
            id: AccountID(id), kind: object["@type"]?.string == "Group" ? .group : .individual,
            name: object["name"]?.string ?? "", address: address,
            domain: object["domainId"]?.string.map { DomainID($0) }, detail: object["description"]?.string ?? "",
            roles: Roles(object: object["roles"]), aliases: Self.aliases(object, address, domains),
            groups: object["memberGroupIds"].members(), quota: quota.flatMap { $0 > 0 ? $0 : nil },
            used: object["usedDiskQuota"]?.int,
            disabledPermissions: (object["permissions"]?["disabledPermissions"]).members(),
            addedPermissions: (object["permissions"]?["enabledPermissions"]).members(),
            tenant: object["memberTenantId"]?.string, createdAt: object["createdAt"]?.string.flatMap { UTCDate($0) })
    }

    /// The further addresses; where a domain is not known by its id, the local part with that id.
    private static func aliases(_ object: JSON, _ address: String, _ domains: [String: String]) -> [String] {
        let own = object["domainId"]?.string
        let ownDomain = AddressParts(address)?.domain ?? ""
        return (object["aliases"]?.object ?? [:]).sorted { $0.key < $1.key }.compactMap { _, alias in
            guard let name = alias["name"]?.string?.lowercased() else { return nil }
            if let whole = alias["emailAddress"]?.string { return whole.lowercased() }
            guard let domain = alias["domainId"]?.string, domain != own else { return "\(name)@\(ownDomain)" }
            return "\(name)@\(domains[domain] ?? "#\(domain)")"
        }
    }
}

extension ServerAccount.Roles {
    init(object: JSON?) {
        switch object?["@type"]?.string {
        case "Custom": self = .custom((object?["roleIds"]).members())
        case "Admin": self = .administrator
        default: self = .standard
        }
    }

    func object(of kind: ServerAccount.Kind) -> JSON {
        switch self {
        case .standard: ["@type": kind == .group ? "Default" : "User"]
        case .administrator: ["@type": "Admin"]
        case .custom(let roles): ["@type": "Custom", "roleIds": .set(roles)]
        }
    }
}

extension AccountChange.Access {
    fileprivate var object: JSON {
        let disabled: JSON
        switch self {
        case .open: return ["@type": "Inherit"]
        case .noLogin: disabled = ["authenticate": true]
        case .noLoginNoMail: disabled = ["authenticate": true, "emailReceive": true]
        }
        return ["@type": "Merge", "enabledPermissions": [:], "disabledPermissions": disabled]
    }
}
