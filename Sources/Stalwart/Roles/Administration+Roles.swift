import JMAP

/// How a role on the server compares with what it should be.
package struct RoleCheck: Sendable, Hashable {
    /// What it should be.
    package let definition: RoleDefinition
    /// The role on the server; nil when there is none of that name.
    package let role: Role?
    /// Further roles of the same name: accounts may carry any of them.
    package let others: [Role]
    /// What it should allow and does not.
    package let missing: Set<Permission>
    /// What it allows and should not, in any role of the name.
    package let extra: Set<Permission>
    /// Whether it takes permissions away or includes other roles, which none of ours does.
    package let hasForeignParts: Bool

    /// Whether it allows an agent to send, or to get the right to.
    package var isDangerous: Bool {
        definition == .agent && (hasForeignParts || extra.contains { SendingProver.isDangerous($0.rawValue) })
    }

    /// How it differs, in one sentence; that it does not, where it does not.
    package var sentence: String {
        let name = definition.name
        guard role != nil else { return "The role \(name) is not there." }
        var differences: [String] = []
        if !extra.isEmpty { differences.append("allows \(Self.list(extra)) too much") }
        if !missing.isEmpty { differences.append("lacks \(Self.list(missing))") }
        if hasForeignParts { differences.append("includes or takes away what others give") }
        if !others.isEmpty { differences.append("is there \(others.count + 1) times") }
        guard !differences.isEmpty else { return "The role \(name) is what it should be." }
        return "The role \(name) \(differences.joined(separator: ", and "))."
    }

    /// A few names, and how many more there are.
    private static func list(_ permissions: Set<Permission>) -> String {
        let names = permissions.sorted().prefix(6).map(\.rawValue).joined(separator: ", ")
        return permissions.count > 6 ? "\(names) and \(permissions.count - 6) more" : names
    }

    /// Whether the server has it exactly as it should be.
    package var isExact: Bool {
        role != nil && others.isEmpty && missing.isEmpty && extra.isEmpty && !hasForeignParts
    }
}

extension Administration {
    /// Compares roles on the server with what they should be; changes nothing.
    package func checkRoles(
        _ definitions: [RoleDefinition] = RoleDefinition.all
    ) async throws(StalwartError) -> [RoleCheck] {
        var checks: [RoleCheck] = []
        for definition in definitions { checks.append(try await checkRole(definition)) }
        return checks
    }

    /// Compares one role on the server with what it should be; changes nothing.
    package func checkRole(_ definition: RoleDefinition) async throws(StalwartError) -> RoleCheck {
        let found = try await roles(named: definition.name)
        let wanted = definition.permissions(on: kind)
        return RoleCheck(
            definition: definition, role: found.first, others: Array(found.dropFirst()),
            missing: found.isEmpty ? wanted : found.reduce(into: []) { $0.formUnion(wanted.subtracting($1.enabled)) },
            extra: found.reduce(into: []) { $0.formUnion($1.enabled.subtracting(wanted)) },
            hasForeignParts: found.contains { !$0.disabled.isEmpty || !$0.includes.isEmpty })
    }

    /// The role on the server, made when there is none; one that is there is left as it is, exact or not.
    package func requireRole(_ definition: RoleDefinition) async throws(StalwartError) -> (id: RoleID, isNew: Bool) {
        if let role = try await roles(named: definition.name).first { return (role.id, false) }
        let id = try await makeRole(
            named: definition.name, detail: definition.detail, permissions: definition.permissions(on: kind))
        return (id, true)
    }

    /// Makes what is missing and sets what differs, in every role of the names; gives what was wrong before.
    ///
    /// A role more of the same name is made exact as well and stays: accounts may carry it.
    @discardableResult
    package func repairRoles(
        _ definitions: [RoleDefinition] = RoleDefinition.all
    ) async throws(StalwartError) -> [RoleCheck] {
        let checks = try await checkRoles(definitions)
        for check in checks where !check.isExact {
            let wanted = check.definition.permissions(on: kind)
            guard let role = check.role else {
                _ = try await makeRole(
                    named: check.definition.name, detail: check.definition.detail, permissions: wanted)
                continue
            }
            for each in [role] + check.others
            where each.enabled != wanted || !each.disabled.isEmpty || !each.includes.isEmpty {
                try await setPermissions(wanted, of: each.id)
            }
        }
        return checks
    }
}
