import Guard
import JMAP
import Testing

@Suite("A reviewer who comes while the guard begins")
struct HalfMadeTests {
    @Test("gets no desk that would never show what lies in the mailboxes made later, and then one with every hold")
    func halfMade() async throws {
        let fixture = try await GuardFixture()
        // As a guard leaves it that is killed between the mailboxes of the group and those below them.
        let names = ["Holds", "Bell", "Answers", "Activity"]
        let create = Dictionary(
            uniqueKeysWithValues: names.map { (CreationID($0), JSON.object(["name": .string($0)])) })
        let made = try await fixture.guardian.client.call(MailboxSet(account: fixture.group, create: create))
        try #require(made.notCreated.isEmpty)
        await #expect(throws: GuardError.self) { try await ReviewDesk.open(fixture.reviewers[0].client) }
        _ = try await fixture.draft("early")
        try await fixture.makeGuard().round()
        #expect(try await fixture.onlyHold().entry.subject == "early")
    }
}
