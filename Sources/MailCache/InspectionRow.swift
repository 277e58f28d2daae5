import SQLite

/// What the inspection of one message gave. The cache keeps it and does not read it.
package struct InspectionRow: Sendable, Hashable {
    /// Which rules it went by; others would have to look again.
    package var rules: String
    /// `deliver`, `mark` or `quarantine`.
    package var verdict: String
    /// From 0, nothing, to 1.
    package var score: Double
    /// The rest as JSON; holds text of strangers.
    package var detail: String

    /// Makes a row.
    package init(rules: String, verdict: String, score: Double, detail: String) {
        self.rules = rules
        self.verdict = verdict
        self.score = score
        self.detail = detail
    }
}

extension CacheReader {
    /// What the inspection of a message gave; nil where nobody has inspected it.
    package func inspection(of key: MessageKey) throws(CacheError) -> InspectionRow? {
        try reading {
            try connection.first(
                "SELECT rules, verdict, score, detail FROM inspection WHERE message = ?", key.rawValue
            ) { row in
                InspectionRow(rules: row.text(0), verdict: row.text(1), score: row.double(2), detail: row.text(3))
            }
        }
    }
}

extension CacheWriter {
    /// Keeps what the inspection of a message gave, in the place of what was kept before; nothing for a message that is gone.
    package func store(_ inspection: InspectionRow, of key: MessageKey) throws(CacheError) {
        try transaction {
            try connection.run(
                """
                INSERT OR REPLACE INTO inspection (message, rules, verdict, score, detail)
                SELECT key, ?, ?, ?, ? FROM message WHERE key = ?
                """, inspection.rules, inspection.verdict, inspection.score, inspection.detail, key.rawValue)
            if connection.changes > 0 { change.noteUpdated(key) }
        }
    }
}
