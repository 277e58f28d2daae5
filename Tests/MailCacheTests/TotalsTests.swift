import JMAP
import MailCache
import SQLite
import TestSupport
import Testing

@Suite("Totals")
struct TotalsTests {
    private static let account = AccountID("a")

    /// Numbers that are the same in every run.
    private struct Random: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 33)
        }
    }

    private static func email(_ number: Int, _ random: inout Random) -> EmailRecord {
        EmailRecord(
            id: EmailID("e\(number)"), threadID: ThreadID("t\(Int.random(in: 0..<12, using: &random))"),
            blobID: BlobID("b\(number)"), mailboxIDs: boxes(&random), keywords: keywords(&random),
            // Few seconds, so that messages of one second meet; the later ones count by the hour.
            receivedAt: 1_760_000_000 + Int64(number % 7) * 40_000, size: 1, from: [], to: [], subject: "", preview: "",
            hasAttachment: false)
    }

    private static func boxes(_ random: inout Random) -> [MailboxID] {
        let all: [MailboxID] = ["inbox", "archive", "held"]
        let some = all.filter { _ in Bool.random(using: &random) }
        return some.isEmpty ? ["inbox"] : some
    }

    private static func keywords(_ random: inout Random) -> [String] {
        ["$seen", "$flagged", "other"].filter { _ in Bool.random(using: &random) }
    }

    /// What the totals are and what counting rows gives, where the two differ.
    private static func differences(at path: String) throws -> [String] {
        let connection = try Connection.open(.file(path), mode: .readOnly)
        let queries = [
            """
            SELECT 'account', a.total, a.unread, a.held, count(m.key), total(m.flags & 2048 <> 0),
              total(m.flags & 512 <> 0) FROM account a LEFT JOIN message m ON m.account = a.ref GROUP BY a.ref
            """,
            """
            SELECT 'thread ' || t.id, t.total, t.unread, 0, count(m.key), total(m.flags & 2048 <> 0), t.total = 0
            FROM thread t LEFT JOIN message m ON m.thread = t.ref GROUP BY t.ref
            """,
            """
            SELECT 'mailbox ' || b.id, b.total, b.unread, 0, count(f.message), total(f.flags & 2048 <> 0), 0
            FROM mailbox b LEFT JOIN filing f ON f.mailbox = b.ref GROUP BY b.ref
            """,
            """
            SELECT 'hours', (SELECT total(total) FROM traffic), 0, 0,
              count(*), 0, 0 FROM message WHERE (key >> 24) / 3600 >= 1760000000 / 3600 + 24
            """,
        ]
        return try queries.flatMap { sql in
            try connection.query(sql) { row -> String? in
                let (kept, counted) = ((1...3).map { row.int($0) }, (4...6).map { row.int($0) })
                return kept == counted ? nil : "\(row.text(0)): \(kept), not \(counted)"
            }.compactMap { $0 }
        }
    }

    private static func fill(_ cache: MailCache, rounds: Int, seed: UInt64) async throws {
        try await cache.writer.write(accounts: [AccountRecord(id: account, kind: .own, name: "a")])
        var random = Random(state: seed)
        for _ in 0..<rounds {
            var batch = CacheBatch(account: account)
            batch.mailboxes = [("inbox", "Inbox"), ("archive", "Archive"), ("held", "Held")].map { id, name in
                MailboxRecord(id: MailboxID(id), name: name)
            }
            // Some are there already, some come twice in one batch.
            batch.emails = (0..<20).map { _ in email(Int.random(in: 0..<200, using: &random), &random) }
            batch.patches = (0..<10).map { _ in
                EmailChange(
                    id: EmailID("e\(Int.random(in: 0..<220, using: &random))"),
                    threadID: ThreadID("t\(Int.random(in: 0..<14, using: &random))"), mailboxIDs: boxes(&random),
                    keywords: keywords(&random))
            }
            batch.emailsDestroyed = (0..<8).map { _ in EmailID("e\(Int.random(in: 0..<200, using: &random))") }
            batch.threads = [(id: "t3", emailIDs: [EmailID("e\(Int.random(in: 0..<200, using: &random))")])]
            _ = try await cache.writer.apply(batch)
        }
    }

    /// Eight days after the hour from which messages count by the hour.
    private static let now: Int64 = (1_760_000_000 / 3_600 + 24 + 8 * 24) * 3_600

    @Test("totals are what counting the rows gives, whatever came, changed and went", arguments: 0..<8)
    func totals(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/cache.sqlite"
        let cache = try MailCache.open(at: path, now: { Self.now })
        try await Self.fill(cache, rounds: 40, seed: seed)
        #expect(try Self.differences(at: path) == [])
    }

    @Test("a cache in which triggers counted what came is counted once after it was brought up to date")
    func migration() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/cache.sqlite"
        do {
            let cache = try MailCache.open(at: path, now: { Self.now })
            try await Self.fill(cache, rounds: 10, seed: 100)
        }
        try Connection.open(.file(path)).execute(
            """
            DROP TRIGGER inspection_removed;
            DROP TABLE inspection;
            CREATE TRIGGER message_added AFTER INSERT ON message BEGIN
              UPDATE account SET total = total + 1 WHERE ref = new.account;
            END;
            CREATE TRIGGER traffic_added AFTER INSERT ON message BEGIN SELECT 1; END;
            CREATE TRIGGER filing_added AFTER INSERT ON filing BEGIN
              UPDATE mailbox SET total = total + 1 WHERE ref = new.mailbox;
            END;
            INSERT INTO setting VALUES ('traffic-floor', 0);
            PRAGMA user_version = 2;
            """)
        let cache = try MailCache.open(at: path, now: { Self.now })
        #expect(cache.notice == nil)
        try await Self.fill(cache, rounds: 10, seed: 101)
        #expect(try Self.differences(at: path) == [])
    }
}
