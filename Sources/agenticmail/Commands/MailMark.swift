import AgenticMail
import SafeText

extension CommandHandlers {
    /// `mail mark MESSAGE… --seen|--unseen|--flagged|--unflagged`: lists the messages as they are then.
    @Sendable static func mailMark(_ context: CommandContext) async throws -> ExitCode {
        let parsed = context.parsed
        if parsed.has("seen"), parsed.has("unseen") {
            throw UsageError("--seen and --unseen contradict each other.", cure: "Give one of them.")
        }
        if parsed.has("flagged"), parsed.has("unflagged") {
            throw UsageError("--flagged and --unflagged contradict each other.", cure: "Give one of them.")
        }
        var marks: [MessageAct] = []
        if parsed.has("seen") || parsed.has("unseen") { marks.append(.seen(parsed.has("seen"))) }
        if parsed.has("flagged") || parsed.has("unflagged") { marks.append(.flagged(parsed.has("flagged"))) }
        guard !marks.isEmpty else {
            throw UsageError("No mark is named.", cure: "Give --seen, --unseen, --flagged or --unflagged.")
        }
        let references = (parsed.arguments["message"] ?? []).compactMap(MessageReference.init)
        let wanted = marks
        let messages = try await context.withWorkspace { workspace in
            try await context.know(references, workspace)
            for mark in wanted {
                let report = try await workspace.act(mark, on: references, isDryRun: parsed.has("dry-run"))
                if report.refused > 0 {
                    throw WorkspaceError(
                        .notAllowed, "\(report.title), but \(report.refused) were refused: \(report.reason)",
                        cure: "Look at the message on the server, then try again.")
                }
                if report.waiting > 0 || report.isDryRun { context.output.note(ActLines.line(report)) }
            }
            return try await workspace.messages(references)
        }
        try context.output.messages(messages)
        return .done
    }
}
