import SQLite

/// The mail of all accounts in one database, with a change log for each account.
///
/// It belongs to one isolation. What changes is written inside `transaction`, which also keeps the accounts' counters and
/// gathers what event streams must be told.
final class Store {
    let database: Connection
    /// Accounts' counters as they are now; read once, written with each transaction.
    private var counters: [Int: Counters] = [:]
    /// Accounts and types that the running transaction changed.
    private var touched: [Int: Set<DataType>] = [:]
    private var isInTransaction = false
    /// New states that streams have not been told of yet.
    private var news: [Int: [DataType: String]] = [:]

    /// What an account counts.
    struct Counters {
        /// The last change.
        var change = 0
        /// The last change of each type, by its raw value.
        var states = [Int](repeating: 0, count: DataType.allCases.count)
        /// The last number given to an email.
        var email = 0
        /// The last number given to a mailbox; 0 while there are none.
        var mailbox = 0
        /// Bytes of all emails.
        var used = 0
        /// Keywords beside the well-known ones, in the order in which they came.
        var keywords: [String] = []
        /// Up to which change the log was cut by this process; not kept.
        var cut = 0
    }

    init(database: Connection) throws {
        self.database = database
        try database.execute(Self.schema)
        try database.run("DELETE FROM upload WHERE expires <= ?", Timestamp.now)
        try database.execute(
            """
            DELETE FROM blob WHERE hash NOT IN (SELECT hash FROM email)
                AND hash NOT IN (SELECT hash FROM upload) AND hash NOT IN (SELECT hash FROM queue)
            """)
    }

    // MARK: Transactions

    /// Runs the closure in one transaction with the counters that go with it; inside another one it is part of that.
    func transaction<T>(_ body: () throws -> T) throws -> T {
        guard !isInTransaction else { return try body() }
        isInTransaction = true
        defer { isInTransaction = false }
        do {
            let result = try database.transaction {
                let result = try body()
                for account in touched.keys { try save(account) }
                return result
            }
            for (account, types) in touched {
                for type in types { news[account, default: [:]][type] = state(type, of: account).text }
            }
            touched = [:]
            return result
        } catch {
            for account in touched.keys { counters[account] = nil }
            touched = [:]
            throw error
        }
    }

    /// The new states since the last call.
    func takeNews() -> [Int: [DataType: String]] {
        defer { news = [:] }
        return news
    }

    private func save(_ account: Int) throws {
        let counters = try counters(account)
        try database.run(
            """
            INSERT INTO account VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET change = excluded.change,
                states = excluded.states, email = excluded.email, mailbox = excluded.mailbox, used = excluded.used,
                keywords = excluded.keywords
            """, account, counters.change, counters.states.map { String($0) }.joined(separator: " "), counters.email,
            counters.mailbox, counters.used, JSONValue.list(counters.keywords).text)
        let oldest = counters.change - Limits.keptChanges
        // Cutting the log change by change would cost a statement each.
        guard oldest - counters.cut > 64 else { return }
        try database.run("DELETE FROM change WHERE account = ? AND seq <= ?", account, oldest)
        self.counters[account]?.cut = oldest
    }

    // MARK: Counters

    /// An account's counters.
    func counters(_ account: Int) throws -> Counters {
        if let known = counters[account] { return known }
        let found = try database.first(
            "SELECT change, states, email, mailbox, used, keywords FROM account WHERE id = ?", account
        ) { row in
            var states = row.text(1).split(separator: " ").compactMap { Int($0) }
            while states.count < DataType.allCases.count { states.append(0) }
            return Counters(
                change: row.int(0), states: states, email: row.int(2), mailbox: row.int(3), used: row.int(4),
                keywords: (try? JSONValue(parsing: row.text(5)))?.strings ?? [])
        }
        let result = found ?? Counters()
        counters[account] = result
        return result
    }

    /// Changes an account's counters; inside a transaction alone.
    func count<T>(_ account: Int, _ change: (inout Counters) -> T) throws -> T {
        var now = try counters(account)
        let result = change(&now)
        counters[account] = now
        if touched[account] == nil { touched[account] = [] }
        return result
    }

    /// The state of one type of an account's data.
    func state(_ type: DataType, of account: Int) -> ChangeState {
        // Counters that cannot be read are those of an account without data: its first write will tell of the fault.
        ChangeState(change: ((try? counters(account)) ?? Counters()).states[type.rawValue])
    }

    // MARK: The change log

    /// What happened to an object.
    enum Operation: Int {
        case created = 0
        case updated
        case destroyed
        /// Only counts that depend on other objects changed.
        case counted
    }

    /// Takes the next number for changes that belong together.
    func nextChange(_ account: Int) throws -> Int {
        try count(account) { counters in
            counters.change += 1
            return counters.change
        }
    }

    /// Writes into the log what happened to an object.
    func log(_ type: DataType, _ item: Int64, _ operation: Operation, change: Int, account: Int) throws {
        try database.run(
            "INSERT INTO change VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET operation = excluded.operation",
            account,
            type.rawValue, change, item, operation.rawValue)
        try touch(type, change: change, account: account)
    }

    /// Moves a type's state without a logged object.
    func touch(_ type: DataType, change: Int, account: Int) throws {
        try count(account) { $0.states[type.rawValue] = max($0.states[type.rawValue], change) }
        touched[account, default: []].insert(type)
    }

    /// Lets the running transaction's changes of a type go untold.
    func hush(_ type: DataType, of account: Int) {
        touched[account]?.remove(type)
    }

    /// The changes of a type after one number up to and with another, each object once, in the order in which they began.
    func changes(_ type: DataType, of account: Int, after: Int, through: Int) throws -> [(item: Int64, Operation)] {
        var order: [Int64] = []
        var operations: [Int64: Operation?] = [:]
        let rows = try database.query(
            "SELECT item, operation FROM change WHERE account = ? AND type = ? AND seq > ? AND seq <= ? ORDER BY seq, item",
            account, type.rawValue, after, through
        ) { ($0.int64(0), Operation(rawValue: $0.int(1)) ?? .updated) }
        for (item, operation) in rows {
            guard let earlier = operations[item] else {
                order.append(item)
                operations[item] = operation
                continue
            }
            switch (earlier, operation) {
            case (.created?, .destroyed): operations[item] = .some(nil)
            case (.created?, _), (nil, .updated), (nil, .counted), (.updated?, .counted): break
            case (.destroyed?, .created): operations[item] = .updated
            default: operations[item] = operation
            }
        }
        return order.compactMap { item in (operations[item] ?? nil).map { (item, $0) } }
    }

    /// Whether the log still holds every change after this one.
    func isLogged(after change: Int, of account: Int) throws -> Bool {
        try change >= counters(account).change - Limits.keptChanges
    }

    /// Forgets everything of an account; what it submitted and still waits goes on.
    func forget(_ account: Int) throws {
        let (first, last) = (account << 32, (account + 1) << 32)
        let hashes = try database.query("SELECT hash FROM email WHERE id >= ? AND id < ?", first, last) { $0.blob(0) }
        for table in ["mailbox", "membership", "keyword", "reference", "change", "identity", "submission", "upload"] {
            try database.run("DELETE FROM \(table) WHERE account = ?", account)
        }
        try database.run("DELETE FROM email_text WHERE rowid >= ? AND rowid < ?", first, last)
        try database.run("DELETE FROM email WHERE id >= ? AND id < ?", first, last)
        try database.run("DELETE FROM account WHERE id = ?", account)
        for hash in hashes { try dropBlob(hash: hash) }
        counters[account] = nil
        touched[account] = nil
        news[account] = nil
    }
}
