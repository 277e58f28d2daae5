package import JMAP
package import Stalwart

/// What is done to agents that are there: suspending, resuming, new keys, ended keys.
package struct Keeper: Sendable {
    let administration: any Administration
    private let prover: Prover

    /// Makes a keeper.
    package init(_ administration: any Administration, prover: Prover) {
        self.administration = administration
        self.prover = prover
    }

    /// Bars an agent from logging in, at once.
    ///
    /// A stream that it has open tells it of changes until it ends, but shows no mail: no server call ends a stream.
    ///
    /// - Parameter mail: Whether mail to it bounces meanwhile.
    package func suspend(_ entry: RosterEntry, refusingMail mail: Bool) async throws(AgentsError) {
        try entry.expect([.active, .suspended], "suspended")
        try await change(
            entry, AccountChange(detail: entry.text(.suspended), access: mail ? .noLoginNoMail : .noLogin))
    }

    /// Lets a suspended agent log in again.
    package func resume(_ entry: RosterEntry) async throws(AgentsError) {
        try entry.expect([.suspended, .active, .archived], "resumed")
        try await change(entry, AccountChange(detail: entry.text(.active), access: .open))
    }

    /// A new key, proven before the old ones end.
    package struct Rotation: Sendable {
        /// The new key's id.
        package let keyID: String
        /// The key, shown once.
        package let key: String
        /// The ids of the keys that ended.
        package let ended: [String]
        /// Keys that this program did not make, and that go on.
        package let others: [String]
        /// Whether the agent was made by other means, and has a record of this program from now on.
        package let isAdopted: Bool
    }

    /// Gives an agent a new key and ends those that this program has made before.
    ///
    /// A failure before the new key is proven and stored ends the new one, and the old ones go on. Of several operators
    /// who do so at once one gets a key and the others a refusal.
    package func rotate(
        _ entry: RosterEntry, expires: UTCDate? = nil, networks: Set<String> = [], store: KeyStore? = nil
    ) async throws(AgentsError) -> Rotation {
        try entry.expect([.active], "given a new key")
        var record = try entry.recordOrAdopted()
        try store?.check()
        let account = entry.account
        let before = try await keys(of: account)
        let name = "\(AgentRecord.word) \(Intent.newID())"
        let issued = try await ask { (server) throws(StalwartError) in
            try await server.issueKey(
                NewCredential(name: name, expiresAt: expires, allowedNetworks: networks), for: account)
        }
        record.keyHash = KeyHash(of: issued.secret)
        let text = record.text
        var own = before.filter(Self.isOurs)
        do throws(AgentsError) {
            try await prover.prove(administration, account, entry.address, issued.credential)
            // Who sees the other's key compares the names: both come to the same, and none is left beside the winner's.
            let rivals = try await keys(of: account).filter { key in
                Self.isOurs(key) && key.id != issued.id && !own.contains { $0.id == key.id }
            }
            guard rivals.allSatisfy({ name < $0.name }) else { throw Self.overtaken(entry) }
            own += rivals
            try await store?.put(issued.secret)
            try await change(entry, AccountChange(detail: text))
        } catch {
            if let hash = record.keyHash { store?.takeBack(hash) }
            try await end([issued.id], of: account)
            throw error
        }
        try await end(own.map(\.id), of: account)
        guard try await keys(of: account).contains(where: { $0.id == issued.id }) else {
            if let hash = record.keyHash { store?.takeBack(hash) }
            throw Self.overtaken(entry)
        }
        return Rotation(
            keyID: issued.id.rawValue, key: issued.secret, ended: own.map(\.id.rawValue),
            others: before.filter { !Self.isOurs($0) }.map(\.id.rawValue), isAdopted: entry.record == nil)
    }

    /// Whether this program has made a key.
    private static func isOurs(_ key: ServerCredential) -> Bool { key.name.hasPrefix("\(AgentRecord.word) ") }

    private static func overtaken(_ entry: RosterEntry) -> AgentsError {
        AgentsError(
            .busy, "Another operator gives \(entry.address) a new key at this moment.",
            cure: "Use that key, or try again when it is done.")
    }

    /// The credentials that an agent logs in with; the secrets are never read back.
    package func keys(of account: AccountID) async throws(AgentsError) -> [ServerCredential] {
        try await ask { (server) throws(StalwartError) in try await server.keys(of: account) }
    }

    /// When the newest message of an agent came; nil where it has none.
    package func lastHeard(_ entry: RosterEntry) async throws(AgentsError) -> UTCDate? {
        let account = entry.account
        return try await MailAccess(client: administration.client).ask("read the newest message") {
            (client) throws(JMAPError) in
            var request = Request()
            let query = request.call(
                RawCall(
                    "Email/query",
                    [
                        "accountId": account.json, "limit": 1,
                        "sort": [["property": "receivedAt", "isAscending": false]],
                    ], capabilities: [.mail]))
            let get = request.call(
                EmailGet(account: account, ids: .reference(query, "/ids"), properties: ["id", "receivedAt"]))
            return try await client.send(request).get(get).list.first?.receivedAt
        }
    }

    /// Ends one key of an agent, or all of them; gives the ids of those that ended.
    package func revoke(_ entry: RosterEntry, key: String?) async throws(AgentsError) -> [String] {
        let account = entry.account
        let keys = try await keys(of: account)
        let wanted = keys.map(\.id).filter { key == nil || $0.rawValue == key }
        if let key, wanted.isEmpty {
            throw AgentsError(
                .notFound, "\(entry.address) has no key \(key).", cure: "agenticmail agent show names its keys.")
        }
        try await end(wanted, of: account)
        return wanted.map(\.rawValue)
    }

    private func end(_ keys: [CredentialID], of account: AccountID) async throws(AgentsError) {
        for key in keys {
            do throws(StalwartError) {
                try await administration.revokeKey(key, of: account)
            } catch {
                guard error.code == .notFound else { throw AgentsError(error) }
            }
        }
    }

    func change(_ entry: RosterEntry, _ change: AccountChange) async throws(AgentsError) {
        try await ask { (server) throws(StalwartError) in try await server.change(entry.account, change) }
    }

    func ask<Result>(
        _ body: (any Administration) async throws(StalwartError) -> Result
    ) async throws(AgentsError) -> Result {
        do throws(StalwartError) { return try await body(administration) } catch { throw AgentsError(error) }
    }
}

extension RosterEntry {
    /// Throws where the agent is in none of the states.
    func expect(_ states: Set<State>, _ act: String) throws(AgentsError) {
        guard !states.contains(state) else { return }
        throw AgentsError(
            .wrongState, "\(address) is \(state.rawValue) and cannot be \(act).",
            cure: "agenticmail agent show says how it stands.")
    }

    /// The description of another stage; nil where this program did not write it, so that it stays as it is.
    func text(_ stage: AgentRecord.Stage) -> String? {
        guard var record else { return nil }
        record.stage = stage
        return record.text
    }

    /// The record; of an agent that was made by other means one that keeps what was written about it as its purpose.
    ///
    /// Throws where that would lose some of it.
    func recordOrAdopted() throws(AgentsError) -> AgentRecord {
        if let record { return record }
        guard let details = try? AgentDetails(purpose: detail) else {
            throw AgentsError(
                .wrongState,
                "\(address) was made by other means, and what is written about it is no line of at most 400 bytes.",
                cure: "Shorten its description on the server, so that nothing of it is lost.")
        }
        return AgentRecord(intent: Intent.newID(), stage: .active, details: details, created: 0)
    }
}
