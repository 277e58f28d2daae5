import Glibc
import JMAP
import MailCache
import SQLite
import TestSupport
import Testing

@Suite("The cache's file")
struct FileTests {
    @Test("the file is its owner's alone, and so is the folder")
    func modes() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/deep/er/cache.sqlite"
        let cache = try MailCache.open(at: path)
        #expect(cache.notice == nil)
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        #expect(stat(folder.path + "/deep", &status) == 0 && status.st_mode & 0o777 == 0o700)
    }

    @Test(
        "a file that is no cache of ours is set aside whole and said", arguments: ["text", "foreign", "newer", "cut"])
    func setAside(kind: String) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/cache.sqlite"
        switch kind {
        case "text":
            let text = String(repeating: "this is no database at all, whatever its name\n", count: 200)
            let made = open(path, O_CREAT | O_WRONLY, 0o644)
            #expect(write(made, text, text.utf8.count) == text.utf8.count && close(made) == 0)
        case "foreign":
            try Connection.open(.file(path)).execute("CREATE TABLE t (x); PRAGMA application_id = 77")
        case "newer":
            _ = try MailCache.open(at: path)
            try Connection.open(.file(path)).execute("PRAGMA user_version = 1000")
        default:
            _ = try MailCache.open(at: path)
            try Connection.open(.file(path)).execute("PRAGMA wal_checkpoint(TRUNCATE)")
            #expect(truncate(path, 5_000) == 0)
        }
        let cache = try MailCache.open(at: path)
        let notice = try #require(cache.notice)
        #expect(notice.contains(path + ".aside-1"))
        var status = stat()
        #expect(stat(path + ".aside-1", &status) == 0)
        try await cache.writer.write(accounts: [AccountRecord(id: "a", kind: .own, name: "ada")])
        #expect(try cache.reader().accounts(at: 0).map(\.name) == ["ada"])
        #expect(try MailCache.open(at: path).notice == nil)
    }

    @Test("a folder that cannot be made is an error with a cure")
    func noFolder() throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/file"
        let made = open(file, O_CREAT | O_WRONLY, 0o600)
        #expect(made >= 0 && close(made) == 0)
        let error = #expect(throws: CacheError.self) { try MailCache.open(at: file + "/x/cache.sqlite") }
        #expect(error?.code == .cannotOpen)
        #expect(error?.sentence.contains(file) == true)
        #expect(error?.cure.isEmpty == false)
        #expect(throws: CacheError.self) { try MailCache.open(at: "") }
    }

    @Test("a second program on the same file works and is noticed")
    func twoPrograms() async throws {
        let fixture = try await CacheFixture()
        let other = try MailCache.open(at: fixture.cache.path, now: { 1_700_000_000 })
        let before = try fixture.reader.dataVersion()
        var batch = CacheBatch(account: "a")
        batch.mailboxes = [MailboxRecord(id: "new", name: "New")]
        batch.emails = [email("1", in: ["new"])]
        _ = try await other.writer.apply(batch)
        #expect(try fixture.reader.dataVersion() != before)
        try await fixture.write([email("2", in: ["new"])])
        #expect(try fixture.reader.ids(.mailbox("a", "new")).count == 2)
    }

    @Test("a state that another program has moved on refuses the whole batch")
    func outdated() async throws {
        let fixture = try await CacheFixture()
        var batch = CacheBatch(account: "a")
        batch.emailState = StateStep(from: nil, to: "s1")
        batch.emails = [email("1")]
        _ = try await fixture.cache.writer.apply(batch)
        batch.emails = [email("2")]
        let error = await #expect(throws: CacheError.self) { try await fixture.cache.writer.apply(batch) }
        #expect(error?.code == .outdated)
        #expect(try fixture.reader.ids() == ["1"])
        #expect(try await fixture.cache.writer.states(of: "a")?.email == "s1")
    }

    @Test("changes are told after they are made, joined while nobody takes them")
    func changes() async throws {
        let fixture = try await CacheFixture(accounts: ["a", "b"])
        var changes = fixture.cache.changes().makeAsyncIterator()
        try await fixture.write([email("1")])
        try await fixture.write([email("2")], to: "b")
        let change = try #require(await changes.next())
        #expect(change.accounts == ["a", "b"])
        #expect(change.added.count == 2)
        try await fixture.write((0..<1_500).map { email("m\($0)") })
        let many = try #require(await changes.next())
        #expect(many.isMany && many.added.isEmpty)
    }

    @Test("a reading that is stopped says so")
    func interrupt() async throws {
        let fixture = try await CacheFixture()
        try await fixture.write([email("1"), email("2", at: 1)])
        // The second row is read after the interruption.
        let reader = try Connection.open(.file(fixture.cache.path))
        let handle = reader.interruptHandle
        let error = #expect(throws: SQLiteError.self) {
            try reader.forEach("SELECT key FROM message ORDER BY preview", []) { _ in
                handle.interrupt()
                return true
            }
        }
        #expect(error?.code == .interrupted)
        fixture.reader.interruptHandle.interrupt()
        #expect(try fixture.reader.ids() == ["2", "1"])
    }
}
