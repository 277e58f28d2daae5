import AgenticMail
import Guard
import HTTPTransport
import JMAP
import Message
import Sodium
import TestSupport
import Testing

@Suite("Who gets no more mail") struct SuppressionTests {
    private let bob = "bob@outside.test"

    /// Puts a message into a person's Inbox, as the server does with what it receives.
    private func receive(_ text: String, _ fixture: GuardFixture, for person: GuardFixture.Person) async throws {
        let boxes = try await person.client.call(MailboxGet(account: person.id, ids: .all)).list
        let inbox = try #require(boxes.first { $0.role == "inbox" }?.id)
        let bytes = Array(text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n").utf8)
        let blob = try await person.client.upload(.bytes(bytes), to: person.id, type: "message/rfc822")
        let answer = try await person.client.call(
            EmailImport(account: person.id, emails: ["e": .init(blobID: blob.id, mailboxIDs: [inbox])]))
        _ = try answer.created("e")
    }

    private func bounce(_ address: String, status: String = "5.1.1", action: String = "failed", hold: String) -> String
    {
        """
        From: MAILER-DAEMON@agents.test
        To: ada@agents.test
        Subject: Undelivered mail
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="b"

        --b
        Content-Type: text/plain

        It could not be delivered.
        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mail.agents.test

        Final-Recipient: rfc822; \(address)
        Action: \(action)
        Status: \(status)
        --b
        Content-Type: text/rfc822-headers

        From: ada@agents.test
        AgenticMail-Hold: \(hold)
        --b--

        """
    }

    private func policy(_ fixture: GuardFixture, _ mode: Policy.Mode = .releaseAll) -> Policy {
        fixture.policy(mode: mode)
    }

    /// Sends a message to somebody outside; gives the hold's id.
    private func sent(_ fixture: GuardFixture, _ guardian: Guard) async throws -> String {
        _ = try await fixture.draft("first", to: [bob])
        #expect(try await fixture.isSent(by: guardian))
        return try await fixture.onlyHold([.sent]).entry.id
    }

    private func lists(_ fixture: GuardFixture) async throws -> ReviewLists {
        try await ReviewDesk.open(fixture.reviewers[0].client).lists()
    }

    private func state(_ fixture: GuardFixture, _ subject: String) async throws -> ReviewDesk.Hold? {
        try await ReviewDesk.open(fixture.reviewers[0].client).holds(in: HoldState.allCases).holds
            .first { $0.entry.subject == subject }
    }

    @Test("an address whose mail came back for good gets no more of the agent, and the agent is told whom to leave out")
    func bounced() async throws {
        let fixture = try await GuardFixture()
        let guardian = fixture.makeGuard(policy(fixture))
        let hold = try await sent(fixture, guardian)
        try await receive(bounce(bob, hold: hold), fixture, for: fixture.agent)
        _ = try await fixture.draft("second", to: [bob, fixture.other.address], text: "Another text.")
        try await guardian.round()
        #expect(try await state(fixture, "second")?.state == .rejected)
        let note = try await AgentOutbox.open(fixture.agent.client).list().first { $0.subject == "second" }
        #expect(note?.note.contains(bob) == true && note?.note.contains("Leave this recipient out") == true)
        #expect(try await lists(fixture).suppressed.map(\.pair.recipient) == [bob])
        // Another agent may still write there.
        _ = try await fixture.draft("of another", to: [bob], from: fixture.other)
        try await guardian.round()
        #expect(try await state(fixture, "of another")?.state != .rejected)
    }

    @Test("a temporary failure, a delay, a report of other mail, and a stranger's report keep nobody from mail")
    func notPermanent() async throws {
        let fixture = try await GuardFixture()
        let guardian = fixture.makeGuard(policy(fixture))
        let hold = try await sent(fixture, guardian)
        try await receive(bounce(bob, status: "4.2.2", hold: hold), fixture, for: fixture.agent)
        try await receive(bounce(bob, action: "delayed", hold: hold), fixture, for: fixture.agent)
        try await receive(bounce(bob, hold: "0123456789abcdef01234567"), fixture, for: fixture.agent)
        try await receive(bounce("eve@outside.test", hold: hold), fixture, for: fixture.agent)
        try await guardian.round()
        try await guardian.round()
        #expect(try await lists(fixture).suppressed.isEmpty)
        _ = try await fixture.draft("second", to: [bob], text: "Another text.")
        #expect(try await fixture.isSent(by: guardian))
    }

    @Test("who answers unsubscribe gets no more; an approval is refused, and what was approved does not leave")
    func unsubscribed() async throws {
        let fixture = try await GuardFixture()
        let first = fixture.makeGuard(policy(fixture), lease: 60)
        _ = try await sent(fixture, first)
        fixture.clock.advance(61)
        let guardian = fixture.makeGuard(policy(fixture, .reviewAll))
        _ = try await fixture.draft("second", to: [bob], text: "Another text.")
        try await guardian.round()
        let hold = try await fixture.onlyHold()
        try await receive(
            "From: Bob <Bob@outside.test>\nTo: ada@agents.test\nSubject: Unsubscribe\n\nPlease.\n", fixture,
            for: fixture.agent)
        let subject = try await fixture.decide(.approve, hold)
        try await guardian.round()
        guard case .refused(let reason) = try await fixture.answer(to: subject) else {
            Issue.record("mail to somebody who wants none was approved")
            return
        }
        #expect(reason.contains("asked for no more") && reason.contains("review suppressed remove"), "\(reason)")
        #expect(try await fixture.onlyHold().entry.id == hold.entry.id)
    }

    @Test("what was approved is not submitted where the recipient has unsubscribed before")
    func beforeSubmission() async throws {
        let fixture = try await GuardFixture()
        let first = fixture.makeGuard(policy(fixture), lease: 60)
        _ = try await sent(fixture, first)
        fixture.clock.advance(61)
        // The guard is killed between approval and submission.
        let killer = Killer(at: .approved)
        let second = fixture.makeGuard(policy(fixture, .reviewAll), lease: 60) { (step) throws(GuardError) in
            try killer.reached(step)
        }
        _ = try await fixture.draft("second", to: [bob], text: "Another text.")
        try await second.round()
        try await fixture.decide(.approve, try await fixture.onlyHold())
        try? await second.round()
        #expect(killer.hasKilled)
        try await receive(
            "From: bob@outside.test\nTo: ada@agents.test\nSubject: unsubscribe\n\nPlease.\n", fixture,
            for: fixture.agent)
        fixture.clock.advance(61)
        let third = fixture.makeGuard(policy(fixture, .reviewAll))
        try await third.round()
        #expect(try await state(fixture, "second")?.state == .failed)
        let audit = try await AuditTrail.open(fixture.guardian.client).all().entries
        #expect(audit.contains { $0.event == "failed" && $0.detail.contains("asked for no more") })
    }

    @Test("a reviewer lifts it; the old bounce does not bring it back, a new one does, also after a restart")
    func lifted() async throws {
        let fixture = try await GuardFixture()
        let guardian = fixture.makeGuard(policy(fixture), lease: 60)
        let hold = try await sent(fixture, guardian)
        try await receive(bounce(bob, hold: hold), fixture, for: fixture.agent)
        try await guardian.round()
        try await guardian.round()
        let pair = try #require(try await lists(fixture).suppressed.first?.pair)
        let key = fixture.keys[0].secretKey
        let clock = fixture.clock
        clock.advance(1)
        let room = ReviewRoom(client: fixture.reviewers[0].client, secretKey: { key }, now: { clock.now })
        let rounds = Task {
            while !Task.isCancelled { try await guardian.round() }
        }
        let outcome = try await room.unsuppress(pair, wait: 20)
        rounds.cancel()
        #expect(outcome == .accepted(holdFor: 0))
        clock.advance(61)
        let next = fixture.makeGuard(policy(fixture))
        _ = try await fixture.draft("second", to: [bob], text: "Another text.")
        #expect(try await fixture.isSent(by: next))
        #expect(try await lists(fixture).suppressed.isEmpty)
    }

    @Test("a contact is one after mail was sent to it, also for a guard that starts later")
    func contacts() async throws {
        let fixture = try await GuardFixture()
        let policy = policy(fixture, .reviewNew)
        let guardian = fixture.makeGuard(policy, lease: 60)
        _ = try await fixture.draft("first", to: [bob])
        try await guardian.round()
        let hold = try await fixture.onlyHold()
        #expect(hold.entry.reasons.contains { $0.contains("first mail to \(bob)") }, "\(hold.entry.reasons)")
        try await fixture.decide(.approve, hold)
        #expect(try await fixture.isSent(by: guardian))
        fixture.clock.advance(61)
        let next = fixture.makeGuard(policy)
        _ = try await fixture.draft("second", to: [bob], text: "Another text.")
        #expect(try await fixture.isSent(by: next))
        // The agent's own copies of sent mail make nobody known.
        _ = try await fixture.draft("of another", to: [bob], from: fixture.other)
        try await next.round()
        #expect(try await state(fixture, "of another")?.state == .held)
    }

    @Test("a copy that the policy asks for is in the envelope and the digest, shown, told and delivered")
    func copies() async throws {
        let fixture = try await GuardFixture()
        let owner = try await fixture.makeUser("owner")
        var policy = fixture.policy()
        policy.workspace.copyTo = [owner.address]
        let guardian = fixture.makeGuard(policy)
        _ = try await fixture.draft("an offer")
        try await guardian.round()
        let hold = try await fixture.onlyHold()
        #expect(hold.entry.envelope.recipients == [fixture.other.address, owner.address].sorted())
        #expect(hold.entry.copies == [owner.address])
        #expect(hold.entry.digest == Digest(message: hold.message.bytes, envelope: hold.entry.envelope))
        let key = fixture.keys[0].secretKey
        let room = ReviewRoom(client: fixture.reviewers[0].client, secretKey: { key }, now: { 0 })
        let shown = try await room.sheet(hold.entry.id).recipients.first { $0.address == owner.address }
        #expect(shown?.field == .copy)
        let inbox = try await fixture.agent.client.call(
            EmailQuery(account: fixture.agent.id, filter: .matching(["inMailbox": "a"])))
        let notes = try await fixture.agent.client.call(
            EmailGet(account: fixture.agent.id, ids: .list(inbox.ids), properties: [.preview, .blobID])
        ).list
        let note = ParsedMessage(
            try await fixture.agent.client.download(
                try #require(notes.first?.blobID), of: fixture.agent.id, limit: 1 << 20))
        #expect(String(decoding: note.raw, as: UTF8.self).contains("sends a copy to: \(owner.address)"))
        try await fixture.decide(.approve, hold)
        #expect(try await fixture.isSent(by: guardian))
        #expect(try await eventually { try await fixture.arrived(owner) == ["an offer"] })
        #expect(try await eventually { try await fixture.arrived() == ["an offer"] })
    }
}
