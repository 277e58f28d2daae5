import Guard
import JMAP
import Message
import TestSupport
import Testing

@Suite struct EditTests {
    /// The message of a hold with another text, and perhaps another recipient.
    private func edited(
        _ hold: ReviewDesk.Hold, text: String, to recipients: [String]? = nil, bcc: [String] = []
    ) throws -> [UInt8] {
        var builder = MessageBuilder()
        let message = ParsedMessage(hold.message.bytes)
        builder.from = message.from
        builder.to = recipients.map { $0.map { MailAddress(email: $0) } } ?? message.to
        builder.bcc = bcc.map { MailAddress(email: $0) }
        builder.subject = message.subject
        builder.messageID = message.messageID?.first
        builder.text = text
        return try builder.build()
    }

    @Test("an edited message leaves as it was edited, once another reviewer has approved it")
    func edited() async throws {
        let fixture = try await GuardFixture(reviewers: 2)
        let guardian = fixture.makeGuard()
        _ = try await fixture.draft("an offer")
        try await guardian.round()
        let first = try await fixture.onlyHold()
        try await fixture.edit(first, to: try edited(first, text: "A better day."), by: 0)
        try await guardian.round()
        let second = try await fixture.onlyHold()
        #expect(second.entry.revision == 2 && second.entry.id == first.entry.id)
        #expect(second.entry.digest != first.entry.digest && second.entry.editors == [fixture.reviewers[0].address])
        #expect(second.previous == first.message.bytes)
        // What was seen before the edit, and who edited, do not count.
        let stale = try await fixture.decide(.approve, first, by: 1)
        let own = try await fixture.decide(.approve, second, by: 0)
        try await guardian.round()
        #expect(try await fixture.answer(to: stale, of: 1).isRefusal(with: "another digest"))
        #expect(try await fixture.answer(to: own, of: 0).isRefusal(with: "another one must approve"))
        try await fixture.decide(.approve, second, by: 1)
        #expect(try await fixture.isSent(by: guardian))
        #expect(try await eventually { try await fixture.arrived() == ["an offer"] })
        let read = try await fixture.firstArrived()
        #expect(read.readable().plain.contains("A better day."))
        #expect(try await fixture.ledger().count == 1)
    }

    @Test("an edit that adds a key or somebody outside is held with that said, and those who edited do not count")
    func riskier() async throws {
        let fixture = try await GuardFixture(reviewers: 3)
        let guardian = fixture.makeGuard(fixture.policy(approvals: 2))
        _ = try await fixture.draft("an offer")
        try await guardian.round()
        let first = try await fixture.onlyHold()
        let key =
            "-----BEGIN RSA PRIVATE KEY-----\n" + String(repeating: "MIIEowIBAAKCAQEAq7sLzBbX", count: 12)
            + "\n-----END RSA PRIVATE KEY-----"
        let bytes = try edited(first, text: key, bcc: ["eve@elsewhere.net"])
        try await fixture.edit(first, to: bytes, by: 0)
        try await guardian.round()
        let second = try await fixture.onlyHold()
        #expect(second.entry.isRiskier)
        #expect(second.entry.reasons.contains { $0.contains("somebody outside: eve@elsewhere.net") })
        #expect(second.entry.reasons.contains { $0.contains("adds what the rules see") })
        try await fixture.decide(.approve, second, by: 0)
        try await fixture.decide(.approve, second, by: 1)
        try await guardian.round()
        #expect(try await fixture.onlyHold().state == .held)
    }

    @Test("a new version of the agent's takes the place of the one that needed changes, once, in the same hold")
    func revised() async throws {
        let fixture = try await GuardFixture()
        let guardian = fixture.makeGuard()
        _ = try await fixture.draft("an offer")
        try await guardian.round()
        let first = try await fixture.onlyHold()
        try await fixture.decide(.requestChanges, first, note: "Say the price.")
        try await guardian.round()
        let outbox = try await AgentOutbox.open(fixture.agent.client)
        let asked = try #require(try await outbox.list().first)
        #expect(asked.state == "changes-requested" && asked.note.contains("Say the price."))
        _ = try await outbox.put(try edited(first, text: "It costs 5."), revises: first.entry.id)
        try await guardian.round()
        let second = try await fixture.onlyHold()
        #expect(second.entry.id == first.entry.id && second.entry.revision == 2)
        try await fixture.decide(.approve, second)
        #expect(try await fixture.isSent(by: guardian))
        #expect(try await eventually { try await fixture.arrived() == ["an offer"] })
        // What is sent takes no other version.
        _ = try await outbox.put(try edited(first, text: "It costs 6."), revises: first.entry.id)
        try await guardian.round()
        #expect(try await fixture.ledger().values.flatMap { $0 } == ["sent"])
        #expect(try await fixture.arrived() == ["an offer"])
    }

    @Test("reviewers see who looks at a hold, what was decided on it, and that a guard is there")
    func activity() async throws {
        let fixture = try await GuardFixture(reviewers: 2)
        let guardian = fixture.makeGuard(fixture.policy(approvals: 2))
        _ = try await fixture.draft("an offer")
        try await guardian.round()
        let hold = try await fixture.onlyHold()
        try await fixture.decide(.claim, hold, by: 1)
        try await fixture.decide(.approve, hold, by: 0, note: "Fine.")
        try await guardian.round()
        let desk = try await ReviewDesk.open(fixture.reviewers[0].client)
        let now = fixture.clock.now
        #expect(try await desk.claims(at: now)[hold.entry.id]?.reviewer == fixture.reviewers[1].address)
        #expect(try await desk.claims(at: now + 601).isEmpty)
        let seen = try await desk.activity(of: hold.entry.id)
        #expect(Set(seen.map(\.action)) == [.claim, .approve])
        #expect(seen.contains { $0.reviewer == fixture.reviewers[0].address && $0.note.contains("Fine.") })
        let until = try #require(try await desk.guardUntil())
        #expect(until.seconds > now)
    }
}

extension ReviewDesk.Answer {
    /// Whether it is a refusal that says so.
    func isRefusal(with words: String) -> Bool {
        if case .refused(let why) = self { why.contains(words) } else { false }
    }
}
