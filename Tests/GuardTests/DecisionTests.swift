import Guard
import JMAP
import Sandbox
import Sodium
import TestSupport
import Testing

@Suite struct DecisionTests {
    /// A hold of a fixture with two reviewers, and the guard that took it.
    private func held(_ policy: (GuardFixture) -> Policy = { $0.policy() }) async throws -> (
        fixture: GuardFixture, guardian: Guard, hold: ReviewDesk.Hold
    ) {
        let fixture = try await GuardFixture(reviewers: 2)
        let guardian = fixture.makeGuard(policy(fixture))
        _ = try await fixture.draft("an offer")
        try await guardian.round()
        return (fixture, guardian, try await fixture.onlyHold())
    }

    /// What the guard answers to a decision that is handed in as a text.
    private func answer(
        _ fixture: GuardFixture, _ guardian: Guard, _ decision: Decision, _ text: String, by number: Int = 0
    ) async throws -> ReviewDesk.Answer {
        let desk = try await ReviewDesk.open(fixture.reviewers[number].client)
        let subject = try await desk.hand(in: text, named: decision)
        try await guardian.round()
        return try await desk.answer(to: subject, seconds: 0)
    }

    private func isRefused(_ answer: ReviewDesk.Answer, _ words: String) -> Bool {
        if case .refused(let reason) = answer { reason.contains(words) } else { false }
    }

    @Test(
        "a decision that is unsigned, of another's key, of another hold, of another digest, or late is refused with its reason"
    )
    func refused() async throws {
        let (fixture, guardian, hold) = try await held { $0.policy(deadline: 600) }
        let entry = hold.entry
        let reviewer = fixture.reviewers[0].address
        let at = UTCDate(seconds: fixture.clock.now)
        let good = Decision(.approve, hold: entry.id, digest: entry.digest, reviewer: reviewer, at: at)
        let text = try good.signedText(secretKey: fixture.keys[0].secretKey)
        let unsigned = text.split(separator: "\n").filter { !$0.hasPrefix("ed25519:") }.joined(separator: "\n")
        #expect(isRefused(try await answer(fixture, guardian, good, unsigned), "not signed"))
        let fake = Decision(.approve, hold: entry.id, digest: entry.digest, reviewer: reviewer, at: at)
        let forged = try fake.signedText(secretKey: fixture.keys[1].secretKey)
        #expect(isRefused(try await answer(fixture, guardian, fake, forged), "signature"))
        let stolen = Decision(.approve, hold: entry.id, digest: entry.digest, reviewer: reviewer, at: at)
        #expect(isRefused(try await answer(fixture, guardian, stolen, text, by: 1), "another account"))
        let digest = Digest(text: "sha256:" + String(repeating: "0", count: 64))
        let other = Decision(.approve, hold: entry.id, digest: digest, reviewer: reviewer, at: at)
        let otherText = try other.signedText(secretKey: fixture.keys[0].secretKey)
        #expect(isRefused(try await answer(fixture, guardian, other, otherText), "another digest"))
        let lost = Decision(.approve, hold: "nothing", digest: entry.digest, reviewer: reviewer, at: at)
        let lostText = try lost.signedText(secretKey: fixture.keys[0].secretKey)
        #expect(isRefused(try await answer(fixture, guardian, lost, lostText), "no hold"))
        fixture.clock.advance(500)
        try await guardian.round()
        #expect(try await fixture.ledger().values.contains(["held"]))
        fixture.clock.advance(200)
        let late = Decision(.approve, hold: entry.id, digest: entry.digest, reviewer: reviewer, at: at)
        let lateText = try late.signedText(secretKey: fixture.keys[0].secretKey)
        #expect(isRefused(try await answer(fixture, guardian, late, lateText), "deadline"))
        #expect(try await fixture.ledger().values.contains(["expired"]))
        #expect(try await fixture.arrived().isEmpty)
    }

    @Test("four eyes: one person's two approvals are one")
    func fourEyes() async throws {
        let (fixture, guardian, hold) = try await held { $0.policy(approvals: 2) }
        try await fixture.decide(.approve, hold)
        try await fixture.decide(.approve, hold)
        try await guardian.round()
        #expect(try await fixture.ledger().values.contains(["held"]))
        try await fixture.decide(.approve, hold, by: 1)
        #expect(
            try await eventually {
                try await guardian.round()
                return try await fixture.ledger().values.contains(["sent"])
            })
        #expect(try await eventually { try await fixture.arrived() == ["an offer"] })
    }

    @Test("a rejected message is not sent, and the agent reads the note")
    func rejected() async throws {
        let (fixture, guardian, hold) = try await held()
        try await fixture.decide(.reject, hold, note: "Not before Friday.")
        try await guardian.round()
        #expect(try await fixture.ledger().values.contains(["rejected"]))
        let items = try await AgentOutbox.open(fixture.agent.client).list()
        #expect(items.map(\.state) == ["rejected"])
        #expect(items.first?.note == "Not before Friday.")
        #expect(try await fixture.arrived().isEmpty)
    }

    @Test("an approved message is called back while the server holds it")
    func undone() async throws {
        let fixture = try await GuardFixture()
        let guardian = fixture.makeGuard(holdFor: 600)
        _ = try await fixture.draft("a mistake")
        try await guardian.round()
        let hold = try await fixture.onlyHold()
        try await fixture.decide(.approve, hold)
        try await guardian.round()
        #expect(try await fixture.ledger().values.contains(["sending"]))
        try await fixture.decide(.undo, hold)
        try await guardian.round()
        try await guardian.round()
        #expect(try await fixture.ledger().values.contains(["canceled"]))
        #expect(try await fixture.arrived().isEmpty)
    }

    @Test("an agent takes its own hold back")
    func withdrawn() async throws {
        let (fixture, guardian, hold) = try await held()
        try await AgentOutbox.open(fixture.agent.client).withdraw(hold.entry.id)
        try await guardian.round()
        #expect(try await fixture.ledger().values.contains(["withdrawn"]))
    }
}
