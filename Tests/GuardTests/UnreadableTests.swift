import Guard
import JMAP
import Message
import Sandbox
import Synchronization
import TestSupport
import Testing

@Suite("What cannot be read")
struct UnreadableTests {
    /// Puts a message into a mailbox of the ledger.
    private func put(_ subject: String, _ text: String, in state: String, _ fixture: GuardFixture) async throws {
        let boxes = try await fixture.guardian.client.call(MailboxGet(account: fixture.guardian.id, ids: .all)).list
        let box = try #require(boxes.first { $0.name == state && $0.parentID != nil }?.id)
        let note: JSON = [
            "mailboxIds": .set([box]), "subject": .string(subject), "from": [["email": "x@ext.example"]],
            "textBody": [["partId": "1", "type": "text/plain"]], "bodyValues": ["1": ["value": .string(text)]],
        ]
        let answer = try await fixture.guardian.client.call(EmailSet(account: fixture.guardian.id, create: ["n": note]))
        #expect(answer.notCreated.isEmpty)
    }

    @Test("in the ledger is counted in the guard's status and in the reviewers' queue, and stops no other mail")
    func entries() async throws {
        let fixture = try await GuardFixture()
        let events = Mutex<[GuardEvent]>([])
        let clock = fixture.clock
        var options = GuardOptions(now: { clock.now })
        options.leaseDuration = 86_400
        options.holdFor = 1
        options.settling = 0
        let policy = fixture.policy()
        let guardian = Guard(
            client: fixture.guardian.client, options: options, policy: { .good(policy) },
            log: { event in events.withLock { $0.append(event) } })
        try await guardian.round()
        try await put("nothing that the guard writes", "x", in: "held", fixture)
        try await put("hold 0123456789abcdef01234567 a", "no parts", in: "approved", fixture)
        _ = try await fixture.draft("an offer")
        fixture.clock.advance(6)
        for _ in 0..<2 { try await guardian.round() }
        #expect(await guardian.status.unreadable == 2)
        #expect(await guardian.status.lastError == nil)
        #expect(events.withLock { $0.count { $0.event == "unreadable" } } == 2)
        let (holds, unreadable) = try await ReviewDesk.open(fixture.reviewers[0].client).holds(in: [.held, .approved])
        #expect(holds.count == 1)
        #expect(unreadable == 2)
        // The lease is written now and then, and tells how the guard is.
        #expect(try await GuardHealth.read(fixture.guardian.client, now: clock.now).unreadable == 2)
        try await fixture.decide(.approve, holds[0])
        #expect(
            try await eventually {
                try await guardian.round()
                return try await fixture.ledger().values.contains(["sent"])
            })
    }

    @Test("in the ledger is no longer told of when it is gone")
    func gone() async throws {
        let fixture = try await GuardFixture()
        let guardian = fixture.makeGuard(lease: 86_400)
        try await guardian.round()
        try await put("nothing that the guard writes", "x", in: "held", fixture)
        fixture.clock.advance(6)
        try await guardian.round()
        let desk = try await ReviewDesk.open(fixture.reviewers[0].client)
        #expect(try await desk.holds(in: [.held]).unreadable == 1)
        let boxes = try await fixture.guardian.client.call(MailboxGet(account: fixture.guardian.id, ids: .all)).list
        let box = try #require(boxes.first { $0.name == "held" && $0.parentID != nil }?.id)
        let ids = try await fixture.guardian.client.call(
            EmailQuery(account: fixture.guardian.id, filter: .matching(["inMailbox": box.json]))
        ).ids
        _ = try await fixture.guardian.client.call(EmailSet(account: fixture.guardian.id, destroy: .list(ids)))
        fixture.clock.advance(6)
        try await guardian.round()
        #expect(await guardian.status.unreadable == 0)
        #expect(try await desk.holds(in: [.held]).unreadable == 0)
    }

    @Test(
        "of a decision is answered with the reason, and moved out of the way",
        arguments: [
            ("", "it must hold one"), ("{not json", "cannot be read"), (#"{"version":1}"#, "lacks a member"),
            (#"{"version":2,"action":"approve"}"#, "lacks a member"),
            (#"{"version":1,"action":"approve"}"# + "\n" + #"{"version":1,"action":"reject"}"#, "it must hold one"),
        ])
    func decisions(text: String, words: String) async throws {
        let fixture = try await GuardFixture()
        let guardian = fixture.makeGuard()
        _ = try await fixture.draft("an offer")
        try await guardian.round()
        let reviewer = fixture.reviewers[0]
        let boxes = try await reviewer.client.call(MailboxGet(account: reviewer.id, ids: .all)).list
        let box = try #require(boxes.first { $0.name == "Decisions" }?.id)
        let note: JSON = [
            "mailboxIds": .set([box]), "subject": "some decision", "from": [["email": .string(reviewer.address)]],
            "textBody": [["partId": "1", "type": "text/plain"]], "bodyValues": ["1": ["value": .string(text)]],
        ]
        let made = try await reviewer.client.call(EmailSet(account: reviewer.id, create: ["n": note]))
        #expect(made.notCreated.isEmpty)
        try await guardian.round()
        guard case .refused(let reason) = try await fixture.answer(to: "some decision") else {
            Issue.record("it was not refused")
            return
        }
        #expect(reason.contains(words), "\(reason)")
        let left = try await reviewer.client.call(EmailQuery(account: reviewer.id, filter: .inMailbox(box))).ids
        #expect(left.isEmpty)
        #expect(try await fixture.ledger().values.allSatisfy { $0 == ["held"] })
    }
}
