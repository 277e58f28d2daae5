import Agents
package import JMAP
import Stalwart

// What is on the server of ours, what was left over, and whether agents still cannot send.

extension Doctor {
    /// How many agents' credentials are looked at in one run: each takes two requests.
    static let closelyLookedAt = 100

    /// The accounts of the server as they concern this program.
    struct Census: Sendable {
        /// Agents: they carry the agents' role.
        var agents: [ServerAccount] = []
        /// They bear this program's record of an agent and not the agents' role.
        var withoutRole: [ServerAccount] = []
        /// They carry the agents' role, and others made them.
        var madeElsewhere: [ServerAccount] = []
        /// Their record says that they are being made.
        var unfinished: [ServerAccount] = []
        /// They carry a role of ours beside others, or what they are allowed was widened.
        var widened: [ServerAccount] = []
    }

    func agentChecks(_ administration: any Administration) async -> [Check] {
        let census: Census
        do throws(StalwartError) { census = try await Self.census(administration) } catch {
            let why =
                if case .missingPermission = error.code { "The login may not list accounts." } else { error.sentence }
            return ["unfinished", "orphans", "agents cannot send", "agents' keys"].map { Check($0, .skipped, why) }
        }
        var checks = [await unfinished(census), orphans(census)]
        checks.append(await sending(census, administration))
        checks.append(await keys(census, administration))
        return checks
    }

    /// Reads every account once, page by page.
    private static func census(_ administration: any Administration) async throws(StalwartError) -> Census {
        let roles = Set(try await administration.roles(named: RoleDefinition.agent.name).map(\.id))
        var census = Census()
        for page in 0..<5_000 {
            let found = try await administration.accounts(AccountFilter(kind: .individual), page: page, limit: 500)
            for account in found.accounts {
                let own: Set<RoleID> = if case .custom(let own) = account.roles { own } else { [] }
                let record = AgentRecord(description: account.detail)
                guard !own.isDisjoint(with: roles) else {
                    if record != nil { census.withoutRole.append(account) }
                    continue
                }
                census.agents.append(account)
                if record == nil { census.madeElsewhere.append(account) }
                if record?.stage == .provisioning { census.unfinished.append(account) }
                if !own.isSubset(of: roles) || !account.addedPermissions.isEmpty { census.widened.append(account) }
            }
            if found.isLast { break }
        }
        return census
    }

    /// Creations that were begun and neither finished nor undone.
    private func unfinished(_ census: Census) async -> Check {
        let here: [(address: String, step: String)]
        do throws(WorkspaceError) { here = try await workspace.knownUnfinishedIntents() } catch {
            return Check("unfinished", .failed, error.message, cure: error.cure)
        }
        let addresses = Set(here.map(\.address))
        let elsewhere = census.unfinished.map(\.address).filter { !addresses.contains($0) }
        guard !here.isEmpty || !elsewhere.isEmpty else {
            return Check("unfinished", .good, "No creation of an agent is unfinished.")
        }
        var sentences = here.map { "\($0.address) stopped at “\($0.step)”." }
        if !elsewhere.isEmpty {
            sentences.append(
                "\(Self.list(elsewhere)): being made by another program, or left behind by one on another machine.")
        }
        let cure =
            here.isEmpty
            ? "If nobody is making it, run agenticmail doctor --repair on the machine that began it, or remove the account."
            : "agenticmail doctor --repair finishes or undoes what was begun here."
        return Check("unfinished", .warning, sentences.joined(separator: " "), cure: cure)
    }

    /// What bears our marks and is no agent, and what looks like an agent and is not ours: named, never touched.
    private func orphans(_ census: Census) -> Check {
        var sentences: [String] = []
        var cures: [String] = []
        if !census.withoutRole.isEmpty {
            sentences.append(
                "\(Self.list(census.withoutRole.map(\.address))): made by this program, without the role "
                    + "\(RoleDefinition.agent.name).")
            cures.append("Give the role back, or remove the account by hand once its mail is of no use.")
        }
        if !census.madeElsewhere.isEmpty {
            sentences.append(
                "\(Self.list(census.madeElsewhere.map(\.address))): the role of an agent, not made by this program, and "
                    + "left as it is.")
        }
        guard !sentences.isEmpty else {
            return Check("orphans", .good, "\(census.agents.count) agents, and nothing is left over.")
        }
        return Check(
            "orphans", census.withoutRole.isEmpty ? .good : .failed, sentences.joined(separator: " "),
            cure: cures.joined(separator: " "))
    }

    /// Whether what agents are allowed holds nothing to send by.
    ///
    /// The doors themselves can be tried with an agent's own key alone, which nobody keeps; `--try-key` gives one.
    private func sending(_ census: Census, _ administration: any Administration) async -> Check {
        let name = "agents cannot send"
        guard !census.agents.isEmpty else { return Check(name, .good, "There is no agent yet.") }
        let role: RoleCheck
        do throws(StalwartError) { role = try await administration.checkRole(.agent) } catch {
            return Check(name, .skipped, error.sentence)
        }
        if role.isDangerous {
            return Check(
                name, .failed, "\(role.sentence) So \(census.agents.count) agents may send.",
                cure: "agenticmail doctor --repair makes the role exact at once.")
        }
        let dangerous = census.widened.filter { account in
            guard case .custom(let own) = account.roles else { return true }
            return own.count > 1 || account.addedPermissions.contains { SendingProver.isDangerous($0.rawValue) }
        }
        guard dangerous.isEmpty else {
            return Check(
                name, .failed,
                "\(Self.list(dangerous.map(\.address))): another role, or rights beside the role, that may let it send.",
                cure: "Take them away on the server: an agent has the role \(RoleDefinition.agent.name) alone.")
        }
        return Check(
            name, .good,
            "\(census.agents.count) agents have the exact role and nothing beside it. No door was tried: that takes an "
                + "agent's own key, as doctor --try-key FILE.")
    }

    /// Whether each agent has a key, and no password beside it.
    private func keys(_ census: Census, _ administration: any Administration) async -> Check {
        let name = "agents' keys"
        let working = census.agents.filter { AgentRecord(description: $0.detail)?.stage == .active && !$0.isSuspended }
        let looked = Array(working.prefix(Self.closelyLookedAt))
        var (keyless, passworded): ([String], [String]) = ([], [])
        for account in looked {
            do throws(StalwartError) {
                if try await administration.keys(of: account.id).isEmpty { keyless.append(account.address) }
                // On 0.15 the key itself is an app password.
                if administration.kind == .objects, try await !administration.appPasswords(of: account.id).isEmpty {
                    passworded.append(account.address)
                }
            } catch {
                return Check(name, .skipped, error.sentence)
            }
        }
        let rest = working.count > looked.count ? " \(looked.count) of \(working.count) were looked at." : ""
        if !passworded.isEmpty {
            return Check(
                name, .failed, "\(Self.list(passworded)): an app password, whose tokens outlive it.\(rest)",
                cure: "Remove it on the server and rotate the agent's key.")
        }
        if !keyless.isEmpty {
            return Check(
                name, .warning, "\(Self.list(keyless)): no key, so that nothing can log in as it.\(rest)",
                cure: "agenticmail agent rotate NAME makes one, or agent suspend says that it is meant so.")
        }
        return Check(name, .good, "\(looked.count) agents have keys, and no passwords.\(rest)")
    }

    /// A few names, and how many more there are.
    static func list(_ names: [String]) -> String {
        let some = names.sorted().prefix(5).joined(separator: ", ")
        return names.count > 5 ? "\(some) and \(names.count - 5) more" : some
    }
}

extension Workspace {
    /// The creations in the journal; none where there is no journal.
    func knownUnfinishedIntents() async throws(WorkspaceError) -> [(address: String, step: String)] {
        hasJournal ? try await unfinishedIntents() : []
    }

    /// Makes our roles exact and ends what creations of earlier runs have left behind; a sentence for each.
    package func repair() async throws(WorkspaceError) -> [String] {
        try await repairRoles()
        return try await recoverIntents().map(\.sentence)
    }

    /// Tries every door with an agent's own key; what came of it as a check.
    package func tryDoors(_ credential: Credential, of place: String) async -> Check {
        let name = "doors"
        let client = JMAPClient(origin: origin, credential: credential, transport: transport, options: client.options)
        let (account, address): (AccountID, String)
        do throws(JMAPError) {
            let session = try await client.session()
            guard let own = session.primaryMailAccount else {
                return Check(name, .failed, "\(place) is a login without mail.", cure: "Name an agent's key.")
            }
            (account, address) = (own, session.accounts[own]?.name ?? session.username)
        } catch {
            return Check(name, .failed, "The key in \(place) does not log in. \(error.sentence)", cure: error.cure)
        }
        do throws(StalwartError) {
            let administration = try? await ServerProbe.administration(of: self.client)
            let listener =
                if let place = options.submission { place } else { await administration?.submissionListener() }
            let proof = try await SendingProver(
                client: client, credential: credential, account: account, address: address, operator: administration,
                smtp: listener
            ).prove()
            return Check(
                name, proof.holds ? .good : .failed, "\(address): \(proof.sentence)",
                cure: proof.holds ? "" : "Suspend it with agenticmail agent suspend, then see what its account may do.")
        } catch {
            return Check(name, .failed, "\(address): \(error.sentence)", cure: error.cure)
        }
    }
}
