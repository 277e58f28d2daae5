import AgenticMail

extension CommandHandlers {
    /// `man`
    @Sendable static func manual(_ context: CommandContext) async throws -> ExitCode {
        try context.output.write(Array(ManualPage(date: Version.date).text.utf8))
        return .done
    }
}
