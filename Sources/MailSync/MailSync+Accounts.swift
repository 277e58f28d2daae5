import JMAP
import MailCache

extension MailSync {
    /// Asks for the session and lists the accounts.
    func connect() async throws(SyncError) {
        pushed = []
        // Whatever was in step may have moved while nobody looked, and what was refused may be allowed now.
        for id in accounts.keys {
            accounts[id]?.hasMoved = true
            accounts[id]?.due = .zero
            accounts[id]?.retryAt = .zero
            setStage(.waiting, of: id)
        }
        try await listAccounts()
    }

    /// Lists the accounts that this login reads, adds new ones to the cache and takes those out that are gone.
    func listAccounts() async throws(SyncError) {
        // Asked for anew: not every server changes the session's state when somebody joins a group.
        let session = try await patiently { () async throws(JMAPError) in
            try await self.client.session(refresh: true)
        }
        let own = session.primaryMailAccount
        var records: [AccountRecord] = []
        for (id, account) in session.accounts where account.capabilities.isEmpty || account.capabilities[.mail] != nil {
            records.append(
                AccountRecord(
                    id: id, kind: id == own || (own == nil && account.isPersonal) ? .own : .group, name: account.name,
                    address: account.name.contains("@") ? account.name : ""))
        }
        let agents = try await self.agents(session)
        for agent in agents ?? [] where session.accounts[agent.record.id] == nil { records.append(agent.record) }
        // What refuses to be read stays marked until it answers, whatever the list says.
        for index in records.indices {
            if accounts[records[index].id]?.condition == .refused,
                case .refused(let reason) = feed.value.accounts[records[index].id]
            {
                records[index].condition = .refused
                records[index].reason = reason
            }
        }
        let listed = records
        let known = try await cached { () async throws(CacheError) in
            let known = try await self.writer.accounts()
            try await self.writer.write(accounts: listed)
            for agent in agents ?? [] {
                try await self.writer.setQuota(used: agent.quotaUsed, limit: agent.quotaLimit, of: agent.record.id)
            }
            return known
        }
        // A login that may not list the agents (any longer) says nothing about which there are.
        let gone = known.filter { id, kind in
            !listed.contains { $0.id == id } && (kind != .agent || agents != nil)
        }
        for id in gone.keys { try await forget(id) }
        for record in records { try await watch(record) }
        for (id, kind) in known where kind == .agent && agents == nil && gone[id] == nil && accounts[id] == nil {
            try await watch(AccountRecord(id: id, kind: kind, name: ""))
        }
        if !pushed.isEmpty, pushed != Set(session.accounts.keys) { reopenStream() }
        pushed = Set(session.accounts.keys)
        updateConnection()
        fillBell.ring()
        sweepBell.ring()
    }

    private func watch(_ record: AccountRecord) async throws(SyncError) {
        if var known = accounts[record.id] {
            if known.condition == .suspended, record.condition == .active { known.due = .zero }
            known.kind = record.kind
            known.condition = record.condition
            accounts[record.id] = known
            return
        }
        let states = try await cached { () async throws(CacheError) in try await self.writer.states(of: record.id) }
        accounts[record.id] = Watched(
            kind: record.kind, condition: record.condition, emailState: states?.email,
            fill: states?.fill.stage ?? .none,
            hasMoved: true, interval: options.busyInterval)
        setStage(.waiting, of: record.id)
    }

    /// Takes an account that is gone out of everything.
    private func forget(_ id: AccountID) async throws(SyncError) {
        accounts[id] = nil
        feed.update { $0.accounts[id] = nil }
        try await cached { () async throws(CacheError) in
            try await self.writer.refuseAll(of: id, reason: "The account is gone from the server.")
            try await self.writer.remove(account: id)
        }
    }

    /// An agent's account as the server's administration lists it.
    private struct Agent: Sendable {
        var record: AccountRecord
        var quotaUsed: Int64?
        var quotaLimit: Int64?
    }

    /// The agents; nil where this login may not list accounts, or the server has no such methods.
    ///
    /// Agents are the accounts with the agents' role; where the server has no such role, all accounts of persons but
    /// one's own.
    private func agents(_ session: Session) async throws(SyncError) -> [Agent]? {
        var found: [JSON] = []
        var roles: Set<String> = []
        var position = 0
        // A server that answers full pages without end is left at a number that no installation has.
        while position < 100_000 {
            let start = position
            let page: (roles: [String], ids: Int, accounts: [JSON])?
            do {
                page = try await patiently { () async throws(JMAPError) in try await self.agentPage(from: start) }
            } catch
                where error.isRefusal || error.server?.code == .method("unknownMethod")
                || error.server?.code == .method("unknownCapability")
            { return nil }
            guard let page, page.ids > 0 else { break }
            roles.formUnion(page.roles)
            found += page.accounts
            position += page.ids
            if page.ids < Self.agentsInPage { break }
        }
        return found.compactMap { Self.agent($0, roles) }.filter { $0.record.id != session.primaryMailAccount }
    }

    private static let agentsInPage = 500

    private func agentPage(from position: Int) async throws(JMAPError) -> (roles: [String], ids: Int, accounts: [JSON])
    {
        var request = Request()
        let roles = request.call(
            RawCall("x:Role/query", ["filter": ["description": .string(options.agentRole)]]))
        let query = request.call(
            RawCall(
                "x:Account/query",
                [
                    "filter": ["@type": "User"], "sort": [["property": "id", "isAscending": true]],
                    "position": .int(Int64(position)), "limit": .int(Int64(Self.agentsInPage)),
                ]))
        let get = request.call(RawCall("x:Account/get", ["#ids": query.reference("/ids").json]))
        let response = try await client.send(request)
        let ids = try response.get(query)["ids"]?.array ?? []
        let list = try response.get(get)["list"]?.array ?? []
        // A login that may list accounts but not roles takes every account for an agent's.
        let roleIDs = (try? response.get(roles))?["ids"]?.array ?? []
        return (roleIDs.compactMap(\.string), ids.count, list)
    }

    private static func agent(_ account: JSON, _ roles: Set<String>) -> Agent? {
        guard let id = account["id"]?.string, !id.isEmpty else { return nil }
        if !roles.isEmpty {
            let own = account["roles"]?["roleIds"]?.object ?? [:]
            guard own.contains(where: { roles.contains($0.key) && $0.value == .bool(true) }) else { return nil }
        }
        let permissions = account["permissions"]
        let isSuspended = permissions?["disabledPermissions"]?["authenticate"] == .bool(true)
        let used = account["usedDiskQuota"]?.int
        let limit = account["quotas"]?["maxDiskQuota"]?.int
        return Agent(
            record: AccountRecord(
                id: AccountID(id), kind: .agent, name: account["name"]?.string ?? "",
                address: account["emailAddress"]?.string ?? "", detail: account["description"]?.string ?? "",
                condition: isSuspended ? .suspended : .active, reason: isSuspended ? "The account is suspended." : ""),
            quotaUsed: used, quotaLimit: limit.flatMap { $0 > 0 ? $0 : nil })
    }
}
