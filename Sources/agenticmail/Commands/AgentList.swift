import AgenticMail
import SafeText

extension CommandHandlers {
    /// `agent list [--all]`
    @Sendable static func agentList(_ context: CommandContext) async throws -> ExitCode {
        let agents = try await context.withWorkspace { workspace in
            await context.recoverIntents(workspace)
            try await context.catchUp(workspace)
            return try await workspace.agents()
        }
        let shown = context.parsed.has("all") ? agents : agents.filter { $0.kind == .agent }
        try context.output.list(
            shown, empty: "There is no agent that this login may see.",
            columns: [
                Column("NAME", least: 8) { SafeText(untrusted: $0.name) },
                Column("ADDRESS", least: 12) { SafeText(untrusted: $0.address) },
                Column("STATE") { SafeText(untrusted: $0.state.rawValue) },
                Column("UNREAD", isTrailing: true) { SafeText(count: $0.unread) },
                Column("TOTAL", isTrailing: true) { SafeText(count: $0.total) },
                Column("HELD", isTrailing: true) { SafeText(count: $0.held) },
                Column("LAST HEARD") { Cells.time($0.lastHeard) },
                Column("QUOTA", isTrailing: true) { agent in
                    guard let used = agent.quotaUsed else { return "" }
                    guard let limit = agent.quotaLimit else { return SafeText(bytes: used) }
                    return SafeText(bytes: used) + "/" + SafeText(bytes: limit)
                },
                Column("OWNER", least: 8) { SafeText(untrusted: $0.owner) },
                Column("PURPOSE", least: 8) { SafeText(untrusted: $0.purpose) },
                Column("ID") { SafeText(untrusted: $0.id) },
            ])
        return .done
    }
}
