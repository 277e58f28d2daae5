import Foundation
import JMAP
import MailCache
import MailSync
import TestSupport
import Testing

@Suite("Killed at any moment, the program goes on where it was")
struct KillTests {
    /// How often the program is killed in each test.
    private static let kills = 100

    /// Lets the program run for up to so long, and kills it.
    private func runAndKill(_ program: ProgramFixture, _ numbers: inout SeededGenerator, upTo milliseconds: Int)
        async throws
    {
        let child = try program.start("sync")
        // The moment is the test's own choice: nothing is waited for.
        try await ContinuousClock().sleep(for: .microseconds(Int.random(in: 0..<milliseconds * 1_000, using: &numbers)))
        child.end(SIGKILL)
    }

    @Test("a hundred times while it fills", arguments: [UInt64(7)])
    func filling(seed: UInt64) async throws {
        let fixture = try await SyncFixture(agents: 2)
        for account in fixture.accounts { try await fixture.add(300, to: account) }
        let program = try ProgramFixture(fixture)
        let player = RandomPlayer(client: fixture.admin, accounts: fixture.accounts, name: "k", seed: seed)
        var numbers = SeededGenerator(seed: seed)
        for number in 0..<Self.kills {
            // From the beginning again now and then; otherwise with what the last ones have left.
            if number % 25 == 0 { try? FileManager.default.removeItem(atPath: program.home.file("cache")) }
            try await runAndKill(program, &numbers, upTo: 150)
            if number % 5 == 0 { _ = await player.play() }
        }
        #expect(try await program.run("sync") == 0)
        let cache = try MailCache.open(at: program.cachePath())
        #expect(cache.notice == nil)
        try await fixture.settle(cache)
    }

    @Test("a hundred times while it sends acts: each is done, in order, and none again", arguments: [UInt64(8)])
    func sending(seed: UInt64) async throws {
        let fixture = try await SyncFixture(agents: 1)
        for account in fixture.accounts { try await fixture.add(40, to: account) }
        let program = try ProgramFixture(fixture)
        #expect(try await program.run("sync") == 0)
        // One act, so that there is a journal.
        let cachePath = try program.cachePath()
        let row = try #require(try MailCache.open(at: cachePath).reader().messages(in: .all, limit: 1).rows.first)
        #expect(try await program.run("mail", "flag", "\(row.account)/\(row.emailID)") == 0)
        let journalPath = try program.journalPath()
        var numbers = SeededGenerator(seed: seed)
        for number in 0..<Self.kills {
            if number % 4 == 0 {
                // A person acts while nothing runs; what is the last act on a message is what must hold.
                let cache = try MailCache.open(at: cachePath, journal: journalPath)
                let keys = try fixture.keys(cache)
                _ = try await cache.writer.perform(
                    ActRequest(.keyword("$flagged", isSet: numbers.chance(50)), on: numbers.some(20, of: keys)))
                _ = try await cache.writer.perform(
                    ActRequest(.keyword("round-\(number)", isSet: true), on: numbers.some(20, of: keys)))
                _ = try await cache.writer.perform(
                    ActRequest(.role(numbers.chance(50) ? .trash : .archive), on: numbers.some(10, of: keys)))
                if numbers.chance(30) { _ = try await cache.writer.undo() }
            }
            try await runAndKill(program, &numbers, upTo: 120)
        }
        let cache = try MailCache.open(at: cachePath, journal: journalPath)
        try await cache.writer.showActs()
        let expected = try Self.standings(cache)
        #expect(try await program.run("sync") == 0)
        let other = try MailCache.open(at: cachePath, journal: journalPath)
        try await other.writer.showActs()
        #expect(other.writer.acts.value.waiting == 0 && other.writer.acts.value.refused == 0)
        let found = try Self.standings(other)
        for (message, standing) in expected { #expect(found[message] == standing, "\(message)") }
        #expect(found.count == expected.count)
        try await fixture.settle(other)
    }

    /// Where each message lies and its keywords.
    private static func standings(_ cache: MailCache) throws -> [String: [String]] {
        let rows = try cache.reader().messages(in: .all, limit: 500).rows
        return Dictionary(
            uniqueKeysWithValues: rows.map { row in
                let flags = row.flags.intersection([.seen, .flagged])
                return (
                    "\(row.account)/\(row.emailID)",
                    row.mailboxes.map(\.rawValue).sorted() + row.keywords.sorted() + ["\(flags.rawValue)"]
                )
            })
    }
}
