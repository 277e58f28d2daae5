import AgenticMail
import Agents
import JMAP
import SafeText
import Stalwart

// `agent suspend`, `resume`, `rotate` and `revoke`: what is done to an agent that is there.

extension CommandHandlers {
    /// `agent suspend AGENT [--no-mail] [--dry-run]`
    @Sendable static func agentSuspend(_ context: CommandContext) async throws -> ExitCode {
        let refusesMail = context.parsed.has("no-mail")
        return try await context.change("suspended") { keeper, entry throws(AgentsError) in
            try await keeper.suspend(entry, refusingMail: refusesMail)
        }
    }

    /// `agent resume AGENT [--dry-run]`
    @Sendable static func agentResume(_ context: CommandContext) async throws -> ExitCode {
        try await context.change("active") { keeper, entry throws(AgentsError) in try await keeper.resume(entry) }
    }

    private struct RotationReport: Encodable {
        let address: String
        let key: String?
        let keyID: String?
        let ended: [String]
        let others: [String]
        let storedAt: String?
        let isAdopted: Bool
        let isDryRun: Bool
    }

    /// `agent rotate AGENT [--store FILE] [--dry-run]`
    @Sendable static func agentRotate(_ context: CommandContext) async throws -> ExitCode {
        let place = try KeyStore(context.parsed)
        let request = AgentRequest(keyOf: context.parsed)
        let isDryRun = context.parsed.has("dry-run")
        let (report, lines) = try await context.withAgent { workspace, keeper, entry in
            let store = (try? AgentName(entry.name)).map { place?.of($0, at: entry.address) } ?? place
            if isDryRun {
                return (
                    RotationReport(
                        address: entry.address, key: nil, keyID: nil, ended: [], others: [], storedAt: nil,
                        isAdopted: entry.record == nil, isDryRun: true),
                    ["\(untrusted: entry.address) would get a new key. Nothing was changed."] as [SafeText]
                )
            }
            let rotation = try await workspace.ofAgents { () async throws(AgentsError) in
                try await keeper.rotate(
                    entry, expires: request.keyExpires, networks: Set(request.networks), store: store)
            }
            var lines: [SafeText] = [
                "\(untrusted: entry.address) has a new key; \(rotation.ended.count) of its keys ended."
            ]
            if !rotation.others.isEmpty {
                lines.append(
                    "Keys that were made elsewhere go on: \(untrusted: rotation.others.joined(separator: ", ")).")
            }
            if rotation.isAdopted { lines.append(adoption(entry.address)) }
            if let store { lines.append("The key is stored at \(untrusted: store.place).") }
            lines.append("The key, shown this once: \(untrusted: rotation.key)")
            return (
                RotationReport(
                    address: entry.address, key: rotation.key, keyID: rotation.keyID, ended: rotation.ended,
                    others: rotation.others, storedAt: store?.place, isAdopted: rotation.isAdopted, isDryRun: false),
                lines
            )
        }
        try context.output.object(report, lines: lines)
        return .done
    }

    private struct RevocationReport: Encodable {
        let address: String
        let ended: [String]
        let isDryRun: Bool
    }

    /// `agent revoke AGENT [--key ID] [--dry-run]`
    @Sendable static func agentRevoke(_ context: CommandContext) async throws -> ExitCode {
        let key = context.parsed.value("key")
        let isDryRun = context.parsed.has("dry-run")
        let (address, ended) = try await context.withAgent { workspace, keeper, entry in
            if isDryRun { return (entry.address, [String]()) }
            return (
                entry.address,
                try await workspace.ofAgents { () async throws(AgentsError) in
                    try await keeper.revoke(entry, key: key)
                }
            )
        }
        try context.output.object(
            RevocationReport(address: address, ended: ended, isDryRun: isDryRun),
            lines: [
                isDryRun
                    ? "Keys of \(untrusted: address) would end. Nothing was changed."
                    : "\(ended.count) keys of \(untrusted: address) ended."
            ])
        return .done
    }
}

/// What is said where an agent that was made by other means is kept by this program from now on.
func adoption(_ address: String) -> SafeText {
    "\(untrusted: address) was made by other means: this program keeps a record of it from now on, with what was written about it as its purpose."
}

private struct StateReport: Encodable {
    let address: String
    let state: String
    let isDryRun: Bool
}

extension CommandContext {
    /// Finds the agent that is named and hands it over with what changes it.
    func withAgent<Result: Sendable>(
        _ body: (Workspace, Keeper, RosterEntry) async throws -> Result
    ) async throws -> Result {
        let words = parsed.argument("agent") ?? ""
        return try await withWorkspace { workspace in
            await recoverIntents(workspace)
            let administration = try await workspace.administration()
            let entry = try await workspace.ofAgents { () async throws(AgentsError) in
                try await Roster(administration).find(words)
            }
            return try await body(workspace, workspace.keeper(administration), entry)
        }
    }

    /// Ends what earlier runs have left behind, and says so; where that cannot be done the command goes on.
    func recoverIntents(_ workspace: Workspace) async {
        for recovery in (try? await workspace.recoverIntents()) ?? [] {
            output.note(SafeText(untrusted: recovery.sentence))
        }
    }

    /// Changes the state of the agent that is named, and says so.
    fileprivate func change(
        _ state: String, _ body: @Sendable (Keeper, RosterEntry) async throws(AgentsError) -> Void
    ) async throws -> ExitCode {
        let isDryRun = parsed.has("dry-run")
        let address = try await withAgent { workspace, keeper, entry in
            if !isDryRun {
                try await workspace.ofAgents { () async throws(AgentsError) in try await body(keeper, entry) }
            }
            return entry.address
        }
        try output.object(
            StateReport(address: address, state: state, isDryRun: isDryRun),
            lines: [
                isDryRun
                    ? "\(untrusted: address) would be \(untrusted: state). Nothing was changed."
                    : "\(untrusted: address) is \(untrusted: state)."
            ])
        return .done
    }
}
