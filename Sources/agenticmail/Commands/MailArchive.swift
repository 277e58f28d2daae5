import AgenticMail

extension CommandHandlers {
    /// `mail archive MESSAGE… [--dry-run]`
    @Sendable static func mailArchive(_ context: CommandContext) async throws -> ExitCode {
        try await context.act(.archive)
    }
}
