import AgenticMail
import Guard
import JMAP
import Message
import SafeText

extension CommandHandlers {
    private struct Attachment: Encodable {
        let name: String
        let type: String
        /// By its content.
        let kind: String
        let isDisguised: Bool
        let size: Int
        let sha256: String
    }

    private struct Recipient: Encodable {
        let address: String
        let name: String?
        /// `to`, `cc`, `bcc`, `copy` where the policy asks for one, or `envelope` where no header names it.
        let field: String
        let isOutside: Bool
        let isLookAlike: Bool
        /// Whether mail of this agent to the address was sent before.
        let isKnown: Bool
    }

    private struct Earlier: Encodable {
        let hold: String
        let at: String
        let state: String
        let recipients: [String]
        let subject: String
        let reviewer: String
        let note: String
    }

    private struct Shown: Encodable {
        let hold: HoldRow
        let recipients: [Recipient]
        let attachments: [Attachment]
        let text: String
        /// The HTML as text, where it says other things than the plain text.
        let html: String?
        /// What the HTML holds and a mail program would not show.
        let hidden: [String]
        /// What was decided before on mail of this agent to one of the recipients.
        let earlier: [Earlier]

        init(_ sheet: HoldSheet, now: Int64) {
            hold = HoldRow(sheet.summary, now: now)
            recipients = sheet.recipients.map {
                Recipient(
                    address: $0.address, name: $0.name, field: $0.field.rawValue, isOutside: $0.isOutside,
                    isLookAlike: $0.isLookAlike, isKnown: $0.isKnown)
            }
            attachments = sheet.attachments.map {
                Attachment(
                    name: $0.name, type: $0.type, kind: $0.kind, isDisguised: $0.isDisguised, size: $0.size,
                    sha256: $0.sha256)
            }
            text = sheet.text.plain
            html = sheet.html?.plain
            hidden = sheet.hidden
            earlier = sheet.earlier.map {
                Earlier(
                    hold: $0.hold, at: UTCDate(seconds: $0.at).description, state: $0.state.rawValue,
                    recipients: $0.recipients, subject: $0.subject, reviewer: $0.reviewer, note: $0.note)
            }
        }

        var lines: [SafeText] {
            var lines: [SafeText] = [
                "Hold \(untrusted: hold.hold): \(untrusted: hold.state)", "\(untrusted: hold.meaning)",
                hold.sender.map { "From: \(untrusted: $0), for \(untrusted: hold.agent)" }
                    ?? "Agent: \(untrusted: hold.agent)", "Subject: \(untrusted: hold.subject)",
                "Decide before: \(untrusted: hold.deadline)",
                "Approvals: \(untrusted: "\(hold.approvedBy.count) of \(hold.approvals)")",
                "Digest: \(untrusted: hold.digest)",
            ]
            if let claim = hold.claim {
                lines.append("Looked at by: \(untrusted: claim.reviewer) until \(untrusted: claim.until)")
            }
            if !hold.editedBy.isEmpty {
                lines.append("Edited by: \(untrusted: hold.editedBy.joined(separator: ", "))")
            }
            for recipient in recipients {
                var marks: [String] = []
                if recipient.isOutside { marks.append("outside") }
                if recipient.isLookAlike { marks.append("LOOKS LIKE A KNOWN DOMAIN") }
                if recipient.isOutside, !recipient.isKnown { marks.append("first time") }
                if recipient.field == "copy" { marks.append("the policy asks for it") }
                let name = recipient.field.prefix(1).uppercased() + recipient.field.dropFirst()
                let note: String = marks.isEmpty ? "" : " (\(marks.joined(separator: ", ")))"
                lines.append("\(untrusted: name): \(untrusted: recipient.address)\(untrusted: note)")
            }
            lines += hold.reasons.map { "Why: \(untrusted: $0)" }
            lines += hold.findings.map {
                "Finding (\(untrusted: $0.severity)): \(untrusted: $0.rule) in \(untrusted: $0.part): "
                    + "\(untrusted: $0.excerpt) \(untrusted: $0.why)"
            }
            for file in attachments {
                let kind: SafeText =
                    file.isDisguised ? ", BY CONTENT \(untrusted: file.kind)" : ", \(untrusted: file.kind)"
                lines.append(
                    "Attachment: \(untrusted: file.name) \(untrusted: file.type)\(kind), \(untrusted: String(file.size)) "
                        + "bytes, sha256 \(untrusted: file.sha256)")
            }
            lines += earlier.prefix(10).map {
                "Earlier: \(untrusted: $0.at) \(untrusted: $0.state) \(untrusted: $0.subject) \(untrusted: $0.reviewer) "
                    + "\(untrusted: $0.note)"
            }
            return lines
        }
    }

    /// `review show HOLD`
    @Sendable static func reviewShow(_ context: CommandContext) async throws -> ExitCode {
        let id = context.parsed.arguments["hold"]?.first ?? ""
        let sheet = try await context.withRoom { try await $0.sheet(id) }
        let shown = Shown(sheet, now: CommandContext.now)
        var lines = shown.lines + [.empty] + SafeText.lines(untrusted: shown.text)
        if let html = shown.html {
            lines += [.empty, "The HTML says other things:"] + SafeText.lines(untrusted: html)
        }
        if !shown.hidden.isEmpty {
            lines += [.empty, "Hidden in the HTML:"] + shown.hidden.flatMap { SafeText.lines(untrusted: $0) }
        }
        try context.output.object(shown, lines: lines)
        return .done
    }
}
