import Guard
import HTTPTransport
import JMAP
import Message
import Sandbox
import Sodium
import Synchronization
import TestSupport
import Testing

@Suite("What the guard watches")
struct WatchTests {
    /// A guard that nothing but the server wakes, at work.
    private func running(
        _ fixture: GuardFixture, client: JMAPClient? = nil, interval: Int = 3_600_000,
        _ body: (Guard) async throws -> Void
    ) async throws {
        let clock = fixture.clock
        var options = GuardOptions(now: { clock.now })
        options.holdFor = 600
        options.settling = 0
        options.leaseDuration = 86_400
        options.interval = interval
        let policy = fixture.policy()
        let guardian = Guard(client: client ?? fixture.guardian.client, options: options, policy: { .good(policy) })
        let task = Task { await guardian.run() }
        do {
            try await body(guardian)
        } catch {
            task.cancel()
            await task.value
            throw error
        }
        task.cancel()
        await task.value
    }

    @Test("a draft is taken although the clock never wakes the guard")
    func drafts() async throws {
        let fixture = try await GuardFixture()
        try await running(fixture) { guardian in
            #expect(await eventually { await guardian.rounds > 0 })
            _ = try await fixture.draft("an offer")
            #expect(await eventually { await fixture.heldNow() != nil })
            _ = try await fixture.draft("from the other one", to: [fixture.agent.address], from: fixture.other)
            #expect(
                try await eventually {
                    try await ReviewDesk.open(fixture.reviewers[0].client).holds(in: [.held]).holds.count == 2
                })
        }
    }

    @Test("a decision is acted upon although the clock never wakes the guard")
    func decisions() async throws {
        let fixture = try await GuardFixture()
        try await running(fixture) { _ in
            _ = try await fixture.draft("an offer")
            #expect(await eventually { await fixture.heldNow() != nil })
            let hold = try await fixture.onlyHold()
            try await fixture.decide(.approve, hold)
            #expect(try await eventually { try await fixture.ledger().values.allSatisfy { $0 == ["sending"] } })
        }
    }

    @Test("a decision is found although its bell was never rung")
    func silentDecision() async throws {
        let fixture = try await GuardFixture()
        try await running(fixture) { _ in
            _ = try await fixture.draft("an offer")
            #expect(await eventually { await fixture.heldNow() != nil })
            let hold = try await fixture.onlyHold()
            let decision = Decision(
                .reject, hold: hold.entry.id, digest: hold.entry.digest, reviewer: fixture.reviewers[0].address,
                at: UTCDate(seconds: fixture.clock.now), note: "no")
            let text = try decision.signedText(secretKey: fixture.keys[0].secretKey)
            let reviewer = fixture.reviewers[0]
            // The guard makes it when it looks for decisions.
            let box = try #require(
                await eventuallyValue {
                    try? await reviewer.client.call(MailboxGet(account: reviewer.id, ids: .all)).list
                        .first { $0.name == "Decisions" }
                })
            let note: JSON = [
                "mailboxIds": .set([box.id]), "subject": "a decision", "from": [["email": .string(reviewer.address)]],
                "textBody": [["partId": "1", "type": "text/plain"]], "bodyValues": ["1": ["value": .string(text)]],
            ]
            let answer = try await reviewer.client.call(EmailSet(account: reviewer.id, create: ["n": note]))
            #expect(answer.notCreated.isEmpty)
            #expect(try await eventually { try await fixture.ledger().values.allSatisfy { $0 == ["rejected"] } })
        }
    }

    @Test("an account that does not say what changed is watched all the same")
    func silentAccounts() async throws {
        let fixture = try await GuardFixture()
        // What the server refuses with a role that lacks jmapEmailChanges.
        let transport = HTTPInterceptor(HTTPTransport()) { (request, base) throws(HTTPError) in
            guard case .bytes(let bytes) = request.body else { return try await base.send(request) }
            var changed = request
            let text = String(decoding: bytes, as: UTF8.self)
            changed.body = .bytes(Array(text.replacing("\"Email/changes\"", with: "\"Email/refused\"").utf8))
            return try await base.send(changed)
        }
        let client = JMAPClient(
            origin: fixture.guardian.client.origin, credential: .bearer(fixture.guardianKey), transport: transport)
        try await running(fixture, client: client, interval: 200) { guardian in
            #expect(await eventually { await guardian.rounds > 3 })
            _ = try await fixture.draft("an offer")
            #expect(await eventually { await fixture.heldNow() != nil })
        }
    }

    @Test("a quiet guard asks the server for nothing but what moved")
    func quiet() async throws {
        let fixture = try await GuardFixture()
        let methods = Mutex<[String]>([])
        let transport = HTTPInterceptor(HTTPTransport()) { (request, base) throws(HTTPError) in
            if case .bytes(let bytes) = request.body {
                let calls = (try? JSON(parsing: bytes))?["methodCalls"]?.array ?? []
                methods.withLock { $0 += calls.compactMap { $0[0]?.string } }
            }
            return try await base.send(request)
        }
        let client = JMAPClient(
            origin: fixture.guardian.client.origin, credential: .bearer(fixture.guardianKey), transport: transport)
        try await running(fixture, client: client, interval: 100) { guardian in
            #expect(await eventually { await guardian.rounds > 0 })
            // The start makes notes of its own, whose events come a little later.
            #expect(
                await soon(within: 60) {
                    methods.withLock { list in
                        let isQuiet = list.count >= 100 && list.suffix(100).allSatisfy { $0 == "Email/changes" }
                        return isQuiet
                    }
                })
        }
    }

    @Test("a message that was closed long ago is known again, and answered instead of taken anew")
    func closedLongAgo() async throws {
        let fixture = try await GuardFixture()
        let clock = fixture.clock
        var options = GuardOptions(now: { clock.now })
        options.leaseDuration = 86_400
        options.closedInMemory = 1
        let policy = fixture.policy()
        let guardian = Guard(client: fixture.guardian.client, options: options, policy: { .good(policy) })
        let outbox = try await AgentOutbox.open(fixture.agent.client)
        for number in 0..<3 {
            _ = try await outbox.put(try Self.message("draft \(number)", to: fixture.other.address), key: "\(number)")
            try await guardian.round()
            try await fixture.decide(.reject, try await fixture.onlyHold(), note: "no")
            try await guardian.round()
        }
        _ = try await outbox.put(try Self.message("draft 0", to: fixture.other.address), key: "0")
        try await guardian.round()
        let later = Guard(client: fixture.guardian.client, options: options, policy: { .good(policy) })
        clock.advance(86_400)
        _ = try await outbox.put(try Self.message("draft 1", to: fixture.other.address), key: "1")
        try await later.round()
        let ledger = try await fixture.ledger()
        #expect(ledger.count == 3)
        #expect(ledger.values.allSatisfy { $0 == ["rejected"] })
        let boxes = try await fixture.agent.client.call(MailboxGet(account: fixture.agent.id, ids: .all)).list
        #expect(boxes.first { $0.name == "Outbox" }?.totalEmails == 0)
    }

    private static func message(_ subject: String, to recipient: String) throws -> [UInt8] {
        var builder = MessageBuilder()
        builder.to = [MailAddress(email: recipient)]
        builder.subject = subject
        builder.text = "Good day."
        return try builder.build()
    }
}
