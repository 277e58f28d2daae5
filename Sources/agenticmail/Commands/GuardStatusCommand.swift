import AgenticMail
import Guard
import JMAP
import SafeText

extension CommandHandlers {
    private struct Status: Encodable {
        let active: Bool
        let activeUntil: String?
        let holds: [String: Int]
        /// Open entries of the ledger that cannot be read.
        let unreadable: Int
        /// What the active guard said of itself last; missing where none is active.
        let agents: Int64?
        let taken: Int64?
        let released: Int64?
        let sent: Int64?
        let lastError: String?
        /// The hook; missing where none is configured.
        let hook: Hook?

        struct Hook: Encodable {
            let address: String
            let answers: Bool
            let accepted: Int64?
            let rejected: Int64?
            let diverted: Int64?
            let deferred: Int64?
        }
    }

    /// `guard status`: what the ledger says; done where a guard is active.
    @Sendable static func guardStatus(_ context: CommandContext) async throws -> ExitCode {
        let health = try await context.withLogin(.guardian) { client, _ in
            try await GuardHealth.read(client, now: CommandContext.now)
        }
        // A guard may run elsewhere, with its policy: then nothing is known here of a hook.
        let hook = try (try? Policy.load(context.policyPath)).flatMap { try GuardHook(context, $0) }
        var told: Status.Hook?
        if let hook {
            let counts = await hook.counts()
            told = Status.Hook(
                address: hook.address, answers: counts != nil, accepted: counts?["accepted"]?.int,
                rejected: counts?["rejected"]?.int, diverted: counts?["diverted"]?.int,
                deferred: counts?["deferred"]?.int)
        }
        let status = Status(
            active: health.activeUntil != nil, activeUntil: health.activeUntil?.description,
            holds: Dictionary(uniqueKeysWithValues: health.holds.map { ($0.key.rawValue, $0.value) }),
            unreadable: max(health.unreadable, Int(health.running?["unreadable"]?.int ?? 0)),
            agents: health.running?["agents"]?.int, taken: health.running?["taken"]?.int,
            released: health.running?["released"]?.int, sent: health.running?["sent"]?.int,
            lastError: health.running?["lastError"]?.string, hook: told)
        let second: [SafeText] =
            told.map { hook in
                [
                    hook.answers
                        ? "The hook on \(untrusted: hook.address) answers."
                        : "The hook on \(untrusted: hook.address) does not answer."
                ]
            } ?? []
        let first: SafeText =
            status.active
            ? "A guard is active\(untrusted: status.agents.map { " and watches \($0) agents" } ?? "")."
            : "No guard is active: mail waits."
        let faults: [SafeText] =
            (status.lastError.map { ["Its last round had a fault: \(untrusted: $0)"] } ?? [])
            + (status.unreadable > 0
                ? [
                    "\(untrusted: String(status.unreadable)) entries of the ledger cannot be read; nothing is sent of them."
                ]
                : [])
        try context.output.object(
            status,
            lines: [first] + second + faults
                + HoldState.allCases.map { "\(untrusted: $0.rawValue): \(untrusted: String(health.holds[$0] ?? 0))" })
        return status.active ? .done : .failed
    }
}
