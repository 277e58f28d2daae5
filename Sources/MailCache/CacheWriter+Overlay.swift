import JMAP
import SQLite

/// Rows show what the open acts lead to, whatever the server says meanwhile.
///
/// Rule: a row is what the server said last, and then the open acts on it, in order. Why: what a person has just done must
/// not flicker back when an older page arrives. Practice: every write of the server's rows goes through here, in its own
/// transaction; what the server said is kept in `server_standing` for as long as acts are open. What if not: a refusal
/// could not be rolled back to what the server holds now.
extension CacheWriter {
    /// Adds a message that the server told, or brings the one with its id up to date.
    func write(_ email: EmailRecord, of account: Int64, bodies: [String: KeptBody]) throws {
        guard let edits = try edits(of: email.id, in: account) else {
            return try writeRow(email, of: account, bodies: bodies)
        }
        let told = Standing(mailboxIDs: email.mailboxIDs, keywords: email.keywords)
        let shown = try applied(edits, to: told, of: account)
        var row = email
        row.mailboxIDs = shown.mailboxIDs
        row.keywords = shown.keywords
        try writeRow(row, of: account, bodies: bodies)
        try keep(told, of: email.id, in: account)
    }

    /// Changes what the server told of a message; false where the cache does not have it.
    func write(_ patch: EmailChange, of account: Int64) throws -> Bool {
        guard let edits = try edits(of: patch.id, in: account) else { return try writeRow(patch, of: account) }
        let told = Standing(mailboxIDs: patch.mailboxIDs, keywords: patch.keywords)
        let shown = try applied(edits, to: told, of: account)
        var row = patch
        row.mailboxIDs = shown.mailboxIDs
        row.keywords = shown.keywords
        guard try writeRow(row, of: account) else { return false }
        try keep(told, of: patch.id, in: account)
        return true
    }

    /// Works a message's row out again: what the server said last, and the acts that are open on it now.
    func showAgain(_ id: EmailID, in account: Int64) throws {
        guard let (key, thread, shown) = try shown(id, in: account) else { return }
        let kept = try told(of: key)
        let edits = try edits(of: id, in: account)
        guard kept != nil || edits != nil else { return }
        var told = kept ?? shown
        let known = try mailboxes(of: account)
        // What was in a mailbox that is gone is not in it any longer.
        told.mailboxIDs.removeAll { known[$0] == nil }
        let standing = try edits.map { try applied($0, to: told, of: account) } ?? told
        _ = try writeRow(
            EmailChange(id: id, threadID: thread, mailboxIDs: standing.mailboxIDs, keywords: standing.keywords),
            of: account)
        if edits == nil {
            try connection.run("DELETE FROM server_standing WHERE message = ?", key.rawValue)
        } else {
            try keep(told, of: key)
        }
    }

    /// Works out every row that has, or had, open acts: after a start, and after another program has written.
    func showAllAgain() throws {
        // CROSS keeps SQLite from going through the messages first, which there are a million of.
        var messages = Set(
            try connection.query(
                "SELECT m.account, m.id FROM server_standing s CROSS JOIN message m ON m.key = s.message"
            ) { Place(account: $0.int64(0), id: EmailID($0.text(1))) })
        for (account, open) in journal?.open ?? [:] {
            guard let ref = try? accountRef(account) else { continue }
            for id in open.keys { messages.insert(Place(account: ref, id: id)) }
        }
        for message in messages {
            try showAgain(message.id, in: message.account)
            if let id = try accountID(of: message.account) { change.accounts.insert(id) }
        }
    }

    private struct Place: Hashable {
        var account: Int64
        var id: EmailID
    }

    /// What a message's row shows, with its key and thread; nil where the cache does not have it.
    func shown(_ id: EmailID, in account: Int64) throws -> (MessageKey, ThreadID, Standing)? {
        let names = Dictionary(
            try mailboxes(of: account).map { ($0.value.ref, $0.key) }, uniquingKeysWith: { first, _ in first })
        return try connection.first(
            """
            SELECT m.key, t.id, m.mailboxes, m.flags, m.keywords FROM message m JOIN thread t ON t.ref = m.thread
            WHERE m.account = ? AND m.id = ?
            """, account, id.rawValue
        ) { row in
            (
                MessageKey(rawValue: row.int64(0)), ThreadID(row.text(1)),
                Standing(
                    mailboxIDs: Packed.refs(row.text(2)).compactMap { names[$0] },
                    keywords: Self.keywords(of: MessageFlags(rawValue: row.int(3)), row.optionalText(4)))
            )
        }
    }

    func applied(_ edits: [MessageEdit], to told: Standing, of account: Int64) throws -> Standing {
        let known = try mailboxes(of: account)
        return edits.reduce(told) { standing, edit in edit.applied(to: standing) { known[$0] != nil } }
    }

    /// The open changes of a message, in order; nil where there are none.
    func edits(of id: EmailID, in account: Int64) throws -> [MessageEdit]? {
        guard let journal, !journal.open.isEmpty, let name = try accountID(of: account) else { return nil }
        return journal.open[name]?[id]?.map(\.edit)
    }

    private func told(of key: MessageKey) throws -> Standing? {
        try connection.first("SELECT mailboxes, keywords FROM server_standing WHERE message = ?", key.rawValue) { row in
            Standing(
                mailboxIDs: Self.parts(row.text(0)).map { MailboxID($0) }, keywords: Self.parts(row.text(1)))
        }
    }

    private func keep(_ told: Standing, of id: EmailID, in account: Int64) throws {
        let key = try connection.first(
            "SELECT key FROM message WHERE account = ? AND id = ?", account, id.rawValue
        ) { MessageKey(rawValue: $0.int64(0)) }
        if let key { try keep(told, of: key) }
    }

    private func keep(_ told: Standing, of key: MessageKey) throws {
        try connection.run(
            """
            INSERT INTO server_standing VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET mailboxes = excluded.mailboxes, keywords = excluded.keywords
            """, key.rawValue, told.mailboxIDs.map(\.rawValue).joined(separator: "\u{1F}"),
            told.keywords.joined(separator: "\u{1F}"))
    }

    private static func parts(_ text: String) -> [String] {
        text.utf8.split(separator: 0x1F).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Acts follow the messages of a batch that have other ids now: destroyed, and created with the same bytes.
    func followMerges(in batch: CacheBatch) throws {
        guard let journal, journal.isUsed else { return }
        for id in batch.emailsDestroyed {
            let name = MessageName(account: batch.account, emailID: id)
            guard let (blob, receivedAt) = try journal.bytes(of: name) else { continue }
            let successor = batch.emails.first {
                $0.blobID == blob && $0.receivedAt == receivedAt && $0.id != id
            }
            if let successor { try journal.retarget(name, to: successor.id) }
        }
    }
}
