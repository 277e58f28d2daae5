import AgenticMail
import SafeText

extension CommandHandlers {
    /// `sync [--watch]`
    @Sendable static func sync(_ context: CommandContext) async throws -> ExitCode {
        try await context.withWorkspace { workspace in
            let report = try await workspace.catchUp(withText: true)
            if context.parsed.has("watch") { return try await watch(workspace, context) }
            var lines: [SafeText] = [
                "\(report.messages) messages in \(report.accounts) accounts, \(report.unread) unread, \(report.held) held."
            ]
            for (account, reason) in report.refused.sorted(by: { $0.key < $1.key }) {
                lines.append("\(untrusted: account) cannot be read: \(untrusted: reason)")
            }
            try context.output.object(report, lines: lines)
            return .done
        }
    }

    /// Prints each message as it comes, one object or line each, until stopped.
    private static func watch(_ workspace: Workspace, _ context: CommandContext) async throws -> ExitCode {
        let runner = Task { await workspace.run() }
        defer { runner.cancel() }
        for await messages in workspace.arrivals() {
            for message in messages {
                if context.output.isJSON {
                    try context.output.print(JSONText.encode(message))
                } else {
                    let sender = Cells.sender(message)
                    try context.output.print(
                        "\(Cells.time(message.receivedAt))  \(untrusted: message.account)  \(sender)  \(untrusted: message.subject)"
                    )
                }
            }
        }
        runner.cancel()
        await runner.value
        return .done
    }
}
