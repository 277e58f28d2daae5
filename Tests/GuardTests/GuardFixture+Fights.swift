import Guard
import HTTPTransport
import JMAP
import Message
import TestSupport
import Testing

/// What an agent can do with its own key, and what is looked at after it has tried.
extension GuardFixture {
    /// The mailbox of a name, or of a role, in a person's own account; made where it is missing.
    func mailbox(_ name: String, of person: Person) async throws -> MailboxID {
        let boxes = try await person.client.call(MailboxGet(account: person.id, ids: .all)).list
        if let found = boxes.first(where: { $0.name == name || $0.role?.rawValue == name }) { return found.id }
        let made = try await person.client.call(
            MailboxSet(account: person.id, create: ["m": ["name": .string(name)]]))
        return try made.created("m")
    }

    /// Files the bytes in one of the person's mailboxes, with the person's own key.
    @discardableResult
    func file(
        _ raw: [UInt8], in name: String = "Outbox", by person: Person? = nil, keywords: Set<Keyword> = []
    ) async throws -> EmailID {
        let writer = person ?? agent
        let box = try await mailbox(name, of: writer)
        let blob = try await writer.client.upload(.bytes(raw), to: writer.id, type: "message/rfc822")
        let item = EmailImport.Item(blobID: blob.id, mailboxIDs: [box], keywords: keywords)
        return try await writer.client.call(EmailImport(account: writer.id, emails: ["e": item])).created("e")
    }

    /// Every message in a person's account.
    func everything(of person: Person) async throws -> [EmailID] {
        try await person.client.call(EmailQuery(account: person.id, limit: 5_000)).ids
    }

    /// A message of the agent's, as bytes.
    func raw(
        _ subject: String, to recipients: [String]? = nil, text: String = "Good day.", headers: String = ""
    ) -> [UInt8] {
        let to = (recipients ?? [other.address]).joined(separator: ", ")
        let lines =
            "From: \(agent.address)\r\nTo: \(to)\r\nSubject: \(subject)\r\nMessage-ID: <\(subject.hashValue)@agents.test>\r\n"
            + "\(headers)\r\n\(text)\r\n"
        return Array(lines.utf8)
    }

    /// Checks that nothing has left.
    func expectNothingLeft(_ comment: String) async throws {
        #expect(try await arrived().isEmpty, "\(comment)")
        #expect(try await Proof(fixture: self).submissions().isEmpty, "\(comment)")
    }

    /// Checks that nothing has left, that the guard takes the next draft as any other, and that the agent is told of it.
    func expectUnmoved(_ guardian: Guard, _ comment: String) async throws {
        try await expectNothingLeft(comment)
        try await expectGoingOn(guardian, comment)
    }

    /// Checks that the guard takes the next draft as any other, and that the agent is told of it.
    ///
    /// - Parameter isHeld: Whether the guard's policy holds it; it is sent otherwise.
    func expectGoingOn(_ guardian: Guard, _ comment: String, isHeld: Bool = true) async throws {
        let id = try await draft("the next one after \(comment)")
        let state = isHeld ? "held" : "sent"
        let isTold = try await eventually {
            try await guardian.round()
            return try await told(id)?.state == state
        }
        #expect(isTold, "\(comment)")
        let desk = try await ReviewDesk.open(reviewers[0].client)
        let holds = try await desk.holds(in: [HoldState(rawValue: state) ?? .held]).holds
        #expect(holds.contains { $0.entry.draftMessageID == id }, "\(comment)")
    }

    /// The last that the agent was told of a draft.
    func told(_ messageID: String, _ person: Person? = nil) async throws -> AgentOutbox.Item? {
        try await AgentOutbox.open((person ?? agent).client).list().first { $0.messageID == messageID }
    }
}
