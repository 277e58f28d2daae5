import AgenticMail
import Guard
import JMAP
import SafeText

extension CommandHandlers {
    private struct Status: Encodable {
        let active: Bool
        let activeUntil: String?
        let holds: [String: Int]
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
            holds: Dictionary(uniqueKeysWithValues: health.holds.map { ($0.key.rawValue, $0.value) }), hook: told)
        let second: [SafeText] =
            told.map { hook in
                [
                    hook.answers
                        ? "The hook on \(untrusted: hook.address) answers."
                        : "The hook on \(untrusted: hook.address) does not answer."
                ]
            } ?? []
        let first: SafeText = status.active ? "A guard is active." : "No guard is active: mail waits."
        try context.output.object(
            status,
            lines: [first] + second
                + HoldState.allCases.map { "\(untrusted: $0.rawValue): \(untrusted: String(health.holds[$0] ?? 0))" })
        return status.active ? .done : .failed
    }
}
