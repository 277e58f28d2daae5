import SQLite

extension CacheWriter {
    /// Puts messages that the full text does not have yet into it, newest first; gives how many.
    package func index(limit: Int) throws(CacheError) -> Int {
        try transaction {
            let keys = try connection.query(
                "SELECT key FROM message INDEXED BY message_unindexed WHERE shard = 0 ORDER BY key DESC LIMIT ?", limit
            ) { MessageKey(rawValue: $0.int64(0)) }
            for key in keys { try addWords(of: key, 0) }
            return keys.count
        }
    }

    /// Joins what a part of the full text that takes no more messages was written in, a little at a time; false where
    /// nothing is left to be joined.
    ///
    /// A part is written as some ten segments, and a word is looked up in each of them: a rare word in a cache of many
    /// parts comes several times as quickly from joined ones.
    package func joinSegments() throws(CacheError) -> Bool {
        try transaction {
            let closed = try connection.query(
                "SELECT number FROM shard WHERE number < (SELECT max(number) FROM shard) ORDER BY number"
            ) { $0.int64(0) }
            guard let number = closed.first(where: { !joinedShards.contains($0) }) else { return false }
            let before = try connection.first("SELECT total_changes()") { $0.int64(0) } ?? 0
            let table = Shard.table(number)
            // Negative: all segments, however few; the next call goes on with it.
            try connection.run("INSERT INTO \(table) (\(table), rank) VALUES ('merge', -128)")
            let after = try connection.first("SELECT total_changes()") { $0.int64(0) } ?? 0
            // The statement itself counts as one change.
            if after - before < 2 { joinedShards.insert(number) }
            return true
        }
    }

    /// Writes the log back into the file, as far as no reader holds it: the next start then has nothing to recover.
    package func tidy() throws(CacheError) {
        try CacheError.translating(path) { try connection.run("PRAGMA wal_checkpoint(PASSIVE)") }
    }

    /// Puts a message's words into the full text: into its part, or into the one that is open where it has none yet.
    func addWords(of key: MessageKey, _ known: Int64) throws {
        var shard = known
        if shard == 0 {
            shard = try openShard()
            try connection.run("UPDATE message SET shard = ? WHERE key = ?", shard, key.rawValue)
            try connection.run(
                """
                UPDATE shard SET total = total + 1, lowest = min(lowest, ?1), highest = max(highest, ?1)
                WHERE number = ?2
                """, key.rawValue, shard)
        }
        let table = Shard.table(shard)
        try connection.run(
            """
            INSERT INTO \(table) (rowid, owner, sender, recipients, subject, text)
            SELECT key, owner, sender, recipients, subject, text FROM \(table)_source WHERE key = ?
            """, key.rawValue)
    }

    /// Takes a message's words out of its part; must come before any change of what they were made of.
    func removeWords(of key: MessageKey, _ shard: Int64) throws {
        if shard > 0 { try connection.run("DELETE FROM \(Shard.table(shard)) WHERE rowid = ?", key.rawValue) }
    }

    /// The part that takes new messages; a full one is closed and another made.
    private func openShard() throws -> Int64 {
        let newest = try connection.first("SELECT number, total FROM shard ORDER BY number DESC LIMIT 1") {
            (number: $0.int64(0), total: $0.int(1))
        }
        if let newest, newest.total < shardSize { return newest.number }
        let number = (newest?.number ?? 0) + 1
        let table = Shard.table(number)
        // The view is what FTS5 reads old values from when a row is taken out, so nothing is stored twice. The first
        // column holds the word that stands for the account; U+E000 is 57344.
        try connection.execute(
            """
            CREATE VIEW \(table)_source AS SELECT m.key AS key, char(57344) || m.account AS owner,
              coalesce(m.sender_name, '') || ' ' || coalesce(m.sender_address, '') AS sender, m.recipients AS recipients,
              m.subject AS subject, coalesce(b.text, m.preview) AS text
              FROM message m LEFT JOIN body b ON b.message = m.key WHERE m.shard = \(number);
            CREATE VIRTUAL TABLE \(table) USING fts5 (owner, sender, recipients, subject, text,
              content = '\(table)_source', content_rowid = 'key', columnsize = 0, prefix = '2 3', tokenize = 'words');
            INSERT INTO shard VALUES (\(number), 0, \(Int64.max), 0);
            """)
        return number
    }
}
