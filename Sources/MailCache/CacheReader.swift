import JMAP
package import SQLite

/// Reads the cache, synchronously, in bounded windows: for the interface's thread and for queries beside it.
///
/// It belongs to one isolation. Each call sees what was committed when it began; `snapshot` makes several calls see the
/// same.
package final class CacheReader {
    /// How many messages a list that is not by date is sorted over: the newest ones.
    package static let sortLimit = 5_000
    /// How many rows one call looks at before it gives back what it has, where a filter lets little through.
    static let examined = 2_000

    /// The file.
    package let path: String
    let connection: Connection
    /// Names of accounts and mailboxes by their local numbers, which are never used twice.
    var accountIDs: [Int64: AccountID] = [:]
    var mailboxIDs: [Int64: MailboxID] = [:]
    /// The last sorted list, for as long as nothing is written.
    var sorted: SortedKeys?

    init(path: String, cacheKilobytes: Int) throws(CacheError) {
        self.path = path
        self.connection = try CacheError.translating(path) {
            let connection = try Connection.open(.file(path), mode: .readWrite)
            try CacheFile.prepare(connection, cacheKilobytes: cacheKilobytes)
            try connection.execute("PRAGMA query_only = ON")
            return connection
        }
    }

    /// Stops what this reader reads now, from any thread; the call throws `interrupted`.
    package var interruptHandle: InterruptHandle { connection.interruptHandle }

    /// Runs the closure on one snapshot: what is written meanwhile is not seen.
    package func snapshot<T>(_ body: () throws -> T) throws(CacheError) -> T {
        try translating { try connection.snapshot(body) }
    }

    /// A number that changes whenever anyone else, this process's writer or another program, has written.
    package func dataVersion() throws(CacheError) -> Int {
        try translating { try connection.first("PRAGMA data_version") { $0.int(0) } ?? 0 }
    }

    /// Runs the closure on one snapshot, which is also quicker where it takes several statements: the file is locked once.
    func reading<T>(_ body: () throws -> T) throws(CacheError) -> T {
        try translating { try connection.snapshot(body) }
    }

    func translating<T>(_ body: () throws -> T) throws(CacheError) -> T {
        try CacheError.translating(path, body)
    }

    /// The local number of an account, or nil where the cache does not have it.
    func ref(of account: AccountID) throws -> Int64? {
        try connection.first("SELECT ref FROM account WHERE id = ?", account.rawValue) { $0.int64(0) }
    }

    /// The local number of a mailbox, or nil where the cache does not have it.
    func ref(of mailbox: MailboxID, in account: AccountID) throws -> Int64? {
        try connection.first(
            """
            SELECT m.ref FROM mailbox m JOIN account a ON a.ref = m.account WHERE a.id = ? AND m.id = ?
            """, account.rawValue, mailbox.rawValue
        ) { $0.int64(0) }
    }

    func accountID(of ref: Int64) throws -> AccountID {
        if let known = accountIDs[ref] { return known }
        let id = try connection.first("SELECT id FROM account WHERE ref = ?", ref) { AccountID($0.text(0)) }
        accountIDs[ref] = id
        return id ?? AccountID("")
    }

    func mailboxID(of ref: Int64) throws -> MailboxID? {
        if let known = mailboxIDs[ref] { return known }
        let id = try connection.first("SELECT id FROM mailbox WHERE ref = ?", ref) { MailboxID($0.text(0)) }
        mailboxIDs[ref] = id
        return id
    }
}
