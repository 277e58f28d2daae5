import FoundationEssentials
import HTTPTransport
import JMAP
import MailCache
import MailSync
import TestSupport
import Testing

/// A cache of one user of a Cyrus server, and the other program that changes the mail.
private final class CyrusFixture {
    let cyrus: Cyrus
    let folder: TemporaryFolder
    let imap: IMAP
    let client: JMAPClient
    let account: AccountID = "ada"

    init() throws {
        cyrus = try Cyrus(users: ["ada"])
        folder = try TemporaryFolder()
        imap = try IMAP(port: cyrus.imapPort, user: "ada")
        client = JMAPClient(
            origin: try #require(URL(string: cyrus.url)), credential: .basic(user: "ada", password: "x"))
    }

    /// Runs a synchronisation beside the closure and ends it afterwards.
    func running(_ body: (MailSync, MailCache) async throws -> Void) async throws {
        let cache = try MailCache.open(at: folder.file("cache.sqlite"))
        let sync = MailSync(client: client, cache: cache, options: SyncFixture.options, random: { 0.5 })
        let task = Task { await sync.run() }
        let result: Result<Void, any Error>
        do { result = .success(try await body(sync, cache)) } catch { result = .failure(error) }
        task.cancel()
        await task.value
        try result.get()
    }

    /// Waits until the cache equals the server; the differences that are left otherwise.
    func settle(_ cache: MailCache, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let comparison = CacheComparison(client: client, reader: try cache.reader())
        var differences = ["nothing was compared"]
        _ = await eventually(within: 60) {
            do { differences = try await comparison.differences(of: [account]) } catch { differences = ["\(error)"] }
            return differences.isEmpty
        }
        #expect(differences.isEmpty, "\(differences.prefix(5).joined(separator: "\n"))", sourceLocation: sourceLocation)
    }

    /// Puts messages into a mailbox over IMAP.
    func append(_ count: Int, to mailbox: String = "INBOX", subject: String = "Message", flags: String = "") throws {
        for number in 0..<count {
            let text = """
                From: Bob <bob@ext.example>
                To: ada@example.test
                Subject: \(subject) \(number)
                Date: Mon, 02 Nov 2026 10:00:00 +0000
                Message-ID: <\(UInt64.random(in: 0...UInt64.max))@ext.example>
                MIME-Version: 1.0
                Content-Type: text/plain; charset=utf-8

                Words of \(number).

                """
            try imap.append(
                Array(text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n").utf8),
                to: mailbox, flags: flags)
        }
    }
}

@Suite(
    "A cache follows a Cyrus server", .serialized,
    .enabled(if: Cyrus.obstacle == nil, "Cyrus IMAP is not to be had here"))
struct CyrusTests {
    @Test("the first fill equals the server; it has no push, so the client polls and says so")
    func firstFill() async throws {
        let fixture = try CyrusFixture()
        try fixture.append(150)
        try fixture.append(20, to: "Archive", flags: "\\Seen \\Flagged")
        try fixture.append(3, to: "Drafts", flags: "\\Draft")
        try await fixture.running { sync, cache in
            try await fixture.settle(cache)
            #expect(await until { if case .polling = sync.currentStatus.connection { true } else { false } })
            #expect(try cache.reader().account(fixture.account, at: 0)?.kind == .own)
        }
    }

    @Test("what another client appends, flags, moves, destroys and renames over IMAP comes over")
    func changes() async throws {
        let fixture = try CyrusFixture()
        try fixture.append(60)
        try await fixture.running { _, cache in
            try await fixture.settle(cache)
            try fixture.append(8, subject: "New")
            try fixture.imap.select("INBOX")
            try fixture.imap.command("STORE 1:10 +FLAGS (\\Seen \\Flagged)")
            try fixture.imap.command("STORE 5:15 +FLAGS ($Project)")
            try fixture.imap.command("MOVE 20:30 Trash")
            try fixture.imap.command("COPY 1:3 Archive")
            try await fixture.settle(cache)
            try fixture.imap.command("STORE 30:35 +FLAGS (\\Deleted)")
            try fixture.imap.command("EXPUNGE")
            try fixture.imap.command("STORE 1:5 -FLAGS (\\Seen)")
            try fixture.imap.command("CREATE Projects")
            try fixture.imap.command("MOVE 1:6 Projects")
            try fixture.imap.command("RENAME Projects Renamed")
            try await fixture.settle(cache)
            try fixture.imap.command("DELETE Renamed")
            try await fixture.settle(cache)
        }
    }

    @Test("a mailbox of 5,001 messages comes whole")
    func large() async throws {
        let fixture = try CyrusFixture()
        try fixture.append(5_001)
        try await fixture.running { _, cache in
            try await fixture.settle(cache)
            #expect(try cache.reader().account(fixture.account, at: 0)?.total == 5_001)
        }
    }

    @Test("a restart of the server in the middle leaves the cache as it was and then brings it up to date")
    func restart() async throws {
        let fixture = try CyrusFixture()
        try fixture.append(300)
        try await fixture.running { sync, cache in
            try await fixture.settle(cache)
            fixture.cyrus.stop()
            #expect(await until { if case .offline = sync.currentStatus.connection { true } else { false } })
            #expect(try cache.reader().account(fixture.account, at: 0)?.total == 300)
            try fixture.cyrus.start()
            try IMAP(port: fixture.cyrus.imapPort, user: "ada").append(
                Array("Subject: after\r\n\r\nback\r\n".utf8), to: "INBOX")
            try await fixture.settle(cache)
            #expect(try cache.reader().account(fixture.account, at: 0)?.total == 301)
        }
    }
}
