import Glibc
import JMAP
import MailCache
import SQLite
import TestSupport

/// A cache in a folder of its own with one account `a` and the mailboxes `in` and `held`.
struct CacheFixture {
    let folder: TemporaryFolder
    let cache: MailCache
    let reader: CacheReader
    let account: AccountID = "a"

    init(accounts: [AccountID] = ["a"]) async throws {
        folder = try TemporaryFolder()
        cache = try MailCache.open(at: folder.path + "/cache.sqlite", now: { 1_700_000_000 })
        try await cache.writer.write(accounts: accounts.map { AccountRecord(id: $0, kind: .agent, name: "\($0)") })
        for account in accounts {
            var batch = CacheBatch(account: account)
            batch.mailboxes = [
                MailboxRecord(id: "in", name: "Inbox", role: "inbox"), MailboxRecord(id: "held", name: "Held"),
            ]
            _ = try await cache.writer.apply(batch)
        }
        reader = try cache.reader()
    }

    func write(_ emails: [EmailRecord], to account: AccountID = "a") async throws {
        var batch = CacheBatch(account: account)
        batch.emails = emails
        _ = try await cache.writer.apply(batch)
    }
}

/// A message that was received `second` seconds after the fixtures' clock began.
func email(
    _ id: String, at second: Int64 = 0, thread: String? = nil, in mailboxes: [MailboxID] = ["in"],
    keywords: [String] = [], from: String = "bob@ext.example", subject: String = "Hello", preview: String = "",
    size: Int = 1_000
) -> EmailRecord {
    EmailRecord(
        id: EmailID(id), threadID: ThreadID(thread ?? "t" + id), blobID: BlobID("b" + id), mailboxIDs: mailboxes,
        keywords: keywords, receivedAt: 1_700_000_000 + second, size: size,
        from: [Correspondent(name: "", address: from)], to: [Correspondent(name: "Ada", address: "ada@agents.example")],
        subject: subject, preview: preview, hasAttachment: false)
}

extension CacheReader {
    /// The ids of a list's first rows.
    func ids(
        _ scope: MessageScope = .all, _ filter: MessageFilter = MessageFilter(), order: MessageOrder = .newestFirst,
        collapsed: Bool = false, limit: Int = 100
    ) throws -> [String] {
        try messages(in: scope, filter: filter, order: order, collapsed: collapsed, limit: limit).rows
            .map(\.emailID.rawValue)
    }

    func search(_ text: String, in scope: MessageScope = .all) throws -> [String] {
        var filter = MessageFilter()
        filter.text = text
        return try ids(scope, filter)
    }
}
