import FileWatch
import FoundationEssentials
import JMAP
import SQLite

/// The one connection that writes the cache, on a thread of its own.
///
/// Every call is one transaction: a crash leaves all of it or nothing. What it changed is told to `MailCache.changes()`
/// after the commit.
package actor CacheWriter {
    /// How many bytes of bodies the cache keeps at most, as long as nothing else is set.
    package static let defaultBodyBound: Int64 = 1 << 30
    /// How many messages a part of the full text holds.
    package static let defaultShardSize = 32_768

    /// The file.
    nonisolated package let path: String
    /// The journal's file, or nil where there is none.
    nonisolated package let journalPath: String?
    private nonisolated let executor: ThreadExecutor
    let connection: Connection
    let feed: ChangeFeed
    /// Seconds since 1970.
    let now: @Sendable () -> Int64
    /// How many bytes of bodies are kept at most.
    var bodyBound = CacheWriter.defaultBodyBound
    /// How many messages a part of the full text holds.
    var shardSize = CacheWriter.defaultShardSize
    /// Local numbers, for as long as no other program writes (`version`).
    var accountRefs: [AccountID: Int64] = [:]
    var mailboxRefs: [Int64: [MailboxID: MailboxEntry]] = [:]
    /// What mailboxes make of their messages, by their local numbers.
    var marks: [Int64: MailboxMarks] = [:]
    /// Parts of the full text of which nothing is left to be joined.
    var joinedShards: Set<Int64> = []
    /// The statements of first fills.
    var bulk = BulkStatements()
    /// What the running transaction has added and not counted yet.
    var added = AddedTotals()
    /// The acts that the server does not have yet; nil where none can be done.
    let journal: ActJournal?
    /// The journal now, and whenever it changes.
    nonisolated package let acts = StatusFeed(ActSummary())
    /// Ids of accounts by their local numbers, for as long as no other program writes.
    private var accountIDs: [Int64: AccountID] = [:]
    private var hasShownActs = false
    private var version = -1
    /// The version of the file up to which subscribers know what happened.
    private var toldVersion: Int?
    /// True where the journal was read again since somebody last looked for what others have done.
    private var hasNewActs = false
    /// Messages that were received before are not counted by the hour; seconds since 1970.
    private(set) var trafficFloor: Int64 = 0
    /// What the running transaction has changed so far.
    var change = CacheChange()

    /// What a message needs to know of its mailbox.
    struct MailboxEntry {
        var ref: Int64
        var marks: MailboxMarks
    }

    nonisolated package var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(
        connection: sending Connection, journal: sending ActJournal?, path: String, feed: ChangeFeed,
        now: @escaping @Sendable () -> Int64
    ) {
        self.connection = connection
        self.journal = journal
        journalPath = journal?.path
        self.path = path
        self.feed = feed
        self.now = now
        self.executor = ThreadExecutor()
    }

    /// Sets the bounds of the body store and of a part of the full text.
    package func configure(bodyBound: Int64? = nil, shardSize: Int? = nil) {
        if let bodyBound { self.bodyBound = max(0, bodyBound) }
        if let shardSize { self.shardSize = max(1, shardSize) }
    }

    /// Runs the closure in a transaction and publishes what it changed.
    func transaction<T>(_ body: () throws -> T) throws(CacheError) -> T {
        change = CacheChange()
        let result = try CacheError.translating(path) {
            do {
                return try connection.transaction {
                    try refresh()
                    return try body()
                }
            } catch {
                // What was learnt in a transaction that is undone may not be so; what the journal has all the same is
                // shown with the next one.
                forget()
                journal?.endSettling(commit: false)
                journal?.forget()
                hasShownActs = false
                trafficFloor = 0
                throw error
            }
        }
        // After the cache: a program that is killed in between shows the acts as they were done until it has read again.
        journal?.endSettling(commit: true)
        feed.publish(change)
        change = CacheChange()
        try? tellOfOthers()
        return result
    }

    /// Tells subscribers to look at everything again where another program has written.
    private func tellOfOthers() throws {
        let current = try connection.first("PRAGMA data_version") { $0.int(0) } ?? 0
        defer { toldVersion = current }
        guard let toldVersion, toldVersion != current else { return }
        var change = CacheChange()
        change.accounts = Set(try connection.query("SELECT id FROM account") { AccountID($0.text(0)) })
        change.mailboxes = change.accounts
        change.accountList = true
        change.isMany = true
        feed.publish(change)
    }

    /// Tells what other programs write into the cache to `MailCache.changes()`, and their acts to `acts`, as long as
    /// somebody iterates. Each element says whether acts may have been written.
    ///
    /// Where the system has no notices left, nothing is told before this program writes itself.
    nonisolated package func writesOfOthers() -> AsyncStream<Bool> {
        guard let notices = FileWatch.writes(of: [path] + (journalPath.map { [$0] } ?? [])) else {
            return AsyncStream { $0.finish() }
        }
        return AsyncStream {
            for await _ in notices {
                if let hasActs = try? await self.lookForOthers() { return hasActs }
            }
            return nil
        }
    }

    /// Whether another program has written acts; nil where none has written anything since this was last looked at.
    private func lookForOthers() throws(CacheError) -> Bool? {
        let isNew = try CacheError.translating(path) {
            let current = try connection.first("PRAGMA data_version") { $0.int(0) } ?? 0
            return try hasNewActs || current != toldVersion || journal?.isOutdated() == true
        }
        guard isNew else { return nil }
        // An empty transaction writes nothing, and reads everything that others wrote. A transaction of this program may
        // have read it already.
        try transaction {}
        defer { hasNewActs = false }
        return hasNewActs
    }

    private func forget() {
        accountRefs = [:]
        accountIDs = [:]
        mailboxRefs = [:]
        marks = [:]
        bulk.threads = [:]
        added = AddedTotals()
        version = -1
    }

    /// Forgets local numbers where another program has written, and moves the floor of the traffic along.
    private func refresh() throws {
        let current = try connection.first("PRAGMA data_version") { $0.int(0) } ?? 0
        if current != version {
            forget()
            version = current
        }
        if let journal, try journal.refresh() {
            hasNewActs = true
            acts.update { $0 = (try? journal.summary()) ?? $0 }
        }
        if !hasShownActs, journal != nil {
            hasShownActs = true
            try showAllAgain()
        }
        // A week and a day of hours is enough for every sparkline; older messages cost nothing when they are filled in.
        let floor = (now() / 3_600 - 8 * 24) * 3_600
        if floor != trafficFloor { try moveTraffic(to: floor) }
    }

    /// Forgets the hours before the floor; where the clock was ahead and is not any longer, counts those again that were
    /// forgotten too early.
    private func moveTraffic(to floor: Int64) throws {
        let before = try connection.first("SELECT value FROM setting WHERE name = 'counted-from'") { $0.int64(0) } ?? 0
        try connection.run("INSERT OR REPLACE INTO setting VALUES ('counted-from', ?)", floor)
        try connection.run("DELETE FROM traffic WHERE hour < ?", floor / 3_600)
        if before > floor {
            try connection.run(
                """
                INSERT OR REPLACE INTO traffic SELECT account, (key >> 24) / 3600, count(*) FROM message
                WHERE key >= ? AND key < ? GROUP BY 1, 2
                """, MessageKey(startOf: floor).rawValue, MessageKey(startOf: before).rawValue)
        }
        trafficFloor = floor
    }

    func accountRef(_ id: AccountID) throws -> Int64 {
        if let known = accountRefs[id] { return known }
        let found = try connection.first("SELECT ref FROM account WHERE id = ?", id.rawValue) { $0.int64(0) }
        guard let found else { throw CacheError(code: .notFound, path: path, detail: "account \(id)") }
        accountRefs[id] = found
        return found
    }

    func accountID(of ref: Int64) throws -> AccountID? {
        if let known = accountIDs[ref] { return known }
        let found = try connection.first("SELECT id FROM account WHERE ref = ?", ref) { AccountID($0.text(0)) }
        accountIDs[ref] = found
        return found
    }

    func mailboxes(of account: Int64) throws -> [MailboxID: MailboxEntry] {
        if let known = mailboxRefs[account] { return known }
        var entries: [MailboxID: MailboxEntry] = [:]
        try connection.forEach("SELECT id, ref, marks FROM mailbox WHERE account = ?", [account]) { row in
            entries[MailboxID(row.text(0))] = MailboxEntry(
                ref: row.int64(1), marks: MailboxMarks(rawValue: row.int(2)))
            return true
        }
        mailboxRefs[account] = entries
        return entries
    }

    func marks(of mailbox: Int64) throws -> MailboxMarks {
        if let known = marks[mailbox] { return known }
        let found = try connection.first("SELECT marks FROM mailbox WHERE ref = ?", mailbox) {
            MailboxMarks(rawValue: $0.int(0))
        }
        marks[mailbox] = found ?? []
        return found ?? []
    }
}
