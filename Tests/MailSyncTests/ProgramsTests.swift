import Glibc
import HTTPTransport
import JMAP
import MailCache
import MailSync
import SQLite
import Sandbox
import TestSupport
import Testing

@Suite("Several programs on one cache")
struct ProgramsTests {
    /// Nothing happens by polling within a test.
    private static var patient: SyncOptions {
        var options = SyncFixture.options
        options.pollInterval = .seconds(600)
        return options
    }

    @Test("an act that another program writes down is sent at once, and shown")
    func actOfAnother() async throws {
        let fixture = try await SyncFixture(agents: 0)
        try await fixture.add(3, to: fixture.operatorID)
        try await fixture.running(Self.patient) { sync, cache in
            try await fixture.settle(cache)
            #expect(await until { sync.currentStatus.connection == .live })
            let other = try fixture.sync().1
            let receipt = try await other.writer.perform(
                ActRequest(.keyword("$flagged", isSet: true), on: fixture.keys(other)))
            #expect(await until { cache.writer.acts.value[receipt.act?.id ?? ActID(rawValue: 0)]?.counts[.done] == 3 })
            try await fixture.settle(cache)
            #expect(try cache.reader().messages(in: .all, limit: 9).rows.allSatisfy { $0.flags.contains(.flagged) })
        }
    }

    @Test("what another program writes is told to whoever shows the cache, also offline")
    func toldOfAnother() async throws {
        let fixture = try await SyncFixture(agents: 0)
        try await fixture.add(3, to: fixture.operatorID)
        try await fixture.running(Self.patient) { sync, cache in
            try await fixture.settle(cache)
            fixture.isCut.set(true)
            fixture.sandbox.faults.cutStreams()
            #expect(await until { if case .offline = sync.currentStatus.connection { true } else { false } })
            let told = Switch()
            let listener = Task {
                for await change in cache.changes() where change.isMany && change.accounts.contains(fixture.operatorID)
                {
                    told.set(true)
                }
            }
            let other = try fixture.sync().1
            _ = try await other.writer.perform(ActRequest(.role(.trash), on: fixture.keys(other)))
            #expect(await until { told.isOn })
            #expect(await until { cache.writer.acts.value.waiting == 3 })
            listener.cancel()
            fixture.isCut.set(false)
            await sync.refresh()
            #expect(await fixture.hasSent(cache))
            try await fixture.settle(cache)
        }
    }

    @Test("of two processes that tell of arrivals on one cache each tells of every message once")
    func arrivalsOfAnother() async throws {
        let fixture = try await SyncFixture(agents: 1)
        for account in fixture.accounts { try await fixture.add(5, to: account, subject: "Early") }
        let program = try ProgramFixture(fixture)
        #expect(try await program.run("sync") == 0)
        let followers = [try program.start("sync", "--watch"), try program.start("sync", "--watch")]
        // Once this one is told, each of them follows.
        var rounds = 0
        let areFollowing = await eventually {
            rounds += 1
            _ = try? await fixture.add(1, to: fixture.operatorID, subject: "Hello", from: 1_770_000_000 + Int64(rounds))
            return followers.allSatisfy { $0.output.contains("Hello") }
        }
        #expect(areFollowing)
        for number in 0..<20 {
            let account = fixture.accounts[number % 2]
            try await fixture.add(1, to: account, subject: "Late\(number)x", from: 1_780_000_000 + Int64(number))
        }
        for follower in followers {
            let isWhole = await until { (0..<20).allSatisfy { follower.output.contains("Late\($0)x") } }
            #expect(isWhole, "\(follower.output)")
            let lines = follower.output.split(separator: "\n")
            for number in 0..<20 { #expect(lines.count { $0.contains("Late\(number)x") } == 1, "\(lines)") }
            #expect(!lines.contains { $0.contains("Early") })
        }
    }

    @Test("one process follows and acts, another follows, others act: none spoils the file, all acts are done once")
    func processes() async throws {
        let sets = Counter()
        let fixture = try await SyncFixture(agents: 1) { base in
            answered(base) { text in if text.contains("Email/set") { sets.add() } }
        }
        for account in fixture.accounts { try await fixture.add(60, to: account) }
        let program = try ProgramFixture(fixture)
        #expect(try await program.run("sync") == 0)
        let (path, journal) = (try program.cachePath(), try program.journalPath())
        let cache = try MailCache.open(at: path, journal: journal)
        let client = JMAPClient(
            origin: fixture.admin.origin, credential: fixture.operatorLogin, transport: fixture.transport)
        let sync = MailSync(client: client, cache: cache, options: SyncFixture.options)
        let task = Task { await sync.run() }
        let follower = try program.start("sync", "--watch")
        let rows = try cache.reader().messages(in: .all, limit: 200).rows
        for round in 0..<4 {
            let own = rows[(round * 20)..<(round * 20 + 10)].map(\.key)
            _ = try await sync.perform(ActRequest(.keyword("round-\(round)", isSet: true), on: own))
            let other = rows[round * 20 + 10]
            #expect(try await program.run("mail", "flag", "\(other.account)/\(other.emailID)") == 0)
            for account in fixture.accounts { try await fixture.add(5, to: account, subject: "Round \(round)") }
        }
        #expect(await fixture.hasSent(cache))
        try await fixture.settle(cache)
        let marked = try cache.reader().messages(in: .all, limit: 200).rows
        #expect(marked.count { !$0.keywords.isEmpty } == 40)
        #expect(marked.count { $0.flags.contains(.flagged) } == 4)
        #expect(!follower.hasEnded, "\(follower.output)")
        follower.end(SIGTERM)
        task.cancel()
        await task.value
        for file in [path, journal] {
            let check = try Connection.open(.file(file)).first("PRAGMA integrity_check") { $0.text(0) }
            #expect(check == "ok")
        }
    }
}
