import AgenticMail
import Guard
import JMAP
import SafeText

extension CommandHandlers {
    private struct Status: Encodable {
        let active: Bool
        let activeUntil: String?
        let holds: [String: Int]
    }

    /// `guard status`: what the ledger says; done where a guard is active.
    @Sendable static func guardStatus(_ context: CommandContext) async throws -> ExitCode {
        let health = try await context.withLogin(.guardian) { client, _ in
            try await GuardHealth.read(client, now: CommandContext.now)
        }
        let status = Status(
            active: health.activeUntil != nil, activeUntil: health.activeUntil?.description,
            holds: Dictionary(uniqueKeysWithValues: health.holds.map { ($0.key.rawValue, $0.value) }))
        let first: SafeText = status.active ? "A guard is active." : "No guard is active: mail waits."
        try context.output.object(
            status,
            lines: [first]
                + HoldState.allCases.map { "\(untrusted: $0.rawValue): \(untrusted: String(health.holds[$0] ?? 0))" })
        return status.active ? .done : .failed
    }
}
