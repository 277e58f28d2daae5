package import JMAP
package import Stalwart

/// An agent as the server's administration knows it.
package struct RosterEntry: Sendable, Hashable {
    /// What the agent is at the moment.
    package enum State: String, Sendable, Hashable, Codable {
        /// It is being made.
        case provisioning
        /// It works.
        case active
        /// It cannot log in.
        case suspended
        /// Its mail is in an archive.
        case archived
    }

    /// The account's id.
    package let account: AccountID
    /// Its name.
    package let name: String
    /// Its address.
    package let address: String
    /// The role that makes it an agent.
    package let role: RoleID?
    /// What it is at the moment.
    package let state: State
    /// What this program wrote about it; nil for an agent that was made by other means.
    package let record: AgentRecord?
    /// The description as it stands on the server; untrusted.
    package let detail: String
    /// Bytes that it holds, and may hold.
    package let used: Int64?
    package let quota: Int64?

    /// The agent of an account; nil where the account does not carry the agents' role.
    package init?(_ account: ServerAccount, roles: Set<RoleID>) {
        guard account.kind == .individual, case .custom(let own) = account.roles else { return nil }
        guard let role = own.first(where: roles.contains) else { return nil }
        self.account = account.id
        name = account.name
        address = account.address
        self.role = role
        detail = account.detail
        used = account.used
        quota = account.quota
        record = AgentRecord(description: account.detail)
        state =
            switch record?.stage {
            case .provisioning: .provisioning
            case .archived: .archived
            // What the server lets in counts more than what was once written down.
            case .active, .suspended, nil: account.isSuspended ? .suspended : .active
            }
    }
}

/// The agents of a server: the registry, read from what the server has.
package struct Roster: Sendable {
    private let administration: any Administration
    private static let page = 200

    /// Makes a roster.
    package init(_ administration: any Administration) {
        self.administration = administration
    }

    /// Every agent, by name.
    package func all() async throws(AgentsError) -> [RosterEntry] {
        let roles = try await agentRoles()
        guard !roles.isEmpty else { return [] }
        var entries: [RosterEntry] = []
        // A server that answers pages without end is left at a number that no installation has.
        for number in 0..<5_000 {
            let page = try await ask { (server) throws(StalwartError) in
                try await server.accounts(AccountFilter(kind: .individual), page: number, limit: Self.page)
            }
            entries += page.accounts.compactMap { RosterEntry($0, roles: roles) }
            if page.isLast { break }
        }
        return entries.sorted { ($0.name, $0.address) < ($1.name, $1.address) }
    }

    /// The agent that a person means by a name, an address or an account's id.
    package func find(_ words: String) async throws(AgentsError) -> RosterEntry {
        let roles = try await agentRoles()
        if words.contains("@") {
            let account = try await ask { (server) throws(StalwartError) in try await server.account(at: words) }
            if let account, let entry = RosterEntry(account, roles: roles) { return entry }
            throw Self.unknown(words, isAccount: account != nil)
        }
        let all = try await all()
        let found = all.filter { $0.name == words }
        if found.count > 1 {
            throw AgentsError(
                .invalid, "Several agents are called “\(words)”.",
                cure: "Give the address: \(found.map(\.address).joined(separator: ", ")).")
        }
        if let entry = found.first ?? all.first(where: { $0.account.rawValue == words }) { return entry }
        throw Self.unknown(words, isAccount: false)
    }

    private static func unknown(_ words: String, isAccount: Bool) -> AgentsError {
        isAccount
            ? AgentsError(
                .notFound, "“\(words)” is an account, but no agent.", cure: "agenticmail agent list names the agents.")
            : AgentsError(.notFound, "There is no agent “\(words)”.", cure: "agenticmail agent list names them.")
    }

    func agentRoles() async throws(AgentsError) -> Set<RoleID> {
        Set(
            try await ask { (server) throws(StalwartError) in try await server.roles(named: RoleDefinition.agent.name) }
                .map(\.id))
    }

    private func ask<Result>(
        _ body: (any Administration) async throws(StalwartError) -> Result
    ) async throws(AgentsError) -> Result {
        do throws(StalwartError) { return try await body(administration) } catch { throw AgentsError(error) }
    }
}
