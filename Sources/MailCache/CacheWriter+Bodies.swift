package import JMAP
import SQLite

extension CacheWriter {
    /// How many bytes of a body's text are kept for search at most.
    package static let searchedBytes = 65_536

    /// Messages of an account whose bodies are not here and not left on the server, newest first.
    ///
    /// Empty too where the store is full of newer bodies.
    ///
    /// - Parameter maximumSize: larger messages are passed over (they are fetched when they are opened).
    package func wantedBodies(
        of account: AccountID, limit: Int, maximumSize: Int = .max
    ) throws(CacheError) -> [WantedBody] {
        try CacheError.translating(path) {
            let oldest = try isBodyStoreFull() ? connection.first("SELECT min(rank) FROM body") { $0.int64(0) } ?? 0 : 0
            return try connection.query(
                """
                SELECT key, id, size FROM message INDEXED BY message_wanted
                WHERE account = ? AND stage = 0 AND key > ? AND size <= ? ORDER BY key DESC LIMIT ?
                """, try accountRef(account), MessageKey(startOf: oldest).rawValue, maximumSize, limit
            ) { row in
                WantedBody(
                    key: MessageKey(rawValue: row.int64(0)), account: account, emailID: EmailID(row.text(1)),
                    size: row.int(2))
            }
        }
    }

    /// The wanted body of one message, or nil where the message is not in the cache.
    package func wantedBody(of key: MessageKey) throws(CacheError) -> WantedBody? {
        try CacheError.translating(path) {
            try connection.first(
                "SELECT a.id, m.id, m.size FROM message m JOIN account a ON a.ref = m.account WHERE m.key = ?",
                key.rawValue
            ) { row in
                WantedBody(key: key, account: AccountID(row.text(0)), emailID: EmailID(row.text(1)), size: row.int(2))
            }
        }
    }

    /// Stores bodies, puts their texts into the full text, and takes the oldest out where the store grows over its bound.
    ///
    /// Bodies of messages that are gone meanwhile are passed over.
    ///
    /// - Parameters:
    ///   - bodies: what was fetched.
    ///   - opened: true where a person opened them: they stay longer than their date alone would let them.
    ///   - left: messages whose bodies the server would not give, or that are too large to keep.
    package func store(
        bodies: [BodyRecord], opened: Bool = false, left: [(account: AccountID, emailID: EmailID)] = []
    ) throws(CacheError) {
        try transaction {
            for body in bodies {
                let account = try accountRef(body.account)
                guard let (key, shard) = try find(body.emailID, of: account) else { continue }
                let text = Self.clipped(body.text)
                let content = try StoredBody.encode(body.content, text: text)
                try removeWords(of: key, shard)
                try connection.run("DELETE FROM body WHERE message = ?", key.rawValue)
                try connection.run(
                    "INSERT INTO body VALUES (?, ?, ?, ?, ?)", key.rawValue,
                    opened ? max(now(), key.receivedAt) : key.receivedAt, content.count + text.utf8.count, text, content
                )
                try connection.run(
                    "UPDATE message SET stage = ? WHERE key = ?", BodyStage.here.rawValue, key.rawValue)
                try addWords(of: key, shard)
                change.accounts.insert(body.account)
                change.noteUpdated(key)
            }
            for (account, id) in left {
                try connection.run(
                    "UPDATE message SET stage = ? WHERE account = ? AND id = ? AND stage = 0", BodyStage.left.rawValue,
                    try accountRef(account), id.rawValue)
            }
            try evict()
        }
    }

    /// How many bytes of bodies the cache holds.
    package func bodyBytes() throws(CacheError) -> Int64 {
        try CacheError.translating(path) { try storedBodyBytes() }
    }

    private func storedBodyBytes() throws -> Int64 {
        try connection.first("SELECT value FROM setting WHERE name = 'body-bytes'") { $0.int64(0) } ?? 0
    }

    private func isBodyStoreFull() throws -> Bool { try storedBodyBytes() >= bodyBound }

    private func find(_ id: EmailID, of account: Int64) throws -> (MessageKey, shard: Int64)? {
        try connection.first(
            "SELECT key, shard FROM message WHERE account = ? AND id = ?", account, id.rawValue
        ) { (MessageKey(rawValue: $0.int64(0)), $0.int64(1)) }
    }

    /// Takes out bodies, the least wanted first, until the store is within its bound.
    private func evict() throws {
        while try storedBodyBytes() > bodyBound {
            guard
                let key = try connection.first(
                    "SELECT message FROM body ORDER BY rank LIMIT 1", map: { MessageKey(rawValue: $0.int64(0)) })
            else { return }
            let shard = try connection.first("SELECT shard FROM message WHERE key = ?", key.rawValue) { $0.int64(0) }
            try removeWords(of: key, shard ?? 0)
            try connection.run("DELETE FROM body WHERE message = ?", key.rawValue)
            try connection.run("UPDATE message SET stage = ? WHERE key = ?", BodyStage.left.rawValue, key.rawValue)
            if let shard, shard > 0 { try addWords(of: key, shard) }
            change.noteUpdated(key)
        }
    }

    /// The text, cut at a character's end where it is longer than search looks.
    static func clipped(_ text: String) -> String {
        guard text.utf8.count > searchedBytes else { return text }
        // A slice of scalars rounds its end down to a scalar's beginning.
        return String(text.unicodeScalars[..<text.utf8.index(text.startIndex, offsetBy: searchedBytes)])
    }
}
