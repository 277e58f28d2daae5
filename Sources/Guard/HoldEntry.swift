package import JMAP
import Message
import Sodium

/// One hold of the ledger: what was asked, what was found, what is needed; never changed once written.
package struct HoldEntry: Sendable, Hashable {
    /// The hold's id: the same for the same bytes, or the same idempotency key, of one agent.
    package var id: String
    /// The agent's account.
    package var account: AccountID
    /// The agent's address.
    package var agent: String
    /// The draft's id when it was taken; the server may give it another one.
    package var draft: EmailID
    /// The draft's Message-ID, for notes to the agent.
    package var draftMessageID: String?
    /// The id without brackets under which the message leaves.
    package var messageID: String
    /// The subject; hostile text.
    package var subject: String
    /// Who gets it.
    package var envelope: OutboundEnvelope
    /// What a decision is on.
    package var digest: Digest
    /// What the rules saw.
    package var findings: [Finding]
    /// Why it is held, in sentences.
    package var reasons: [String]
    /// How many different people must approve.
    package var approvals: Int
    /// When it was taken.
    package var createdAt: UTCDate
    /// When it expires.
    package var deadline: UTCDate
    /// When the agent wants it to go at the earliest.
    package var sendAt: UTCDate?
    /// The tokens in the guard's account: each is the right to one attempt to send, used up by destroying it.
    package var tokens: [EmailID]
    /// Counted from 1: each edit, and each new version of the agent's, makes another entry of the same hold.
    package var revision = 1
    /// What made this revision: `draft:` and the draft's SHA-256, or `edit:` and the decision's nonce.
    package var source = ""
    /// The reviewers who edited it; none of them can be the only one to approve.
    package var editors: [String] = []
    /// Whether an edit added a finding or somebody outside: then those who edited do not count at all.
    package var isRiskier = false
    /// Whether it is mail that the agent sends, or mail that came for it.
    package var direction = Direction.outbound
    /// The Message-ID with which its conversation began, where it answers something.
    package var thread: String?
    /// The server's thread in the agent's account, where it answers something.
    package var threadID: String?
    /// The SHA-256 of its body.
    package var body = ""
    /// What kinds of reasons hold it; empty where it was held before that was written down.
    package var grounds: [Ground] = []
    /// Because of whom the policy's mode holds it.
    package var waiting: [String] = []
    /// Recipients whom the message does not name: the policy sends them a copy.
    package var copies: [String] = []

    /// When half of the time for the decision is gone, in seconds since 1970.
    package var halfTime: Int64 { createdAt.seconds + (deadline.seconds - createdAt.seconds) / 2 }

    /// Which way held mail goes.
    package enum Direction: String, Sendable, Hashable {
        case outbound, inbound
    }

    /// The entry as JSON.
    package var json: JSON {
        var members: [String: JSON] = [
            "version": 1, "id": .string(id), "account": account.json, "agent": .string(agent), "draft": draft.json,
            "messageId": .string(messageID), "subject": .string(subject), "envelope": envelope.json,
            "digest": .string(digest.text), "findings": .array(findings.map(\.json)),
            "reasons": .array(reasons.map { .string($0) }), "approvals": .int(Int64(approvals)),
            "createdAt": createdAt.json, "deadline": deadline.json, "tokens": .strings(tokens),
            "revision": .int(Int64(revision)), "source": .string(source),
            "direction": .string(direction.rawValue), "editors": .array(editors.map { .string($0) }),
            "isRiskier": .bool(isRiskier),
        ]
        members["draftMessageId"] = draftMessageID.map { .string($0) }
        members["sendAt"] = sendAt?.json
        members["thread"] = thread.map { .string($0) }
        members["threadId"] = threadID.map { .string($0) }
        members["body"] = .string(body)
        members["grounds"] = .array(grounds.map { .string($0.rawValue) })
        members["waiting"] = .array(waiting.map { .string($0) })
        if !copies.isEmpty { members["copies"] = .array(copies.map { .string($0) }) }
        return .object(members)
    }

    /// The people who get it, one a line, and what was found: what a person reads in any mail program.
    private var text: String {
        var lines = [
            "Hold \(id) of \(agent)" + (revision > 1 ? ", revision \(revision)" : ""), "Subject: \(subject)",
            "Recipients: \(envelope.recipients.joined(separator: ", "))",
            copies.isEmpty ? nil : "Copies that the policy asks for: \(copies.joined(separator: ", "))",
            "Digest: \(digest.text)", "Decide before: \(deadline)", "Approvals needed: \(approvals)", "",
        ].compactMap { $0 }
        lines += reasons
        lines += findings.map { "\($0.severity.rawValue): \($0.rule): \($0.excerpt). \($0.why)" }
        return lines.joined(separator: "\n")
    }

    /// The message of the ledger: text for people, JSON, the exact bytes, and those of the revision before.
    ///
    /// The bytes stand there as a message, or in base64 where a reader could not tell where such a message ends.
    func message(
        from address: String, exact bytes: [UInt8], previous: [UInt8]? = nil
    ) throws(MessageBuilderError) -> [UInt8] {
        let plain = try message(from: address, exact: bytes, previous: previous, type: "message/rfc822")
        if let read = try? HeldMessage(plain), read.bytes == bytes { return plain }
        return try message(from: address, exact: bytes, previous: previous, type: "application/octet-stream")
    }

    private func message(
        from address: String, exact bytes: [UInt8], previous: [UInt8]?, type: String
    ) throws(MessageBuilderError) -> [UInt8] {
        var builder = MessageBuilder()
        builder.from = [MailAddress(name: "AgenticMail guard", email: address)]
        builder.subject = "hold \(id) \(account)" + (revision > 1 ? " \(revision)" : "")
        builder.date = MailDate(seconds: createdAt.seconds)
        builder.text = text
        builder.attachments = [
            .attachment(name: "hold.json", type: "application/json", bytes: json.encoded()),
            .attachment(name: "message.eml", type: type, bytes: bytes),
        ]
        if let previous {
            builder.attachments.append(
                .attachment(name: "previous.eml", type: "application/octet-stream", bytes: previous))
        }
        return try builder.build()
    }

    /// The hold's id, its agent's account and the revision in the subject of an entry, by which ledgers and copies are
    /// listed.
    static func name(inSubject subject: String) -> (hold: String, account: AccountID, revision: Int)? {
        let words = subject.split(separator: " ", omittingEmptySubsequences: false)
        guard (3...4).contains(words.count), words[0] == "hold", words[1].utf8.count == 24 else { return nil }
        guard let revision = words.count == 4 ? Int(words[3]) : 1 else { return nil }
        return (String(words[1]), AccountID(String(words[2])), revision)
    }

    /// The id of the hold of these bytes, or of this key, of an agent: 24 hexadecimal digits.
    package static func id(
        account: AccountID, draft: [UInt8], key: String?, direction: Direction = .outbound
    ) -> String {
        let kind = direction == .inbound ? "inbound" : "bytes"
        let what = key.map { "key\n\($0)" } ?? "\(kind)\n\(Hex.sha256(draft))"
        return String(Hex.sha256(Array("agenticmail-hold-1\n\(account)\n\(what)".utf8)).prefix(24))
    }
}

/// A hold with the exact bytes that are to leave.
package struct HeldMessage: Sendable {
    package let entry: HoldEntry
    /// What will leave, byte for byte.
    package let bytes: [UInt8]
    /// The bytes of the revision before, where there was one and it is not too large: what an edit is compared with.
    package let previous: [UInt8]?

    /// Reads a message of the ledger or a copy of one; throws where it is not what the guard wrote.
    package init(_ raw: [UInt8]) throws(GuardError) {
        let message = ParsedMessage(raw)
        func part(_ name: String) -> [UInt8]? {
            message.parts.first { $0.fileName == name && $0.parent == 0 }.map {
                $0.mediaType == "message/rfc822" ? Array(message.rawBody(of: $0)) : message.content(of: $0)
            }
        }
        guard let json = part("hold.json"), let bytes = part("message.eml") else {
            throw Self.damaged("It has not the parts that the guard writes.")
        }
        let object: JSON
        do throws(JSONError) { object = try JSON(parsing: json) } catch {
            throw Self.damaged("Its JSON cannot be read: \(error.description).")
        }
        guard let entry = HoldEntry(json: object) else { throw Self.damaged("Its JSON is not a hold's.") }
        guard Digest(message: bytes, envelope: entry.envelope) == entry.digest else {
            throw Self.damaged("Its bytes or its recipients are not those of its digest.")
        }
        self.entry = entry
        self.bytes = bytes
        previous = part("previous.eml")
    }

    private static func damaged(_ reason: String) -> GuardError {
        GuardError(
            .damaged, "An entry of the ledger is damaged. \(reason)",
            cure: "Look at it in the guard's account; nothing is sent of it.")
    }
}

extension HoldEntry {
    /// Reads what ``json`` wrote.
    package init?(json: JSON) {
        guard json["version"]?.int == 1, let id = json["id"]?.string, let account = json["account"]?.string,
            let agent = json["agent"]?.string, let draft = json["draft"]?.string,
            let messageID = json["messageId"]?.string, let subject = json["subject"]?.string,
            let envelope = OutboundEnvelope(json: json["envelope"]), let digest = json["digest"]?.string,
            let approvals = json["approvals"]?.int.flatMap({ Int(exactly: $0) }),
            let createdAt = json["createdAt"]?.string.flatMap({ UTCDate($0) }),
            let deadline = json["deadline"]?.string.flatMap({ UTCDate($0) }),
            let tokens = json["tokens"]?.array?.compactMap(\.string)
        else { return nil }
        self.init(
            id: id, account: AccountID(account), agent: agent, draft: EmailID(draft),
            draftMessageID: json["draftMessageId"]?.string, messageID: messageID, subject: subject,
            envelope: envelope, digest: Digest(text: digest),
            findings: (json["findings"]?.array ?? []).compactMap(Finding.init),
            reasons: (json["reasons"]?.array ?? []).compactMap(\.string), approvals: approvals, createdAt: createdAt,
            deadline: deadline, sendAt: json["sendAt"]?.string.flatMap { UTCDate($0) },
            tokens: tokens.map { EmailID($0) }, revision: json["revision"]?.int.flatMap { Int(exactly: $0) } ?? 1,
            source: json["source"]?.string ?? "", editors: (json["editors"]?.array ?? []).compactMap(\.string),
            isRiskier: json["isRiskier"]?.bool ?? false,
            direction: json["direction"]?.string.flatMap(Direction.init(rawValue:)) ?? .outbound,
            thread: json["thread"]?.string, threadID: json["threadId"]?.string, body: json["body"]?.string ?? "",
            grounds: (json["grounds"]?.array ?? []).compactMap { $0.string.flatMap(Ground.init) },
            waiting: (json["waiting"]?.array ?? []).compactMap(\.string),
            copies: (json["copies"]?.array ?? []).compactMap(\.string))
    }
}
