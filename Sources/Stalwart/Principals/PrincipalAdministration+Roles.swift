import HTTPTransport
import JMAP

extension PrincipalAdministration {
    package func roles(named name: String) async throws(StalwartError) -> [Role] {
        let act = Act(words: "look for the role \(name)", permission: "role-get")
        guard let role = try await principal(name, for: act), role["type"]?.string == "role" else { return [] }
        func set(_ key: String) -> Set<Permission> { Set(ServerAccount.texts(role[key]).map { Permission($0) }) }
        return [
            Role(
                id: RoleID(name), name: name, enabled: set("enabledPermissions"),
                disabled: set("disabledPermissions"),
                includes: Set(ServerAccount.texts(role["roles"]).map { RoleID($0) }))
        ]
    }

    package func makeRole(
        named name: String, detail: String, permissions: Set<Permission>
    ) async throws(StalwartError) -> RoleID {
        let object: JSON = [
            "type": "role", "name": .string(name), "description": .string(detail),
            "enabledPermissions": .array(permissions.sorted().map(\.json)),
        ]
        let act = Act(words: "make the role \(name)", permission: "role-create", writes: true)
        _ = try await ask(.post, "/api/principal", object, for: act)
        return RoleID(name)
    }

    /// Sets the permissions, and touches every account with the role: one that has logged in since the server started
    /// goes on with what the role was before, until a permission of its own is written.
    package func setPermissions(_ permissions: Set<Permission>, of role: RoleID) async throws(StalwartError) {
        let act = Act(words: "set the permissions of the role \(role)", permission: "role-update", writes: true)
        let operations: [JSON] = [
            [
                "action": "set", "field": "enabledPermissions",
                "value": .array(permissions.sorted().map(\.json)),
            ],
            ["action": "set", "field": "disabledPermissions", "value": []],
            ["action": "set", "field": "roles", "value": []],
        ]
        try await patch(role.rawValue, operations, act)
        for account in try await users(of: role) {
            try await patch(account.principalName, [Self.touch(account)], act)
        }
    }

    /// A change of an account's permissions that changes nothing.
    private static func touch(_ account: ServerAccount) -> JSON {
        [
            "action": account.isSuspended ? "addItem" : "removeItem", "field": "disabledPermissions",
            "value": "authenticate",
        ]
    }

    /// Removes a role; the server itself would let it go while accounts carry it.
    package func removeRole(_ id: RoleID) async throws(StalwartError) {
        let act = Act(words: "remove the role \(id)", permission: "role-delete", writes: true)
        let users = try await users(of: id)
        guard users.isEmpty else {
            throw StalwartError(.inUse(by: users.map(\.address)), act: act.words, place: place)
        }
        _ = try await ask(.delete, "/api/principal/\(Self.quoted(id.rawValue))", for: act)
    }

    private func users(of role: RoleID) async throws(StalwartError) -> [ServerAccount] {
        try await everyAccount { if case .custom(let roles) = $0.roles { roles.contains(role) } else { false } }
    }

    /// The accounts for which a condition holds.
    func everyAccount(
        _ isWanted: (ServerAccount) -> Bool
    ) async throws(StalwartError) -> [ServerAccount] {
        var found: [ServerAccount] = []
        for number in 0..<1_000 {
            let page = try await accounts(AccountFilter(), page: number, limit: Self.pageSize)
            found += page.accounts.filter(isWanted)
            if page.isLast { break }
        }
        return found
    }
}
