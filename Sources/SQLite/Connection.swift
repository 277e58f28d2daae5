internal import CSQLite

/// A connection to one database.
///
/// It belongs to one isolation (an actor, or a thread) and is closed when the last reference goes. Statements are kept
/// and used again by their SQL text, so the text should be constant and its values bound.
package final class Connection {
    /// Where the database lies.
    package enum Location: Sendable, Hashable {
        /// A file, by its path.
        case file(String)
        /// Memory: gone with the connection.
        case memory
    }

    /// What the connection may do.
    package enum Mode: Sendable, Hashable {
        case readOnly
        /// Reads and writes; the file is made where it is not there.
        case readWrite
    }

    private static let keptStatements = 256

    /// Runs once before the process's first connection; SQLite refuses it later, which changes nothing but speed.
    private static let configure: Void = { _ = csqlite_without_memory_statistics() }()

    private let pointer: OpaquePointer
    /// Prepared statements that nobody steps now, by their SQL. A statement in use is not in it, so the same SQL may be
    /// run inside its own rows.
    private var idle: [String: Statement] = [:]
    private var isInTransaction = false

    /// Stops this connection's running statements, from any thread.
    package let interruptHandle: InterruptHandle

    private init(pointer: OpaquePointer) {
        self.pointer = pointer
        self.interruptHandle = InterruptHandle(pointer)
    }

    deinit {
        interruptHandle.close()
        for statement in idle.values { statement.finalize() }
        sqlite3_close_v2(pointer)
    }

    /// Opens a database.
    ///
    /// - Parameters:
    ///   - location: a file or memory.
    ///   - mode: whether it may be written.
    ///   - busyTimeout: milliseconds to wait for another connection's lock.
    package static func open(
        _ location: Location, mode: Mode = .readWrite, busyTimeout: Int = 5_000
    ) throws(SQLiteError) -> Connection {
        let path: String
        switch location {
        case .file(let file): path = file
        case .memory: path = ":memory:"
        }
        Self.configure
        // One isolation uses the connection, so SQLite's own mutex would only cost time.
        var flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        flags |= mode == .readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, flags, nil)
        guard code == SQLITE_OK, let opened else {
            let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(code))
            sqlite3_close_v2(opened)
            throw SQLiteError(resultCode: code, message: message, sql: nil)
        }
        sqlite3_busy_timeout(opened, Int32(clamping: busyTimeout))
        return Connection(pointer: opened)
    }

    static func failure(_ connection: OpaquePointer, sql: String?) -> SQLiteError {
        SQLiteError(
            resultCode: sqlite3_extended_errcode(connection), message: String(cString: sqlite3_errmsg(connection)),
            sql: sql, systemError: sqlite3_system_errno(connection))
    }

    /// How many rows the last INSERT, UPDATE or DELETE changed.
    package var changes: Int { Int(sqlite3_changes64(pointer)) }

    /// The rowid of the last INSERT.
    package var lastInsertRowID: Int64 { sqlite3_last_insert_rowid(pointer) }

    /// Runs one or more statements that take no values and give no rows (a schema, a PRAGMA).
    package func execute(_ sql: String) throws(SQLiteError) {
        guard sqlite3_exec(pointer, sql, nil, nil, nil) == SQLITE_OK else { throw Self.failure(pointer, sql: sql) }
    }

    /// Runs one statement to its end and passes over its rows.
    package func run(_ sql: String, _ values: any SQLBindable...) throws(SQLiteError) {
        try run(sql, values)
    }

    /// Runs one statement with the values of a list.
    package func run(_ sql: String, _ values: [any SQLBindable]) throws(SQLiteError) {
        let statement = try borrow(sql)
        defer { giveBack(statement) }
        try statement.bind(values)
        while try statement.step() {}
    }

    /// Runs one query and gives what the closure makes of each row, in order.
    package func query<T>(
        _ sql: String, _ values: any SQLBindable..., map: (borrowing Row) throws -> T
    ) throws -> [T] {
        try query(sql, values, map: map)
    }

    /// Runs one query with the values of a list.
    package func query<T>(
        _ sql: String, _ values: [any SQLBindable], map: (borrowing Row) throws -> T
    ) throws -> [T] {
        var result: [T] = []
        try forEach(sql, values) { row in
            result.append(try map(row))
            return true
        }
        return result
    }

    /// Gives what the closure makes of the first row, or nil where there is none.
    package func first<T>(_ sql: String, _ values: any SQLBindable..., map: (borrowing Row) throws -> T) throws -> T? {
        var result: T?
        try forEach(sql, values) { row in
            result = try map(row)
            return false
        }
        return result
    }

    /// Hands each row to the closure until it answers false or the rows end.
    package func forEach(
        _ sql: String, _ values: [any SQLBindable], _ body: (borrowing Row) throws -> Bool
    ) throws {
        let statement = try borrow(sql)
        defer { giveBack(statement) }
        try statement.bind(values)
        while try statement.step() {
            if try !body(statement.row()) { break }
        }
    }

    /// Runs the closure in one transaction: committed when it returns, rolled back when it throws.
    ///
    /// Inside another transaction of this connection it is part of that one.
    package func transaction<T>(_ body: () throws -> T) throws -> T {
        guard !isInTransaction else { return try body() }
        try execute("BEGIN IMMEDIATE")
        isInTransaction = true
        defer { isInTransaction = false }
        do {
            let result = try body()
            try execute("COMMIT")
            return result
        } catch {
            // A full disk or an interrupt may have rolled back already; then there is nothing left to undo. What went
            // wrong is the first error, whatever the disk says to this.
            if sqlite3_get_autocommit(pointer) == 0 { sqlite3_exec(pointer, "ROLLBACK", nil, nil, nil) }
            throw error
        }
    }

    /// Begins a transaction that `endTransaction` ends: for one that must outlast that of another file.
    package func beginTransaction() throws(SQLiteError) {
        try execute("BEGIN IMMEDIATE")
        isInTransaction = true
    }

    /// Ends the transaction that `beginTransaction` began. One that cannot be committed is rolled back.
    package func endTransaction(commit: Bool) throws(SQLiteError) {
        isInTransaction = false
        defer {
            // What went wrong is the error of the commit, whatever the disk says to this.
            if sqlite3_get_autocommit(pointer) == 0 { sqlite3_exec(pointer, "ROLLBACK", nil, nil, nil) }
        }
        if commit { try execute("COMMIT") }
    }

    /// Runs the closure on one snapshot: what other connections write meanwhile is not seen.
    package func snapshot<T>(_ body: () throws -> T) throws -> T {
        guard !isInTransaction else { return try body() }
        try execute("BEGIN")
        isInTransaction = true
        defer {
            isInTransaction = false
            // Nothing was written, so there is nothing that an error here could lose.
            sqlite3_exec(pointer, "COMMIT", nil, nil, nil)
        }
        return try body()
    }

    /// Hands out SQLite's own pointer to extensions of this target.
    func withPointer<T>(_ body: (OpaquePointer) throws(SQLiteError) -> T) throws(SQLiteError) -> T {
        try body(pointer)
    }

    private func borrow(_ sql: String) throws(SQLiteError) -> Statement {
        if let statement = idle.removeValue(forKey: sql) { return statement }
        return try Statement(sql, on: pointer)
    }

    private func giveBack(_ statement: Statement) {
        statement.reset()
        if idle.count >= Self.keptStatements || idle[statement.sql] != nil {
            statement.finalize()
        } else {
            idle[statement.sql] = statement
        }
    }
}
