import SQLite

/// The statements that a first fill runs for every message, prepared when they are first needed.
struct BulkStatements {
    /// A thread of an account.
    struct Thread: Hashable {
        var account: Int64
        var id: String
    }

    /// Local numbers of threads that were met lately; emptied whenever one may have gone.
    var threads: [Thread: Int64] = [:]
    private static let keptThreads = 20_000

    /// The mailboxes of the message before, mostly the same ones.
    private var lastRefs: (refs: [Int64], text: String) = ([], "")

    private var message: PreparedStatement?
    private var filing: PreparedStatement?
    private var thread: PreparedStatement?
    private var threadSearch: PreparedStatement?
    private var messageSearch: PreparedStatement?

    mutating func note(_ ref: Int64, for thread: Thread) {
        if threads.count >= Self.keptThreads { threads = [:] }
        threads[thread] = ref
    }

    /// The mailboxes of a message as its row holds them.
    mutating func packed(_ refs: [Int64]) -> String {
        if refs != lastRefs.refs { lastRefs = (refs, Packed.pack(refs: refs)) }
        return lastRefs.text
    }

    // No conflict is an error here: `changes` says whether the row was taken. (OR IGNORE would reach into triggers.)

    mutating func insertMessage(_ connection: Connection) throws -> PreparedStatement {
        try kept(
            &message, connection,
            """
            INSERT INTO message (key, account, thread, flags, size, stage, id, blob, mailboxes, sender_name,
              sender_address, subject, recipients, keywords, preview)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """)
    }

    mutating func insertFiling(_ connection: Connection) throws -> PreparedStatement {
        try kept(&filing, connection, "INSERT INTO filing VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
    }

    mutating func insertThread(_ connection: Connection) throws -> PreparedStatement {
        try kept(
            &thread, connection,
            "INSERT INTO thread (account, id, total, unread) VALUES (?, ?, 1, ?) ON CONFLICT DO NOTHING")
    }

    mutating func findMessage(_ connection: Connection) throws -> PreparedStatement {
        try kept(&messageSearch, connection, "SELECT 1 FROM message WHERE account = ? AND id = ?")
    }

    mutating func findThread(_ connection: Connection) throws -> PreparedStatement {
        try kept(&threadSearch, connection, "SELECT ref FROM thread WHERE account = ? AND id = ?")
    }

    private func kept(
        _ statement: inout PreparedStatement?, _ connection: Connection, _ sql: String
    ) throws -> PreparedStatement {
        if let statement { return statement }
        let made = try connection.prepare(sql)
        statement = made
        return made
    }
}
