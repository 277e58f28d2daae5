import AgenticMail
import Guard
import JMAP
import Message
import Sandbox
import Sodium
import TestSupport
import Testing

@Suite("Words for a pair") struct AllowanceTests {
    private let bob = "bob@outside.test"
    private static let secret =
        "AWS key AKIAIOSFODNN7REALKEY and\n-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n"
        + "-----END RSA PRIVATE KEY-----"
    private let eve = "eve@outside.test"

    private func room(_ fixture: GuardFixture, _ number: Int = 0) -> ReviewRoom {
        let key = fixture.keys[number].secretKey
        let clock = fixture.clock
        return ReviewRoom(client: fixture.reviewers[number].client, secretKey: { key }, now: { clock.now })
    }

    /// Runs something of a room while the guard goes its rounds.
    private func whileWorking<Value: Sendable>(
        _ guardian: Guard, _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        let rounds = Task {
            while !Task.isCancelled { try await guardian.round() }
        }
        defer { rounds.cancel() }
        return try await body()
    }

    /// A draft, and in which state of the ledger its hold lies after a round.
    private func state(
        _ fixture: GuardFixture, _ guardian: Guard, _ subject: String, to recipients: [String], text: String = "Hello."
    ) async throws -> HoldState {
        _ = try await fixture.draft(subject, to: recipients, text: "\(text) \(subject)")
        try await guardian.round()
        let desk = try await ReviewDesk.open(fixture.reviewers[0].client)
        let all = try await desk.holds(in: HoldState.allCases).holds
        return try #require(all.first { $0.entry.subject == subject }).state
    }

    private func allow(
        _ fixture: GuardFixture, _ guardian: Guard, _ hold: String, days: Int64 = 10, by number: Int = 0
    ) async throws -> ReviewRoom.Outcome {
        let room = room(fixture, number)
        let until = fixture.clock.now + days * 86_400
        return try await whileWorking(guardian) {
            try await room.allow(try await room.preview(hold, until: until), wait: 20)
        }
    }

    @Test("what reviewers allow for a pair leaves by itself until the date, and for nobody else")
    func allowed() async throws {
        let fixture = try await GuardFixture()
        let guardian = fixture.makeGuard(fixture.policy(mode: .reviewOutside))
        #expect(try await state(fixture, guardian, "one", to: [bob]) == .held)
        let hold = try await fixture.onlyHold()
        #expect(hold.entry.grounds == [.mode] && hold.entry.waiting == [bob])
        #expect(try await allow(fixture, guardian, hold.entry.id) == .accepted(holdFor: 0))
        #expect(try await fixture.onlyHold().entry.id == hold.entry.id, "the hold itself was let go")
        #expect(try await state(fixture, guardian, "two", to: [bob]) != .held)
        #expect(try await state(fixture, guardian, "three", to: [bob, eve]) == .held)
        let lists = try await room(fixture).lists()
        #expect(lists.allowed.map(\.pair.recipient) == [bob])
        fixture.clock.advance(11 * 86_400)
        try await guardian.round()
        #expect(try await state(fixture, guardian, "four", to: [bob]) == .held)
        #expect(try await room(fixture).lists().allowed.isEmpty)
        let audit = try await AuditTrail.open(fixture.guardian.client).all()
        #expect(audit.entries.contains { $0.event == "decision.allow" && $0.detail.contains(bob) })
        #expect(AuditVerdict(audit.entries, unreadable: audit.unreadable).faults == [])
    }

    @Test("the preview says which open holds would not have been held, and what holds the others all the same")
    func preview() async throws {
        let fixture = try await GuardFixture()
        let guardian = fixture.makeGuard(fixture.policy(mode: .reviewOutside))
        _ = try await state(fixture, guardian, "plain", to: [bob])
        let first = try await fixture.onlyHold()
        _ = try await state(
            fixture, guardian, "secret", to: [bob], text: Self.secret)
        _ = try await state(fixture, guardian, "two people", to: [bob, eve])
        _ = try await state(fixture, guardian, "another", to: [eve])
        let until = fixture.clock.now + 86_400
        let preview = try await room(fixture).preview(first.entry.id, until: until)
        #expect(preview.terms.recipients == [bob] && preview.missing == 0)
        let bySubject = Dictionary(uniqueKeysWithValues: preview.open.map { ($0.hold.entry.subject, $0) })
        #expect(bySubject["plain"]?.wouldHaveGone == true)
        #expect(bySubject["secret"]?.still == ["what the rules found"], "\(String(describing: bySubject["secret"]))")
        #expect(bySubject["two people"]?.still == ["that it goes to \(eve) too"])
        #expect(bySubject["another"] == nil)
        #expect(try await room(fixture).lists().allowed.isEmpty)
    }

    @Test("a word loosens neither the floor, nor findings, nor a quota")
    func neverLoosened() async throws {
        let fixture = try await GuardFixture()
        var policy = fixture.policy(mode: .reviewOutside)
        policy.workspace.messagesAnHour = 1
        let guardian = fixture.makeGuard(policy)
        _ = try await state(fixture, guardian, "first", to: [bob])
        _ = try await allow(fixture, guardian, try await fixture.onlyHold().entry.id)
        #expect(try await state(fixture, guardian, "secret", to: [bob], text: Self.secret) == .held)
        #expect(try await state(fixture, guardian, "free", to: [bob]) != .held)
        #expect(try await state(fixture, guardian, "past the quota", to: [bob]) == .held)
        var strict = fixture.policy(mode: .reviewOutside)
        strict.floor.mode = .reviewOutside
        fixture.clock.advance(4_000)
        let floored = fixture.makeGuard(strict, lease: 60)
        #expect(try await state(fixture, floored, "under the floor", to: [bob]) == .held)
    }

    @Test("where two must approve, one person's word is half of one")
    func fourEyes() async throws {
        let fixture = try await GuardFixture(reviewers: 2)
        let guardian = fixture.makeGuard(fixture.policy(approvals: 2, mode: .reviewOutside))
        _ = try await state(fixture, guardian, "first", to: [bob])
        let hold = try await fixture.onlyHold().entry.id
        #expect(try await allow(fixture, guardian, hold) == .accepted(holdFor: 0))
        #expect(try await allow(fixture, guardian, hold, days: 20) == .accepted(holdFor: 0))
        #expect(try await state(fixture, guardian, "second", to: [bob]) == .held)
        let until = fixture.clock.now + 86_400
        let seen = try await room(fixture, 1).preview(hold, until: until)
        #expect(seen.others == [fixture.reviewers[0].address] && seen.missing == 0)
        #expect(try await allow(fixture, guardian, hold, by: 1) == .accepted(holdFor: 0))
        #expect(try await state(fixture, guardian, "third", to: [bob]) != .held)
    }

    @Test("a word that was taken back no longer counts, also when it is handed in again, or the guard starts anew")
    func takenBack() async throws {
        let fixture = try await GuardFixture()
        let policy = fixture.policy(mode: .reviewOutside)
        let guardian = fixture.makeGuard(policy, lease: 60)
        _ = try await state(fixture, guardian, "first", to: [bob])
        let hold = try await fixture.onlyHold()
        var decision = Decision(
            .allow, hold: hold.entry.id, digest: hold.entry.digest, reviewer: fixture.reviewers[0].address,
            at: UTCDate(seconds: fixture.clock.now))
        decision.terms = .init(
            agent: fixture.agent.address, recipients: [bob], until: UTCDate(seconds: fixture.clock.now + 864_000))
        let text = try decision.signedText(secretKey: fixture.keys[0].secretKey)
        let desk = try await ReviewDesk.open(fixture.reviewers[0].client)
        _ = try await desk.hand(in: text, named: decision)
        try await guardian.round()
        #expect(try await state(fixture, guardian, "second", to: [bob]) != .held)
        let room = room(fixture)
        let pair = Pair(agent: fixture.agent.address, recipient: bob)
        #expect(try await whileWorking(guardian) { try await room.disallow(pair, wait: 20) } == .accepted(holdFor: 0))
        _ = try await desk.hand(in: text, named: decision)
        try await guardian.round()
        #expect(try await state(fixture, guardian, "third", to: [bob]) == .held)
        fixture.clock.advance(61)
        let next = fixture.makeGuard(policy)
        _ = try await desk.hand(in: text, named: decision)
        try await next.round()
        #expect(try await state(fixture, next, "fourth", to: [bob]) == .held)
        guard case .refused = try await whileWorking(next, { try await room.disallow(pair, wait: 20) }) else {
            Issue.record("what is not allowed was taken back")
            return
        }
    }

    @Test("a word stays over a restart, and goes with the reviewer who gave it")
    func reviewerGone() async throws {
        let fixture = try await GuardFixture(reviewers: 2)
        var policy = fixture.policy(mode: .reviewOutside)
        let guardian = fixture.makeGuard(policy, lease: 60)
        _ = try await state(fixture, guardian, "first", to: [bob])
        _ = try await allow(fixture, guardian, try await fixture.onlyHold().entry.id)
        fixture.clock.advance(61)
        let second = fixture.makeGuard(policy, lease: 60)
        #expect(try await state(fixture, second, "second", to: [bob]) != .held)
        fixture.clock.advance(61)
        policy.reviewers.removeFirst()
        let third = fixture.makeGuard(policy)
        #expect(try await state(fixture, third, "third", to: [bob]) == .held)
    }

    @Test("an agent forges no word, and one for another's mail, another recipient or a past date is refused")
    func forged() async throws {
        let fixture = try await GuardFixture()
        let guardian = fixture.makeGuard(fixture.policy(mode: .reviewOutside))
        _ = try await state(fixture, guardian, "first", to: [bob])
        let hold = try await fixture.onlyHold()
        let desk = try await ReviewDesk.open(fixture.reviewers[0].client)
        func answer(_ change: (inout Decision) -> Void, key: [UInt8]? = nil) async throws -> ReviewDesk.Answer {
            var decision = Decision(
                .allow, hold: hold.entry.id, digest: hold.entry.digest, reviewer: fixture.reviewers[0].address,
                at: UTCDate(seconds: fixture.clock.now))
            decision.terms = .init(
                agent: fixture.agent.address, recipients: [bob], until: UTCDate(seconds: fixture.clock.now + 864_000))
            change(&decision)
            let text = try decision.signedText(secretKey: key ?? fixture.keys[0].secretKey)
            let subject = try await desk.hand(in: text, named: decision)
            try await guardian.round()
            return try await desk.answer(to: subject, seconds: 0)
        }
        func isRefused(_ answer: ReviewDesk.Answer, _ words: String) -> Bool {
            if case .refused(let reason) = answer { reason.contains(words) } else { false }
        }
        let stranger = try #require(Signing.newKeyPair())
        #expect(isRefused(try await answer({ _ in }, key: stranger.secretKey), "signature"))
        #expect(isRefused(try await answer { $0.terms?.recipients = [eve] }, "does not get the held message"))
        #expect(isRefused(try await answer { $0.terms?.agent = fixture.other.address }, "another agent"))
        #expect(isRefused(try await answer { $0.terms?.until = UTCDate(seconds: 1) }, "has passed"))
        #expect(
            isRefused(
                try await answer { $0.terms?.until = UTCDate(seconds: fixture.clock.now + 900 * 86_400) }, "a year"))
        #expect(isRefused(try await answer { $0.terms = nil }, "which agent"))
        #expect(isRefused(try await answer { $0.digest = Digest(text: "sha256:0") }, "another digest"))
        #expect(try await state(fixture, guardian, "second", to: [bob]) == .held)
    }
}
