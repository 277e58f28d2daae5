import JMAP
import Message

/// What an agent is told about its mail, written so that a program neither sends it again nor gives up.
struct Notice: Sendable {
    let hold: String
    let state: HoldState
    let subject: String
    let draftMessageID: String?
    var deadline: UTCDate?
    /// The reviewer's note, or why.
    let note: String
    /// Who gets a copy because the policy asks for it.
    var copies: [String] = []
    /// Whether the same draft was handled before.
    var isRepeat = false

    private var headline: String {
        switch state {
        case .held: "held for review"
        case .approved, .sending: "approved"
        case .sent: "sent"
        case .rejected: "rejected"
        case .changesRequested: "changes requested"
        case .withdrawn: "withdrawn"
        case .expired: "expired"
        case .canceled: "called back"
        case .failed: "not sent"
        case .uncertain: "outcome not known"
        }
    }

    private var instruction: String {
        switch state {
        case .held:
            "Your message is held for review; approval attempts delivery; do not send it again. You will be told what "
                + "becomes of it. You may go on with other work."
        case .approved, .sending: "Your message was approved and is being delivered; do not send it again."
        case .sent: "Your message was accepted by the mail server; do not send it again."
        case .rejected: "Your message was rejected and will not be sent. Do not send it again as it is."
        case .changesRequested:
            "A reviewer asks for changes. Write a new version that does what the note says and put it into Outbox."
        case .withdrawn: "You took this message back; it will not be sent."
        case .expired:
            "The time for a decision ran out, so your message was not sent and will not be sent by itself. Nobody has "
                + "rejected it. If it still matters, put it into Outbox again, once, brought up to date; it is then "
                + "held for review anew. If that expires too, do not try again: tell your owner."
        case .canceled: "A reviewer called your message back before it left; it was not sent."
        case .failed: "The mail server refused your message; it was not sent. The note says why."
        case .uncertain:
            "It is not known whether your message left. A person looks into it; do not send it again."
        }
    }

    /// The note mail, with the same in JSON for programs.
    func message(from guardAddress: String, to agent: String) throws(MessageBuilderError) -> [UInt8] {
        var builder = MessageBuilder()
        builder.from = [MailAddress(name: "AgenticMail guard", email: guardAddress)]
        builder.to = [MailAddress(email: agent)]
        builder.subject = "\(headline): \(subject.filter { !$0.isNewline }.prefix(200))"
        builder.inReplyTo = draftMessageID.map { [$0] } ?? []
        builder.headers = [("Auto-Submitted", "auto-replied"), ("AgenticMail-Hold", hold)]
        var lines = [instruction]
        if isRepeat { lines.append("This draft was handed in before; nothing new was begun.") }
        if !note.isEmpty { lines.append("Note: \(note)") }
        if !copies.isEmpty { lines.append("The policy sends a copy to: \(copies.joined(separator: ", "))") }
        if let deadline { lines.append("Decided before: \(deadline)") }
        lines.append("Hold: \(hold)")
        builder.text = lines.joined(separator: "\n\n")
        let json: JSON = [
            "hold": .string(hold), "state": .string(state.rawValue), "note": .string(note),
            "deadline": deadline?.json ?? .null, "subject": .string(subject),
            "draftMessageId": draftMessageID.map { .string($0) } ?? .null, "instruction": .string(instruction),
            "copies": .array(copies.map { .string($0) }),
        ]
        builder.attachments = [
            .attachment(name: "status.json", type: "application/json", bytes: json.encoded())
        ]
        return try builder.build()
    }
}

extension Guard {
    /// Puts a note into the agent's Inbox.
    func tell(_ notice: Notice, _ boxes: AgentBoxes) async throws(GuardError) {
        guard let address = ledger?.address else { return }
        let bytes: [UInt8]
        do throws(MessageBuilderError) { bytes = try notice.message(from: address, to: boxes.address) } catch {
            throw GuardError(
                .damaged, "A note to \(boxes.address) cannot be written: \(error.sentence)", cure: "Report this.")
        }
        _ = try await server.file(
            bytes, in: boxes.account, mailbox: boxes.inbox, keywords: [AgentBoxes.noteKeyword])
    }
}
