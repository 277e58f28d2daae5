import Guard
import JMAP
import Message
import TestSupport
import Testing

@Suite("Reminders and expiry") struct ReminderTests {
    /// The messages of the group's Inbox.
    private func mails(_ fixture: GuardFixture) async throws -> [ParsedMessage] {
        let client = fixture.reviewers[0].client
        let boxes = try await client.call(MailboxGet(account: fixture.group, ids: .all)).list
        let inbox = try #require(boxes.first { $0.role == "inbox" }?.id)
        let query = try await client.call(EmailQuery(account: fixture.group, filter: .inMailbox(inbox)))
        let list = try await client.call(
            EmailGet(account: fixture.group, ids: .list(query.ids), properties: [.blobID])
        ).list
        var found: [ParsedMessage] = []
        for email in list {
            found.append(
                ParsedMessage(
                    try await client.download(try #require(email.blobID), of: fixture.group, limit: 1 << 20)))
        }
        return found.sorted { ($0.subject ?? "") < ($1.subject ?? "") }
    }

    @Test("at half of the time the reviewers are reminded once, without content, and of the end once more")
    func once() async throws {
        let fixture = try await GuardFixture()
        let policy = fixture.policy(deadline: 1_000)
        var guardian = fixture.makeGuard(policy, lease: 60)
        _ = try await fixture.draft("a secret subject", to: ["bob@outside.test"], text: "A secret text.")
        try await guardian.round()
        #expect(try await mails(fixture).isEmpty)
        fixture.clock.advance(501)
        for _ in 0..<2 {
            guardian = fixture.makeGuard(policy, lease: 60)
            try await guardian.round()
            try await guardian.round()
            fixture.clock.advance(61)
        }
        let reminders = try await mails(fixture)
        #expect(reminders.count == 1)
        let hold = try await fixture.onlyHold()
        let raw = String(decoding: try #require(reminders.first).raw, as: UTF8.self)
        #expect(raw.contains(hold.entry.id) && raw.contains(fixture.agent.address) && raw.contains("outside.test"))
        #expect(raw.contains("minutes"))
        #expect(!raw.contains("secret") && !raw.contains("bob@"), "\(raw)")
        fixture.clock.advance(600)
        for _ in 0..<2 {
            guardian = fixture.makeGuard(policy, lease: 60)
            try await guardian.round()
            try await guardian.round()
            fixture.clock.advance(61)
        }
        let all = try await mails(fixture)
        #expect(all.count == 2 && all.first?.subject?.hasPrefix("Expired") == true, "\(all.map(\.subject))")
        let notes = try await AgentOutbox.open(fixture.agent.client).list()
        #expect(notes.map(\.state) == ["expired"])
        #expect(notes.first?.instruction.contains("Nobody has rejected it") == true)
        #expect(notes.first?.instruction.contains("once") == true)
    }

    @Test("a hold that is decided before half of its time reminds nobody")
    func decided() async throws {
        let fixture = try await GuardFixture()
        let guardian = fixture.makeGuard(fixture.policy(deadline: 1_000))
        _ = try await fixture.draft("an offer")
        try await guardian.round()
        try await fixture.decide(.reject, try await fixture.onlyHold(), note: "No.")
        try await guardian.round()
        fixture.clock.advance(600)
        try await guardian.round()
        #expect(try await mails(fixture).isEmpty)
    }

    /// Whether a guard ends in one of two rounds.
    private func isKilled(_ guardian: Guard) async -> Bool {
        for _ in 0..<2 {
            if (try? await guardian.round()) == nil { return true }
        }
        return false
    }

    @Test("a guard that is killed at any point of a notice sends it once all the same", arguments: [0, 1, 2, 3])
    func killed(skipping skip: Int) async throws {
        let fixture = try await GuardFixture()
        let policy = fixture.policy(deadline: 1_000)
        let killer = Killer(at: .announced, skipping: skip)
        let first = fixture.makeGuard(policy, lease: 60) { (step) throws(GuardError) in try killer.reached(step) }
        _ = try await fixture.draft("an offer")
        try await first.round()
        fixture.clock.advance(501)
        var guardian = first
        for seconds in [61, 61, 600, 61, 61] as [Int64] {
            if await isKilled(guardian) { guardian = fixture.makeGuard(policy, lease: 60) }
            fixture.clock.advance(seconds)
        }
        try await guardian.round()
        let subjects = try await mails(fixture).compactMap { $0.subject?.split(separator: " ").first }
        #expect(subjects == ["Expired:", "Reminder:"], "\(subjects)")
    }
}
