import AgenticMail
import Configuration
import Glibc
import Guard
import Message
import SafeText
import TerminalUI

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
        guard context.output.isTerminal else {
            throw UsageError("There is no terminal for an editor.", cure: "Give the edited message with --from FILE.")
        }
        let scratch = try ScratchFolder()
        defer { scratch.remove() }
        let path = "\(scratch.path)/message.txt"
        guard EditFile.write(text, to: path) else {
            throw Failure(
                code: "file", message: "\(path) cannot be written, because \(FileFault(errno: errno).reason).",
                cure: "See that there is room.", exitCode: .failed)
        }
        let status: Int32
        do throws(ChildProcessError) {
            status = try ChildProcess.run(EditFile.command(context.environment, path))
        } catch {
            throw Failure(code: "editor", message: error.description, cure: "Set EDITOR.", exitCode: .failed)
        }
        guard status == 0 else {
            throw Failure(
                code: "editor", message: "The editor ended with status \(status); nothing was sent.",
                cure: "Edit it again.", exitCode: .failed)
        }
        return String(decoding: try messageFile(path), as: UTF8.self)
    }
}
