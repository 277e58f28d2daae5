import AgenticMail

extension CommandHandlers {
    /// `mail undo [--act NUMBER]`
    @Sendable static func mailUndo(_ context: CommandContext) async throws -> ExitCode {
        let number = context.parsed.value("act").flatMap { Int64($0) }
        let report = try await context.withWorkspace { try await $0.undo(number) }
        guard let report else {
            throw WorkspaceError(
                .notFound, "There is nothing to take back.", cure: "Only what was done from here can be taken back.")
        }
        try context.output.object(report, lines: [ActLines.line(report)])
        return .done
    }
}
