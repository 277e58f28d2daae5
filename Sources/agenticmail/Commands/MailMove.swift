import AgenticMail

extension CommandHandlers {
    /// `mail move MESSAGE… --to MAILBOX [--dry-run]`
    @Sendable static func mailMove(_ context: CommandContext) async throws -> ExitCode {
        guard let mailbox = context.parsed.value("to") else {
            throw UsageError("No mailbox is named.", cure: "Give --to MAILBOX.")
        }
        return try await context.act(.move(to: mailbox))
    }
}
