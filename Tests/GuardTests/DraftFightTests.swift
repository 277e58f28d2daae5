import Guard
import JMAP
import Message
import Sodium
import Synchronization
import TestSupport
import Testing

@Suite("An agent that fights about a draft") struct DraftFightTests {
    /// What the agent does with its own account at a step of the guard's.
    enum Attack: String, CaseIterable, Sendable {
        case destroysAll, movesAll, refiles, refilesChanged, fillsKeywords
    }

    private static let steps: [GuardStep] = [
        .draftRead, .tokensMade, .entryFiled, .copyFiled, .agentTold, .draftMoved, .approved, .copyImported,
        .attemptWritten, .tokenDestroyed, .submitted,
    ]

    /// Runs the attack once, at the first moment that the guard reaches the step.
    private final class Attacker: Sendable {
        private let left: Mutex<GuardStep?>
        private let act: @Sendable () async throws -> Void

        init(at step: GuardStep, _ act: @escaping @Sendable () async throws -> Void) {
            left = Mutex(step)
            self.act = act
        }

        func reached(_ step: GuardStep) async {
            let isNow = left.withLock { left in
                guard left == step else { return false }
                left = nil
                return true
            }
            guard isNow else { return }
            do { try await act() } catch { Issue.record("the attack itself failed: \(error)") }
        }

        var hasActed: Bool { left.withLock { $0 == nil } }
    }

    private static func run(_ attack: Attack, _ fixture: GuardFixture, _ draft: [UInt8]) async throws {
        let agent = fixture.agent
        let ids = try await fixture.everything(of: agent)
        let inbox = try await fixture.mailbox("inbox", of: agent)
        switch attack {
        case .destroysAll: _ = try await agent.client.call(EmailSet(account: agent.id, destroy: .list(ids)))
        case .movesAll:
            let change: [String: JSON] = ["mailboxIds": .set([inbox]), "keywords": ["$draft": true, "approved": true]]
            _ = try await agent.client.call(
                EmailSet(account: agent.id, update: Dictionary(uniqueKeysWithValues: ids.map { ($0, change) })))
        case .refiles:
            _ = try await agent.client.call(EmailSet(account: agent.id, destroy: .list(ids)))
            try await fixture.file(draft)
        case .refilesChanged:
            // The same Message-ID, other words: in the outbox, and where the copy that is to leave lies.
            let other = fixture.raw("an offer", text: "The key is AKIAIOSFODNN7EXAMPLE.")
            _ = try await agent.client.call(EmailSet(account: agent.id, destroy: .list(ids)))
            for name in ["Held", "sent"] { try await fixture.file(other, in: name) }
        case .fillsKeywords:
            for id in ids.prefix(1) {
                var keywords: [String: JSON] = [:]
                for number in 0..<99 { keywords["k\(number)"] = true }
                _ = try await agent.client.call(
                    EmailSet(account: agent.id, update: [id: ["keywords": .object(keywords)]]))
            }
        }
    }

    @Test(
        "what leaves is what was approved, once, whatever the agent does to its account at any step",
        arguments: Attack.allCases)
    func altered(attack: Attack) async throws {
        for step in Self.steps {
            let fixture = try await GuardFixture()
            let draft = fixture.raw("an offer")
            let attacker = Attacker(at: step) { try await Self.run(attack, fixture, draft) }
            let guardian = fixture.makeGuard(holdFor: 0) { (reached) async throws(GuardError) in
                await attacker.reached(reached)
            }
            try await fixture.file(draft)
            var approved: [UInt8]?
            let isOver = try await eventually {
                try await guardian.round()
                if approved == nil, let hold = await fixture.heldNow() {
                    approved = hold.message.bytes
                    try await fixture.decide(.approve, hold)
                }
                let states = try await fixture.ledger().values.flatMap { $0 }
                return attacker.hasActed && !states.isEmpty && states.allSatisfy { $0 == "sent" }
            }
            let ledger = try await fixture.ledger()
            #expect(isOver && ledger.count == 1, "\(attack) at \(step): \(ledger)")
            #expect(try await eventually { try await fixture.arrived() == ["an offer"] }, "\(attack) at \(step)")
            let delivered = try await fixture.firstArrived()
            let (bytes, end) = (approved ?? [], delivered.raw.suffix((approved ?? []).count))
            #expect(!bytes.isEmpty && end.elementsEqual(bytes), "\(attack) at \(step)")
            #expect(try await Proof(fixture: fixture).submissions().values.reduce(0, +) == 1, "\(attack) at \(step)")
        }
    }

    @Test("an agent that takes the copy away before each attempt stops its mail, and is told why")
    func relentless() async throws {
        let fixture = try await GuardFixture()
        let guardian = fixture.makeGuard { (step) async throws(GuardError) in
            guard step == .tokenDestroyed else { return }
            try? await Self.run(.destroysAll, fixture, [])
        }
        let id = try await fixture.draft("an offer")
        try await guardian.round()
        try await fixture.decide(.approve, try await fixture.onlyHold())
        let isOver = try await eventually {
            try await guardian.round()
            return try await fixture.ledger().values.flatMap { $0 } == ["failed"]
        }
        let ledger = try await fixture.ledger()
        #expect(isOver, "\(ledger)")
        #expect(try await fixture.told(id)?.state == "failed")
        try await fixture.expectUnmoved(guardian, "relentless")
    }

    @Test("entries, decisions, copies and states that an agent forges in its own account change nothing")
    func forged() async throws {
        let fixture = try await GuardFixture()
        let guardian = fixture.makeGuard()
        _ = try await fixture.draft("an offer")
        try await guardian.round()
        let hold = try await fixture.onlyHold()
        let decision = Decision(
            .approve, hold: hold.entry.id, digest: hold.entry.digest, reviewer: fixture.reviewers[0].address,
            at: UTCDate(seconds: fixture.clock.now))
        let key = try #require(Signing.newKeyPair())
        let text = try decision.signedText(secretKey: key.secretKey)
        let subject = "approve \(hold.entry.id) \(decision.nonce)"
        for name in [
            "Decisions", "Decided", "Bell", "Holds", "Ledger", "approved", "sending", "Audit", "tokens", "Held",
        ] {
            try await fixture.file(fixture.raw(subject, text: text), in: name, keywords: ["approved", "$approved"])
            try await fixture.file(
                fixture.raw("hold \(hold.entry.id) \(fixture.agent.id)", text: "approved"), in: name)
        }
        // By mail to a reviewer, with the mailbox in the address, and to the group: both wait for review themselves.
        for address in [fixture.reviewers[0].address, "rev1+Decisions@agents.test", "review@agents.test"] {
            try await fixture.file(fixture.raw(subject, to: [address], text: text))
        }
        for _ in 0..<3 { try await guardian.round() }
        let states = try await fixture.ledger().values.flatMap { $0 }
        #expect(states == ["held", "held", "held", "held"], "\(states)")
        try await fixture.expectUnmoved(guardian, "forged")
    }

    @Test("a decision that comes by mail to a reviewer, and was let through, decides nothing")
    func mailedDecision() async throws {
        let fixture = try await GuardFixture()
        var policy = fixture.policy(mode: .releaseAll)
        policy.recipients[fixture.other.address] = Policy.Rules()
        policy.recipients[fixture.other.address]?.mode = .reviewAll
        let guardian = fixture.makeGuard(policy, holdFor: 0)
        _ = try await fixture.draft("an offer")
        try await guardian.round()
        let hold = try await fixture.onlyHold()
        let decision = Decision(
            .approve, hold: hold.entry.id, digest: hold.entry.digest, reviewer: fixture.reviewers[0].address,
            at: UTCDate(seconds: fixture.clock.now))
        let text = try decision.signedText(secretKey: try #require(Signing.newKeyPair()).secretKey)
        let reviewer = fixture.reviewers[0]
        for address in [reviewer.address, "rev1+Decisions@agents.test"] {
            try await fixture.file(
                fixture.raw("approve \(hold.entry.id) to \(address)", to: [address], text: text))
        }
        #expect(
            try await eventually {
                try await guardian.round()
                return try await fixture.arrived(reviewer).count == 2
            })
        try await guardian.round()
        #expect(try await fixture.onlyHold().entry.id == hold.entry.id)
        #expect(try await fixture.arrived().isEmpty)
    }
}
