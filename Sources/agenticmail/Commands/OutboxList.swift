import AgenticMail
import Guard
import JMAP
import SafeText

/// A request of the agent's as the commands print it.
private struct RequestRow: Encodable {
    let hold: String?
    let state: String
    let subject: String
    let messageID: String?
    let deadline: String?
    let note: String
    let instruction: String
    let at: String

    init(_ item: AgentOutbox.Item) {
        hold = item.hold
        state = item.state
        subject = item.subject
        messageID = item.messageID
        deadline = item.deadline?.description
        note = item.note
        instruction = item.instruction
        at = item.at.description
    }
}

extension CommandHandlers {
    /// `outbox list`
    @Sendable static func outboxList(_ context: CommandContext) async throws -> ExitCode {
        let items = try await context.withLogin(.agent) { client, _ in try await AgentOutbox.open(client).list() }
        try context.output.list(
            items.map(RequestRow.init), empty: "Nothing was asked to be sent.",
            columns: [
                Column("HOLD") { SafeText(untrusted: String(($0.hold ?? "").prefix(8))) },
                Column("STATE") { SafeText(untrusted: $0.state) },
                Column("AT") { SafeText(untrusted: $0.at) },
                Column("SUBJECT", least: 10) { SafeText(untrusted: $0.subject) },
                Column("NOTE", least: 10) { SafeText(untrusted: $0.note) },
            ])
        return .done
    }

    /// `outbox show HOLD`
    @Sendable static func outboxShow(_ context: CommandContext) async throws -> ExitCode {
        let id = context.parsed.arguments["hold"]?.first ?? ""
        let items = try await context.withLogin(.agent) { client, _ in try await AgentOutbox.open(client).list() }
        guard let item = items.first(where: { $0.hold?.hasPrefix(id) == true || $0.messageID == id }) else {
            throw Failure(
                code: "notFound", message: "There is no request \(id).", cure: "outbox list names all of them.",
                exitCode: .failed)
        }
        try context.output.object(
            RequestRow(item),
            lines: [
                "\(untrusted: item.state): \(untrusted: item.subject)", "\(untrusted: item.instruction)",
                "\(untrusted: item.note)",
            ])
        return .done
    }
}
