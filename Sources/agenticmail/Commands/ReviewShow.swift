import AgenticMail
import Guard
import Message
import SafeText
import Sodium

extension CommandHandlers {
    private struct Attachment: Encodable {
        let name: String
        let type: String
        let size: Int
        let sha256: String
    }

    private struct Shown: Encodable {
        let hold: HoldRow
        let attachments: [Attachment]
        let text: String
        /// The HTML as text, where it says other things than the plain text.
        let html: String?
    }

    /// `review show HOLD`
    @Sendable static func reviewShow(_ context: CommandContext) async throws -> ExitCode {
        let id = context.parsed.arguments["hold"]?.first ?? ""
        let hold = try await context.withLogin(.reviewer) { client, _ in try await ReviewDesk.open(client).hold(id) }
        let message = ParsedMessage(hold.message.bytes)
        let attachments = BodyLists(message).attachments.map { number in
            let part = message.parts[number]
            let bytes = message.content(of: part)
            let digest = Sodium.sha256(bytes).map { byte in
                let digits = String(byte, radix: 16)
                return digits.count == 1 ? "0" + digits : digits
            }
            return Attachment(
                name: part.fileName ?? "", type: part.mediaType, size: bytes.count, sha256: digest.joined())
        }
        let text = message.readable().plain
        let html = message.readable(prefersHTML: true).plain
        let row = HoldRow(hold)
        let shown = Shown(hold: row, attachments: attachments, text: text, html: html == text ? nil : html)
        var lines: [SafeText] = [
            "Hold \(untrusted: row.hold): \(untrusted: row.state)", "Agent: \(untrusted: row.agent)",
            "Subject: \(untrusted: row.subject)", "Decide before: \(untrusted: row.deadline)",
            "Approvals needed: \(untrusted: String(row.approvals))", "Digest: \(untrusted: row.digest)",
        ]
        lines += row.recipients.map {
            row.outside.contains($0) ? "To (outside): \(untrusted: $0)" : "To: \(untrusted: $0)"
        }
        lines += row.reasons.map { "Why: \(untrusted: $0)" }
        lines += row.findings.map {
            "Finding (\(untrusted: $0.severity)): \(untrusted: $0.rule) in \(untrusted: $0.part): "
                + "\(untrusted: $0.excerpt) \(untrusted: $0.why)"
        }
        lines += attachments.map {
            "Attachment: \(untrusted: $0.name) \(untrusted: $0.type) \(untrusted: String($0.size)) bytes, "
                + "sha256 \(untrusted: $0.sha256)"
        }
        lines += [.empty] + SafeText.lines(untrusted: text)
        if let html = shown.html { lines += [.empty, "The HTML says:"] + SafeText.lines(untrusted: html) }
        try context.output.object(shown, lines: lines)
        return .done
    }
}
