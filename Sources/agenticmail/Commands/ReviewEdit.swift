import AgenticMail
import Guard
import Message
import SafeText

extension CommandHandlers {
    private struct Edited: Encodable {
        let hold: String
        let digest: String
        let result: String
        let reason: String?
        /// The changes, line by line, as a unified diff has them.
        let diff: [String]
        let addedRecipients: [String]
    }

    /// `review edit HOLD [--from FILE] [--dry-run]`: the editor on the draft's text, the difference, the decision.
    @Sendable static func reviewEdit(_ context: CommandContext) async throws -> ExitCode {
        let id = context.parsed.arguments["hold"]?.first ?? ""
        let seconds = context.parsed.integer("wait") ?? 10
        let isDryRun = context.parsed.has("dry-run")
        let (sheet, change, outcome) = try await context.withRoom { room in
            let sheet = try await room.sheet(id)
            let (lists, reviewer) = (try await room.lists(), try await room.reviewer())
            if !lists.canOthersApprove(than: sheet.summary.entry.editors + [reviewer]) {
                // Before the editor opens: it would be work for nothing.
                context.output.note(
                    """
                    You are the only reviewer whom the policy names: who edits cannot be the only one to approve, so \
                    nobody can approve what you edit. Ask the agent for changes, or add a reviewer.
                    """)
            }
            let before = HoldEdit(of: sheet.parsed)
            let change = EditChange(before, try EditText.read(try editedText(EditText.write(before), context)), sheet)
            guard !isDryRun, !change.isEmpty else { return (sheet, change, nil as ReviewRoom.Outcome?) }
            let outcome = try await room.decide(
                .edit, on: ReviewRoom.Seen(sheet.summary), note: context.parsed.value("note") ?? "", edit: change.after,
                wait: seconds)
            return (sheet, change, outcome)
        }
        var (result, reason): (String, String?) = (isDryRun ? "not sent" : "unchanged", nil)
        switch outcome {
        case .accepted: (result, reason) = ("accepted", "It is held again; another reviewer must approve it.")
        case .refused(let why): (result, reason) = ("refused", why)
        case .waiting: (result, reason) = ("waiting", "No guard has answered yet; the edit waits for it.")
        case nil: break
        }
        let diff = change.diff.hunks.map { $0.map { "\($0.kind.rawValue)\($0.text)" } ?? "@@" }
        let entry = sheet.summary.entry
        let added = change.addedRecipients.map { "Added recipient: \(untrusted: $0)" as SafeText }
        try context.output.object(
            Edited(
                hold: entry.id, digest: entry.digest.text, result: result, reason: reason, diff: diff,
                addedRecipients: change.addedRecipients),
            lines: diff.map { SafeText(untrusted: $0) } + added + ["edit \(untrusted: entry.id): \(untrusted: result)"]
                + (reason.map { [SafeText(untrusted: $0)] } ?? []))
        return result == "refused" ? .notAllowed : .done
    }

    /// The text as `--from` has it, or as the person's editor leaves it.
    private static func editedText(_ text: String, _ context: CommandContext) throws -> String {
        if let path = context.parsed.value("from") {
            return String(decoding: try messageFile(path), as: UTF8.self)
        }
        return try EditorRun.edit(text, named: "message.txt", context)
    }
}
