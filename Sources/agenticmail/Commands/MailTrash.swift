import AgenticMail

extension CommandHandlers {
    /// `mail trash MESSAGE… [--dry-run]`
    @Sendable static func mailTrash(_ context: CommandContext) async throws -> ExitCode {
        try await context.act(.trash)
    }
}
