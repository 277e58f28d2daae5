import AgenticMail

extension CommandHandlers {
    /// `mail flag MESSAGE… [--off] [--dry-run]`
    @Sendable static func mailFlag(_ context: CommandContext) async throws -> ExitCode {
        try await context.act(.flagged(!context.parsed.has("off")))
    }
}
