import JMAP

extension ObjectAdministration {
    package func roles(named name: String) async throws(StalwartError) -> [Role] {
        let act = Act(words: "look for the role \(name)", permission: "sysRoleQuery")
        return try await all("x:Role", ["description": .string(name)], for: act).compactMap(Role.init(object:))
            .filter { $0.name == name }.sorted { $0.id < $1.id }
    }

    package func makeRole(
        named name: String, detail: String, permissions: Set<Permission>
    ) async throws(StalwartError) -> RoleID {
        let object: [String: JSON] = [
            "description": .string(name), "roleIds": [:], "enabledPermissions": .set(permissions),
            "disabledPermissions": [:],
        ]
        let act = Act(words: "make the role \(name)", permission: "sysRoleCreate", writes: true)
        return RoleID(try await make("x:Role", object, for: act)["id"]?.string ?? "")
    }

    package func setPermissions(_ permissions: Set<Permission>, of role: RoleID) async throws(StalwartError) {
        try await update(
            "x:Role", role.rawValue,
            ["enabledPermissions": .set(permissions), "disabledPermissions": [:], "roleIds": [:]],
            for: Act(words: "set the permissions of the role \(role)", permission: "sysRoleUpdate", writes: true))
    }

    package func removeRole(_ id: RoleID) async throws(StalwartError) {
        try await destroy(
            "x:Role", id.rawValue,
            for: Act(words: "remove the role \(id)", permission: "sysRoleDestroy", writes: true))
    }
}

extension Role {
    /// Reads what 0.16 gives; nil without an id.
    init?(object: JSON) {
        guard let id = object["id"]?.string else { return nil }
        self.init(
            id: RoleID(id), name: object["description"]?.string ?? "",
            enabled: object["enabledPermissions"].members(), disabled: object["disabledPermissions"].members(),
            includes: object["roleIds"].members())
    }
}

extension JSON? {
    /// The members of a set as JMAP writes it, those with the value true.
    func members<ID: JMAPIdentifier>() -> Set<ID> {
        Set((self?.object ?? [:]).filter { $0.value == true }.map { ID($0.key) })
    }
}
