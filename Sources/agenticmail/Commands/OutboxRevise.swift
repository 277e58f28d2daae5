import AgenticMail
import Guard
import SafeText

extension CommandHandlers {
    private struct Revision: Encodable {
        let hold: String
        let messageID: String
        let state: String
        let instruction: String
    }

    /// `outbox revise HOLD FILE`
    @Sendable static func outboxRevise(_ context: CommandContext) async throws -> ExitCode {
        let wanted = context.parsed.arguments["hold"]?.first ?? ""
        let bytes = try messageFile(context.parsed.arguments["file"]?.first ?? "")
        let (hold, id) = try await context.withLogin(.agent) { client, _ in
            let outbox = try await AgentOutbox.open(client)
            let found = try await outbox.list().first { $0.hold?.hasPrefix(wanted) == true || $0.messageID == wanted }
            guard let item = found, let hold = item.hold, !wanted.isEmpty else {
                throw GuardError(.notFound, "There is no request \(wanted).", cure: "outbox list names all of them.")
            }
            guard ["held", "changes-requested"].contains(item.state) else {
                throw GuardError(
                    .state, "The message is \(item.state); no new version of it is taken.",
                    cure: "Do not send it again; a message about something else is put with outbox put.")
            }
            return (hold, try await outbox.put(bytes, revises: hold))
        }
        let instruction =
            "The new version waits for the guard; do not send it again. outbox show says what becomes of it."
        try context.output.object(
            Revision(hold: hold, messageID: id, state: "waiting", instruction: instruction),
            lines: ["\(untrusted: hold)", "\(untrusted: instruction)"])
        return .done
    }
}
