import AgenticMail
import SafeText

extension CommandContext {
    /// Does something to the messages that are named and says what came of it.
    func act(_ act: MessageAct) async throws -> ExitCode {
        let references = (parsed.arguments["message"] ?? []).compactMap(MessageReference.init)
        let isDryRun = parsed.has("dry-run")
        let report = try await withWorkspace { workspace in
            try await know(references, workspace)
            return try await workspace.act(act, on: references, isDryRun: isDryRun)
        }
        try output.object(report, lines: [ActLines.line(report)])
        return report.refused > 0 ? .notAllowed : .done
    }
}

/// What became of an act, as a line of text.
enum ActLines {
    static func line(_ report: ActReport) -> SafeText {
        var line: SafeText = "\(untrusted: report.title)."
        if report.unchanged > 0 { line = line + " \(report.unchanged) were so already." }
        if report.waiting > 0 { line = line + " \(report.waiting) waiting for the server." }
        if report.refused > 0 { line = line + " \(report.refused) refused: \(untrusted: report.reason)" }
        return line
    }
}
