import Console
import JMAP
import MailCache
import TerminalUI
import TestSupport
import Testing

@Suite("A filter that almost nothing matches")
struct FilterReachTests {
    @Test("a list that ends before everything was looked at says so, and n looks further")
    @UIActor
    func goesOn() async throws {
        let sample = try SampleCache()
        try await sample.cache.writer.write(accounts: [AccountRecord(id: "a", kind: .agent, name: "ada")])
        for start in stride(from: 0, to: FilterReach.step + 1_000, by: 1_000) {
            var batch = CacheBatch(account: "a")
            batch.mailboxes = [MailboxRecord(id: "in", name: "Inbox", role: "inbox")]
            batch.emails = (start..<start + 1_000).map { number in
                EmailRecord(
                    id: EmailID("e\(number)"), threadID: ThreadID("t\(number)"), blobID: BlobID("b\(number)"),
                    mailboxIDs: ["in"], keywords: [], receivedAt: SampleCache.now - Int64(number), size: 1, from: [],
                    to: [], subject: number == FilterReach.step + 500 ? "needle" : "hay", preview: "",
                    hasAttachment: false)
            }
            _ = try await sample.cache.writer.apply(batch)
        }
        let console = try ConsoleOnMemory(sample, Size(width: 100, height: 20))
        console.run("inbox ada")
        console.type("/re:nee")
        #expect(console.screen.contains("n goes on"))
        #expect(console.screen.contains("So far: n looks further."))
        try console.press("enter n")
        #expect(console.cursorRow.contains("needle"))
        try console.press("n")
        #expect(console.screen.contains("This is the last match."))
    }
}
