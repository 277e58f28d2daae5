import JMAP
import MailCache
import SQLite
import TestSupport
import Testing

@Suite("Caches of earlier versions")
struct MigrationTests {
    /// Two messages as a program of that version has left them, with the totals that it counted.
    private func cache(ofVersion version: Int, at path: String) throws {
        let connection = try Connection.open(.file(path))
        for step in EarlierSchemas.steps.prefix(version) { try connection.execute(step) }
        try connection.execute(
            """
            INSERT INTO account (id, kind, name, email_state, total, unread) VALUES ('a', 2, 'ada', 's7', 0, 0);
            INSERT INTO mailbox (account, id, name, role, marks) VALUES (1, 'in', 'Inbox', 'inbox', 0);
            INSERT INTO mailbox (account, id, name) VALUES (1, 'old', 'Old');
            INSERT INTO thread (account, id) VALUES (1, 't1'), (1, 't2');
            INSERT INTO message (key, account, thread, flags, size, id, blob, mailboxes, sender_name, sender_address,
              subject, recipients, preview) VALUES
              (1700000000 << 24, 1, 1, 2048, 10, '1', 'b1', ',1,', 'Bob', 'bob@ext.example', 'First', '', 'one'),
              (1700000005 << 24, 1, 2, 1, 20, '2', 'b2', ',2,', 'Eve', 'eve@ext.example', 'Second', '', 'two');
            INSERT INTO filing VALUES (1, 1700000000 << 24, 2048), (2, 1700000005 << 24, 1);
            PRAGMA application_id = 1095590753;
            PRAGMA user_version = \(version);
            """)
        guard version >= 3 else { return }
        // From then on the program counts what comes itself.
        try connection.execute(
            """
            UPDATE account SET total = 2, unread = 1;
            UPDATE thread SET total = 1, unread = (ref = 1);
            UPDATE mailbox SET total = 1, unread = (ref = 1);
            """)
    }

    @Test("are brought up to date with every row and total, and go on", arguments: 1...EarlierSchemas.steps.count)
    func migrates(version: Int) async throws {
        let folder = try TemporaryFolder()
        try cache(ofVersion: version, at: folder.file("cache.sqlite"))
        let cache = try MailCache.open(at: folder.file("cache.sqlite"), now: { 1_700_000_000 })
        #expect(cache.notice == nil)
        let reader = try cache.reader()
        let rows = try reader.messages(in: .account("a"), limit: 9).rows
        #expect(rows.map(\.subject) == ["Second", "First"])
        #expect(rows.map(\.mailboxes) == [["old"], ["in"]])
        #expect(rows.map { $0.from?.address } == ["eve@ext.example", "bob@ext.example"])
        #expect(rows.map { $0.flags.contains(.seen) } == [true, false])
        #expect(try await cache.writer.states(of: "a")?.email == "s7")
        func counts() throws -> [Int] {
            let account = try #require(try reader.account("a", at: 1_700_000_000))
            let boxes = try reader.mailboxes(of: "a").sorted { $0.id < $1.id }
            return [account.total, account.unread] + boxes.flatMap { [$0.total, $0.unread] }
        }
        #expect(try counts() == [2, 1, 1, 1, 1, 0])
        var batch = CacheBatch(account: "a")
        batch.emailState = StateStep(from: "s7", to: "s8")
        batch.emails = [email("3", at: 9, in: ["in"])]
        batch.emailsDestroyed = ["2"]
        _ = try await cache.writer.apply(batch)
        #expect(try counts() == [2, 2, 2, 2, 0, 0])
        while try await cache.writer.index(limit: 100) > 0 {}
        #expect(try reader.search("First") == ["1"])
    }
}
