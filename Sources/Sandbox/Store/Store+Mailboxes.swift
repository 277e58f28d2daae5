import SQLite

/// A mailbox as it is kept.
struct StoredMailbox: Equatable {
    let id: Int
    var name: String
    var parent: Int?
    var role: String?
    var sortOrder: Int
    var isSubscribed: Bool
}

/// What a mailbox holds.
struct MailboxCounts {
    var emails = 0
    var unreadEmails = 0
    var threads = 0
    var unreadThreads = 0
}

extension Store {
    /// The mailboxes of a new account; their ids are always the same.
    private static let defaults = [
        StoredMailbox(id: 0, name: "Inbox", role: "inbox", sortOrder: 0, isSubscribed: true),
        StoredMailbox(id: 1, name: "Deleted Items", role: "trash", sortOrder: 0, isSubscribed: true),
        StoredMailbox(id: 2, name: "Junk Mail", role: "junk", sortOrder: 0, isSubscribed: true),
        StoredMailbox(id: 3, name: "Drafts", role: "drafts", sortOrder: 0, isSubscribed: true),
        StoredMailbox(id: 4, name: "Sent Items", role: "sent", sortOrder: 0, isSubscribed: true),
    ]
    /// Mailbox numbers up to this one are never given to new mailboxes.
    private static let reserved = 6

    /// The account's mailboxes, made on the first call.
    func mailboxes(_ account: Int) throws -> [StoredMailbox] {
        if try counters(account).mailbox == 0 {
            try transaction {
                let change = try nextChange(account)
                try count(account) { $0.mailbox = Self.reserved }
                for mailbox in Self.defaults { try put(mailbox, account: account, .created, change: change) }
                // As on the real server streams are not told of the mailboxes that every account has.
                hush(.mailbox, of: account)
            }
        }
        return try database.query(
            "SELECT id, name, parent, role, sort_order, is_subscribed FROM mailbox WHERE account = ? ORDER BY id",
            account
        ) { row in
            StoredMailbox(
                id: row.int(0), name: row.text(1), parent: row.optionalInt(2), role: row.optionalText(3),
                sortOrder: row.int(4), isSubscribed: row.bool(5))
        }
    }

    /// The number for a new mailbox.
    func nextMailbox(_ account: Int) throws -> Int {
        try count(account) { counters in
            counters.mailbox += 1
            return counters.mailbox
        }
    }

    /// Keeps a mailbox, new or changed.
    func put(_ mailbox: StoredMailbox, account: Int, _ operation: Operation, change: Int) throws {
        try database.run(
            """
            INSERT INTO mailbox VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET name = excluded.name,
                parent = excluded.parent, role = excluded.role, sort_order = excluded.sort_order,
                is_subscribed = excluded.is_subscribed
            """, account, mailbox.id, mailbox.name, mailbox.parent, mailbox.role, mailbox.sortOrder,
            mailbox.isSubscribed)
        try log(.mailbox, Int64(mailbox.id), operation, change: change, account: account)
    }

    /// Takes a mailbox away that holds nothing.
    func remove(mailbox id: Int, account: Int, change: Int) throws {
        try database.run("DELETE FROM mailbox WHERE account = ? AND id = ?", account, id)
        try log(.mailbox, Int64(id), .destroyed, change: change, account: account)
    }

    /// What each mailbox that is not empty holds.
    func mailboxCounts(_ account: Int) throws -> [Int: MailboxCounts] {
        let rows = try database.query(
            """
            SELECT mailbox, count(*), sum(is_unseen), count(DISTINCT thread),
                count(DISTINCT CASE WHEN is_unseen THEN thread END)
            FROM membership WHERE account = ? GROUP BY mailbox
            """, account
        ) { row in
            (
                row.int(0),
                MailboxCounts(
                    emails: row.int(1), unreadEmails: row.int(2), threads: row.int(3), unreadThreads: row.int(4))
            )
        }
        return Dictionary(rows, uniquingKeysWith: { $1 })
    }

    /// The numbers of the emails in a mailbox.
    func emails(inMailbox id: Int, account: Int) throws -> [Int] {
        try database.query("SELECT email FROM membership WHERE account = ? AND mailbox = ?", account, id) { $0.int(0) }
    }
}
