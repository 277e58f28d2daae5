import HTTPTransport
package import JMAP

extension PrincipalAdministration {
    /// What is asked of principals: never the secrets, which the server would show.
    static let fields =
        "name,emails,quota,usedQuota,roles,enabledPermissions,disabledPermissions,description,memberOf,tenant"

    package func account(_ id: AccountID) async throws(StalwartError) -> ServerAccount? {
        for number in 0..<1_000 {
            let page = try await accounts(AccountFilter(), page: number, limit: Self.pageSize)
            if let account = page.accounts.first(where: { $0.id == id }) { return account }
            if page.isLast { break }
        }
        return nil
    }

    /// How many principals are asked for at once.
    static let pageSize = 500

    package func account(at address: String) async throws(StalwartError) -> ServerAccount? {
        let address = address.lowercased()
        let act = Act(words: "look for the account \(address)", permission: "individual-get")
        guard let principal = try await principal(address, for: act) else { return nil }
        return ServerAccount(principal: principal, groups: try await groups(of: [principal]))
    }

    /// The ids of the groups that principals belong to, by their names; one that is gone has none.
    private func groups(of principals: [JSON]) async throws(StalwartError) -> [String: AccountID] {
        var found: [String: AccountID] = [:]
        for name in Set(principals.flatMap { ServerAccount.texts($0["memberOf"]) }).sorted() {
            let act = Act(words: "look for the group \(name)", permission: "group-get")
            guard let group = try await principal(name, for: act).flatMap({ ServerAccount(principal: $0) }) else {
                continue
            }
            found[name] = group.id
        }
        return found
    }

    /// A principal of any kind by its name; nil when there is none.
    func principal(_ name: String, for act: Act) async throws(StalwartError) -> JSON? {
        do throws(StalwartError) {
            return try await ask(.get, "/api/principal/\(Self.quoted(name))", for: act)
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }

    package func accounts(
        _ filter: AccountFilter, page: Int, limit: Int
    ) async throws(StalwartError) -> AccountPage {
        let limit = min(max(1, limit), Self.pageSize)
        let types =
            switch filter.kind {
            case .individual: "individual"
            case .group: "group"
            case nil: "individual,group"
            }
        // Pages count from 1 here, and 0 is the first one too.
        var path = "/api/principal?types=\(types)&fields=\(Self.fields)&page=\(max(0, page) + 1)&limit=\(limit)"
        if let word = filter.word ?? filter.domain?.rawValue { path += "&filter=\(Self.quoted(word))" }
        let data = try await ask(.get, path, for: Act(words: "list the accounts", permission: "individual-list"))
        let items = data["items"]?.array ?? []
        // The server's filter finds whole words and falls back to others: what it gives is compared again.
        let groups = try await groups(of: items)
        let accounts = items.compactMap { ServerAccount(principal: $0, groups: groups) }.filter { account in
            filter.domain == nil || account.domain == filter.domain
        }
        return AccountPage(accounts: accounts, isLast: items.count < limit)
    }

    package func holder(of address: String) async throws(StalwartError) -> AddressHolder? {
        let address = address.lowercased()
        let act = Act(words: "look for who has the address \(address)", permission: "individual-get")
        if let principal = try await principal(address, for: act) {
            switch principal["type"]?.string {
            case "individual", "group":
                return ServerAccount(principal: principal, groups: try await groups(of: [principal])).map {
                    .account($0)
                }
                    ?? .hidden
            default: return .list(name: principal["name"]?.string ?? address)
            }
        }
        // Only the names of principals are looked up by the server; addresses that are not names have to be read.
        var page = 1
        while page < 1_000 {
            let path =
                "/api/principal?types=individual,group,list&fields=\(Self.fields)&page=\(page)&limit=\(Self.pageSize)"
            let items = try await ask(.get, path, for: act)["items"]?.array ?? []
            for item in items where Self.addresses(item).contains(address) {
                guard item["type"]?.string != "list", let account = ServerAccount(principal: item) else {
                    return .list(name: item["name"]?.string ?? address)
                }
                return account.address == address ? .account(account) : .alias(of: account)
            }
            if items.count < Self.pageSize { break }
            page += 1
        }
        return nil
    }

    private static func addresses(_ principal: JSON) -> [String] {
        ServerAccount.texts(principal["emails"]).map { $0.lowercased() }
    }

    package func makeAccount(_ account: NewAccount) async throws(StalwartError) -> AccountID {
        let permission: Permission = account.kind == .group ? "group-create" : "individual-create"
        let act = Act(words: "make the account \(account.name)", permission: permission, writes: true)
        try account.check(act: act.words, place: place)
        guard account.detail.utf8.count <= 512 else {
            throw StalwartError(
                .invalid(properties: ["description"]), act: act.words, place: place, detail: "512 bytes are taken")
        }
        let address = "\(account.name)@\(account.domain)"
        var object: [String: JSON] = [
            "type": account.kind == .group ? "group" : "individual", "name": .string(address),
            "description": .string(account.detail), "emails": [.string(address)],
            "roles": account.roles.names, "quota": .int(account.quota ?? 0),
        ]
        if account.kind == .individual { object["secrets"] = [] }
        if !account.groups.isEmpty {
            // In the making itself, so that no account is left outside its groups when a second request fails.
            let reading = Act(words: act.words, permission: "group-get")
            var groups: [JSON] = []
            for group in account.groups.sorted() { groups.append(.string(try await self.name(of: group, reading))) }
            object["memberOf"] = .array(groups)
        }
        let made: JSON
        do throws(StalwartError) {
            made = try await ask(.post, "/api/principal", .object(object), for: act)
        } catch {
            // What is not found is the role or the domain that the account names.
            guard error.code == .notFound else { throw error }
            throw StalwartError(.unknownReference, act: act.words, place: place, detail: error.detail)
        }
        guard let number = made.int, number >= 0 else {
            throw StalwartError(
                .malformed, act: act.words, place: place, detail: "the answer names no id", mayHaveBeenDone: true)
        }
        // Without it an address that was asked for before it was there stays refused for an hour.
        try await reload(after: act)
        return AccountID(PrincipalNumber(UInt64(number)).text)
    }

    package func change(_ id: AccountID, _ change: AccountChange) async throws(StalwartError) {
        let act = Act(words: "change the account \(id)", permission: "individual-update", writes: true)
        let name = try await self.name(of: id, act)
        var operations: [JSON] = []
        func set(_ field: String, _ value: JSON) {
            operations.append(["action": "set", "field": .string(field), "value": value])
        }
        if let detail = change.detail { set("description", .string(detail)) }
        if let roles = change.roles { set("roles", roles.names) }
        if let quota = change.quota { set("quota", .int(max(0, quota))) }
        if let access = change.access {
            let (off, on): ([String], [String]) =
                switch access {
                case .open: ([], ["authenticate", "email-receive"])
                case .noLogin: (["authenticate"], ["email-receive"])
                case .noLoginNoMail: (["authenticate", "email-receive"], [])
                }
            operations += off.map { ["action": "addItem", "field": "disabledPermissions", "value": .string($0)] }
            operations += on.map { ["action": "removeItem", "field": "disabledPermissions", "value": .string($0)] }
        }
        for group in change.joins.sorted() { operations.append(try await joining(group, act)) }
        for group in change.leaves.sorted() { operations.append(try await joining(group, act, "removeItem")) }
        try await patch(name, operations, act)
    }

    package func removeAccount(_ id: AccountID) async throws(StalwartError) {
        let act = Act(words: "remove the account \(id)", permission: "individual-delete", writes: true)
        let name = try await self.name(of: id, act)
        _ = try await ask(.delete, "/api/principal/\(Self.quoted(name))", for: act)
        // Without it the address is still taken in for a day, and bounced.
        try await reload(after: act)
    }

    /// The name of an account, which is how the server is asked about it; throws `notFound`.
    func name(of id: AccountID, _ act: Act) async throws(StalwartError) -> String {
        if let name = names.name(of: id) {
            let reading = Act(words: act.words, permission: act.permission)
            if let known = try await principal(name, for: reading).flatMap({ ServerAccount(principal: $0) }),
                known.id == id
            {
                return name
            }
        }
        guard let account = try await account(id) else {
            throw StalwartError(.notFound, act: act.words, place: place, detail: "no account has the id \(id)")
        }
        names.note(account.principalName, of: id)
        return account.principalName
    }

    /// Sends changes of a principal, all of them or none.
    func patch(_ name: String, _ operations: [JSON], _ act: Act) async throws(StalwartError) {
        guard !operations.isEmpty else { return }
        _ = try await ask(.patch, "/api/principal/\(Self.quoted(name))", .array(operations), for: act)
    }

    private func joining(
        _ group: AccountID, _ act: Act, _ action: String = "addItem"
    ) async throws(StalwartError) -> JSON {
        [
            "action": .string(action), "field": "memberOf",
            "value": .string(try await self.name(of: group, Act(words: act.words, permission: "group-get"))),
        ]
    }
}
