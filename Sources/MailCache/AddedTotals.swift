import SQLite

/// What the messages that a batch adds make of the totals, until it is written once for all of them.
///
/// Rule: whoever inserts into `message` or `filing` counts here, and calls `CacheWriter.writeTotals` before anything in
/// the same transaction reads or changes a total. Why: a trigger costs three times what the row does. Practice: only
/// `CacheWriter+Messages` inserts. What if not: the totals differ from the rows, which a comparison with the server shows.
struct AddedTotals {
    /// How many messages were added, and what of them counts elsewhere.
    struct Count {
        var total: Int64 = 0
        var unread: Int64 = 0
        var held: Int64 = 0

        mutating func add(_ flags: MessageFlags, _ number: Int64 = 1) {
            total += number
            if flags.contains(.unread) { unread += number }
            if flags.contains(.held) { held += number }
        }
    }

    /// An hour of an account.
    struct Hour: Hashable {
        var account: Int64
        var hour: Int64
    }

    /// By local numbers.
    var accounts: [Int64: Count] = [:]
    var mailboxes: [Int64: Count] = [:]
    var threads: [Int64: Count] = [:]
    var traffic: [Hour: Int64] = [:]
    /// Threads that may have been made for nothing.
    var emptied: Set<Int64> = []

    var isEmpty: Bool { accounts.isEmpty && mailboxes.isEmpty && threads.isEmpty && emptied.isEmpty }
}

extension CacheWriter {
    /// Writes what was counted since the last time.
    func writeTotals() throws {
        guard !added.isEmpty else { return }
        let added = added
        self.added = AddedTotals()
        for (account, count) in added.accounts {
            try connection.run(
                "UPDATE account SET total = total + ?, unread = unread + ?, held = held + ? WHERE ref = ?", count.total,
                count.unread, count.held, account)
        }
        for (mailbox, count) in added.mailboxes {
            try connection.run(
                "UPDATE mailbox SET total = total + ?, unread = unread + ? WHERE ref = ?", count.total, count.unread,
                mailbox)
        }
        for (thread, count) in added.threads {
            try connection.run(
                "UPDATE thread SET total = total + ?, unread = unread + ? WHERE ref = ?", count.total, count.unread,
                thread)
        }
        for (hour, total) in added.traffic {
            try connection.run(
                "INSERT INTO traffic VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET total = total + excluded.total",
                hour.account, hour.hour, total)
        }
        for thread in added.emptied {
            try connection.run("DELETE FROM thread WHERE ref = ? AND total = 0", thread)
            if connection.changes > 0 { bulk.threads = [:] }
        }
    }
}
