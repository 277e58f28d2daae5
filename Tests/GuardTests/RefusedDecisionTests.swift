import Guard
import HTTPTransport
import JMAP
import Message
import Sodium
import TestSupport
import Testing

@Suite("A decision that must not count") struct RefusedDecisionTests {
    /// A fixture with a hold of each subject, and the guard that took them.
    private func held(
        _ subjects: [String], reviewers: Int = 2, _ policy: (GuardFixture) -> Policy = { $0.policy() }
    ) async throws -> (fixture: GuardFixture, guardian: Guard, holds: [ReviewDesk.Hold]) {
        let fixture = try await GuardFixture(reviewers: reviewers)
        let guardian = fixture.makeGuard(policy(fixture), holdFor: 0)
        for subject in subjects { _ = try await fixture.draft(subject) }
        try await guardian.round()
        let holds = try await ReviewDesk.open(fixture.reviewers[0].client).holds(in: [.held]).holds
        try #require(holds.count == subjects.count)
        return (fixture, guardian, subjects.compactMap { name in holds.first { $0.entry.subject == name } })
    }

    /// A decision as its reviewer's program writes it.
    private func text(
        _ action: Decision.Action, _ entry: HoldEntry, of reviewer: String, _ fixture: GuardFixture, key: [UInt8]
    ) throws -> (decision: Decision, text: String) {
        let decision = Decision(
            action, hold: entry.id, digest: entry.digest, reviewer: reviewer, at: UTCDate(seconds: fixture.clock.now))
        return (decision, try decision.signedText(secretKey: key))
    }

    /// Puts a text into a reviewer's `Decisions` with somebody else's login; gives the subject that is answered.
    private func plant(
        _ text: String, _ decision: Decision, in reviewer: GuardFixture.Person, by client: JMAPClient
    ) async throws -> String {
        let boxes = try await client.call(MailboxGet(account: reviewer.id, ids: .all)).list
        let box = try #require(boxes.first { $0.name == "Decisions" }?.id)
        let subject = "\(decision.action.rawValue) \(decision.hold) \(decision.nonce)"
        let raw =
            "From: \(reviewer.address)\r\nSubject: \(subject)\r\n\r\n"
            + text.split(separator: "\n").joined(separator: "\r\n")
        let blob = try await client.upload(.bytes(Array(raw.utf8)), to: reviewer.id, type: "message/rfc822")
        let item = EmailImport.Item(blobID: blob.id, mailboxIDs: [box], keywords: [])
        _ = try await client.call(EmailImport(account: reviewer.id, emails: ["e": item])).created("e")
        return subject
    }

    @Test("written by an administrator of the server into a reviewer's account: refused, with the reason")
    func administrator() async throws {
        let (fixture, guardian, holds) = try await held(["an offer"])
        let reviewer = fixture.reviewers[0]
        let own = try #require(Signing.newKeyPair()).secretKey
        // With a key of the administrator's own, with no signature, and in the name of nobody who may decide.
        let forged = try text(.approve, holds[0].entry, of: reviewer.address, fixture, key: own)
        let bare = try text(.approve, holds[0].entry, of: reviewer.address, fixture, key: own)
        let unsigned = bare.text.split(separator: "\n").filter { !$0.hasPrefix("ed25519:") }.joined(separator: "\n")
        let nobody = try text(.approve, holds[0].entry, of: "admin@agents.test", fixture, key: own)
        let subjects = [
            try await plant(forged.text, forged.decision, in: reviewer, by: fixture.admin),
            try await plant(unsigned, bare.decision, in: reviewer, by: fixture.admin),
            try await plant(nobody.text, nobody.decision, in: reviewer, by: fixture.admin),
        ]
        try await guardian.round()
        for (subject, reason) in zip(subjects, ["signature is not", "not signed", "not named"]) {
            #expect(try await fixture.answer(to: subject).isRefusal(with: reason), "\(reason)")
        }
        #expect(try await fixture.onlyHold().state == .held)
        try await fixture.expectUnmoved(guardian, "administrator")
        let audit = try await AuditTrail.open(fixture.guardian.client).all().entries
        #expect(audit.count { $0.event == "decision.refused" && $0.actor == reviewer.address } == 3)
    }

    @Test("replayed from another hold, or once more after it was answered: refused, or nothing new")
    func replayed() async throws {
        let (fixture, guardian, holds) = try await held(["one", "two"]) { $0.policy(approvals: 2) }
        let reviewer = fixture.reviewers[0]
        let good = try text(.approve, holds[0].entry, of: reviewer.address, fixture, key: fixture.keys[0].secretKey)
        let desk = try await ReviewDesk.open(reviewer.client)
        _ = try await desk.hand(in: good.text, named: good.decision)
        try await guardian.round()
        // The very text again, by the administrator, and with the other hold's id in its JSON.
        _ = try await plant(good.text, good.decision, in: reviewer, by: fixture.admin)
        let other = good.text.replacing(holds[0].entry.id, with: holds[1].entry.id)
            .replacing(holds[0].entry.digest.text, with: holds[1].entry.digest.text)
        let moved = try await plant(
            other,
            Decision(
                .approve, hold: holds[1].entry.id, digest: holds[1].entry.digest, reviewer: reviewer.address,
                at: UTCDate(seconds: 0)), in: reviewer, by: fixture.admin)
        try await guardian.round()
        #expect(try await fixture.answer(to: moved).isRefusal(with: "signature is not"))
        // Two people are needed and one has approved one of them.
        #expect(try await fixture.ledger().values.allSatisfy { $0 == ["held"] })
        try await fixture.expectUnmoved(guardian, "replays")
    }

    @Test(
        "twice by one person where two are needed, under the rules of a domain, of an agent, of a recipient and the floor"
    )
    func twice() async throws {
        let changes: [@Sendable (inout Policy, GuardFixture) -> Void] = [
            { policy, _ in policy.domains[GuardFixture.domain, default: .init()].approvals = 2 },
            { policy, fixture in policy.agents[fixture.agent.address, default: .init()].approvals = 2 },
            { policy, fixture in policy.recipients[fixture.other.address, default: .init()].approvals = 2 },
            { policy, _ in policy.floor.approvals = 2 },
            { policy, fixture in
                // One each: each rule alone would have its approval.
                policy.agents[fixture.agent.address, default: .init()].approvals = 1
                policy.recipients[fixture.other.address, default: .init()].approvals = 2
            },
        ]
        for (number, change) in changes.enumerated() {
            let (fixture, guardian, holds) = try await held(["an offer"]) { fixture in
                var policy = fixture.policy()
                change(&policy, fixture)
                return policy
            }
            for _ in 0..<2 {
                try await fixture.decide(.approve, holds[0])
                try await guardian.round()
            }
            #expect(try await fixture.onlyHold().state == .held, "\(number)")
            try await fixture.expectNothingLeft("policy \(number)")
            try await fixture.decide(.approve, holds[0], by: 1)
            #expect(try await fixture.isSent(by: guardian), "\(number)")
            #expect(try await eventually { try await fixture.arrived() == ["an offer"] }, "\(number)")
        }
    }

    @Test("by a reviewer who is an agent too, on its own mail: refused, with the reason")
    func author() async throws {
        let fixture = try await GuardFixture(reviewers: 2)
        let key = try #require(Signing.newKeyPair())
        var policy = fixture.policy()
        policy.reviewers.append(.init(address: fixture.agent.address, publicKey: key.publicKey))
        let guardian = fixture.makeGuard(policy, holdFor: 0)
        _ = try await fixture.draft("an offer")
        try await guardian.round()
        let hold = try await fixture.onlyHold()
        // Under its own address, and under one with a tag and other capitals.
        for name in [fixture.agent.address, "ADA@agents.test"] {
            let own = try text(.approve, hold.entry, of: name, fixture, key: key.secretKey)
            try await fixture.file(
                fixture.raw("\(own.decision.action.rawValue) \(hold.entry.id) \(own.decision.nonce)", text: own.text),
                in: "Decisions")
        }
        try await guardian.round()
        let audit = try await AuditTrail.open(fixture.guardian.client).all().entries
        let refusals = audit.filter { $0.event == "decision.refused" }.map(\.detail)
        #expect(refusals.count == 2, "\(refusals)")
        #expect(refusals.first?.contains("author") == true, "\(refusals)")
        #expect(try await fixture.onlyHold().state == .held)
        try await fixture.expectUnmoved(guardian, "author")
    }

    @Test("on a screen that the agent's new version, or another's edit, has made stale: refused, whoever decides")
    func stale() async throws {
        let (fixture, guardian, holds) = try await held(["an offer"])
        let outbox = try await AgentOutbox.open(fixture.agent.client)
        _ = try await outbox.put(fixture.raw("an offer", text: "Quite another text."), revises: holds[0].entry.id)
        try await guardian.round()
        let second = try await fixture.onlyHold()
        #expect(second.entry.revision == 2)
        for number in 0...1 {
            let subject = try await fixture.decide(.approve, holds[0], by: number)
            try await guardian.round()
            #expect(try await fixture.answer(to: subject, of: number).isRefusal(with: "another digest"))
        }
        try await fixture.edit(second, to: second.message.bytes + Array("\r\nOne line more.\r\n".utf8))
        try await guardian.round()
        let third = try await fixture.onlyHold()
        #expect(third.entry.revision == 3)
        let subject = try await fixture.decide(.approve, second, by: 1)
        try await guardian.round()
        #expect(try await fixture.answer(to: subject, of: 1).isRefusal(with: "another digest"))
        try await fixture.expectUnmoved(guardian, "stale screens")
    }

    @Test("past the deadline, by a reviewer whose clock is slow, while no guard has run: expired, and said so")
    func late() async throws {
        let (fixture, guardian, holds) = try await held(["an offer"]) { $0.policy(deadline: 600) }
        // It was written in time and nobody has read it in time: expiry fails closed.
        let subject = try await fixture.decide(.approve, holds[0])
        fixture.clock.advance(601)
        try await guardian.round()
        try await guardian.round()
        #expect(try await fixture.answer(to: subject).isRefusal(with: "deadline"))
        #expect(try await fixture.ledger().values.flatMap { $0 } == ["expired"])
        try await fixture.expectUnmoved(guardian, "lateness")
    }
}
