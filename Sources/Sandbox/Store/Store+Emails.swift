import SQLite
import Sodium

/// What a new email is made of.
struct NewEmail {
    let raw: [UInt8]
    let metadata: EmailMetadata
    let mailboxes: Set<Int>
    let keywords: Set<String>
    /// When it came in, in seconds since 1970.
    let received: Int
    /// Whether it came as mail, and not from a client.
    var isDelivery = false
}

/// What a client is told of a new email.
struct CreatedEmail {
    let key: EmailKey
    let blobID: String
    let size: Int

    /// The answer's object.
    var json: JSONValue {
        [
            "id": .string(key.id), "threadId": .string(Base32.id(key.thread)), "blobId": .string(blobID),
            "size": .count(size),
        ]
    }
}

/// What can change of an email, and what is needed to change it.
struct StoredEmail {
    let key: EmailKey
    let hash: [UInt8]
    let size: Int
    var mailboxes: Set<Int>
    var keywords: Set<String>
}

extension Store {
    private static func set(_ ids: Set<Int>) -> String {
        JSONValue.object(JSONObject(ids.sorted().map { (Base32.id($0), .bool(true)) })).text
    }

    private static func set(_ names: Set<String>) -> String {
        JSONValue.object(JSONObject(names.sorted().map { ($0, .bool(true)) })).text
    }

    // MARK: New emails

    /// Keeps a new email, finds its thread and logs what changed, under a number of its own where none is given.
    func add(_ email: NewEmail, account: Int, change given: Int? = nil) throws -> CreatedEmail {
        let change = try given ?? nextChange(account)
        let number = try count(account) { counters in
            counters.email += 1
            counters.used += email.raw.count
            return counters.email
        }
        let metadata = email.metadata
        let threads = try self.threads(of: metadata, account: account)
        let key = EmailKey(thread: threads.first ?? number, number: number)
        let hash = Sodium.sha256(email.raw)
        let blobID = BlobID.email(hash: hash, account: account, email: number).text
        try keep(email.raw, hash: hash)
        let keywords = try known(email.keywords, account: account)
        try insert(email, key: key, hash: hash, blobID: blobID, keywords: keywords, account: account)
        try log(.email, key.packed, .created, change: change, account: account)
        let operation: Operation = threads.isEmpty ? .created : .updated
        try log(.thread, Int64(key.thread), operation, change: change, account: account)
        for mailbox in email.mailboxes { try log(.mailbox, Int64(mailbox), .counted, change: change, account: account) }
        if email.isDelivery { try touch(.emailDelivery, change: change, account: account) }
        if threads.count > 1 { try join(threads.dropFirst(), into: key.thread, account: account) }
        return CreatedEmail(key: key, blobID: blobID, size: email.raw.count)
    }

    private func insert(
        _ email: NewEmail, key: EmailKey, hash: [UInt8], blobID: String, keywords: Set<String>, account: Int
    ) throws {
        let metadata = email.metadata
        let row = account << 32 | key.number
        try database.run(
            "INSERT INTO email VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row,
            key.thread, hash, blobID, email.raw.count, email.received, metadata.sent ?? email.received,
            metadata.threadSubject, metadata.sortKey("from"), metadata.sortKey("to"), Self.set(email.mailboxes),
            Self.set(keywords), metadata.summary["hasAttachment"]?.bool ?? false, metadata.json("messageId"),
            metadata.json("inReplyTo"), metadata.json("references"), metadata.json("sender"), metadata.json("from"),
            metadata.json("to"), metadata.json("cc"), metadata.json("bcc"), metadata.json("replyTo"),
            metadata.json("subject"), metadata.json("sentAt"), metadata.json("preview"))
        try database.run(
            "INSERT INTO email_text (rowid, \"from\", \"to\", cc, bcc, subject, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
            row,
            metadata.words("from"), metadata.words("to"), metadata.words("cc"), metadata.words("bcc"),
            metadata.summary["subject"]?.string ?? "", metadata.text)
        for mailbox in email.mailboxes {
            try database.run(
                "INSERT INTO membership VALUES (?, ?, ?, ?, ?)", account, mailbox, key.number, key.thread,
                !keywords.contains("$seen"))
        }
        for name in keywords { try database.run("INSERT INTO keyword VALUES (?, ?, ?)", account, name, key.number) }
        let own = Set(metadata.messageIDs)
        for id in metadata.threadIDs {
            try database.run(
                "INSERT INTO reference VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", account, id, key.number,
                own.contains(id))
        }
    }

    // MARK: Threads

    /// The threads to which a message belongs: those of emails that share an id with it and have the same base subject.
    private func threads(of metadata: EmailMetadata, account: Int) throws -> [Int] {
        let subject = metadata.threadSubject
        var result: Set<Int> = []
        for id in metadata.threadIDs {
            let found = try database.query(
                """
                SELECT DISTINCT e.thread FROM reference r JOIN email e ON e.id = ?1 << 32 | r.email
                WHERE r.account = ?1 AND r.message_id = ?2 AND e.base_subject = ?3
                """, account, id, subject
            ) { $0.int(0) }
            result.formUnion(found)
        }
        return result.sorted()
    }

    /// Moves the emails of other threads into one: their ids change.
    private func join(_ threads: some Sequence<Int>, into target: Int, account: Int) throws {
        let change = try nextChange(account)
        for thread in threads {
            for number in try emails(inThread: thread, account: account) {
                let (old, new) = (EmailKey(thread: thread, number: number), EmailKey(thread: target, number: number))
                try database.run("UPDATE email SET thread = ? WHERE id = ?", target, account << 32 | number)
                try log(.email, old.packed, .destroyed, change: change, account: account)
                try log(.email, new.packed, .created, change: change, account: account)
            }
            try database.run(
                "UPDATE membership SET thread = ? WHERE account = ? AND thread = ?", target, account, thread)
            try log(.thread, Int64(thread), .destroyed, change: change, account: account)
        }
        try log(.thread, Int64(target), .updated, change: change, account: account)
    }

    /// The numbers of a thread's emails, the oldest first.
    func emails(inThread thread: Int, account: Int) throws -> [Int] {
        try database.query(
            """
            SELECT DISTINCT m.email FROM membership m JOIN email e ON e.id = m.account << 32 | m.email
            WHERE m.account = ? AND m.thread = ? ORDER BY e.received, m.email
            """, account, thread
        ) { $0.int(0) }
    }

    // MARK: Changes

    /// An email as far as it can change.
    func email(_ number: Int, account: Int) throws -> StoredEmail? {
        try database.first(
            "SELECT thread, hash, size, mailboxes, keywords FROM email WHERE id = ?", account << 32 | number
        ) { row in
            let mailboxes = (try? JSONValue(parsing: row.text(3)))?.object?.trueKeys ?? []
            return StoredEmail(
                key: EmailKey(thread: row.int(0), number: number), hash: row.blob(1), size: row.int(2),
                mailboxes: Set(mailboxes.compactMap { Base32.number($0).map { Int($0) } }),
                keywords: Set((try? JSONValue(parsing: row.text(4)))?.object?.trueKeys ?? []))
        }
    }

    /// Gives an email other mailboxes and keywords.
    func change(_ email: StoredEmail, mailboxes: Set<Int>, keywords: Set<String>, change: Int, account: Int) throws {
        let number = email.key.number
        try database.run(
            "UPDATE email SET mailboxes = ?, keywords = ? WHERE id = ?", Self.set(mailboxes), Self.set(keywords),
            account << 32 | number)
        for name in email.keywords.subtracting(keywords) {
            try database.run("DELETE FROM keyword WHERE account = ? AND name = ? AND email = ?", account, name, number)
        }
        for name in keywords.subtracting(email.keywords) {
            try database.run("INSERT INTO keyword VALUES (?, ?, ?)", account, name, number)
        }
        for mailbox in email.mailboxes.subtracting(mailboxes) {
            try database.run(
                "DELETE FROM membership WHERE account = ? AND mailbox = ? AND email = ?", account, mailbox, number)
        }
        let isUnseen = !keywords.contains("$seen")
        for mailbox in mailboxes.subtracting(email.mailboxes) {
            try database.run(
                "INSERT INTO membership VALUES (?, ?, ?, ?, ?)", account, mailbox, number, email.key.thread, isUnseen)
        }
        var counted = email.mailboxes.symmetricDifference(mailboxes)
        if isUnseen == email.keywords.contains("$seen") {
            for mailbox in mailboxes.intersection(email.mailboxes) {
                try database.run(
                    "UPDATE membership SET is_unseen = ? WHERE account = ? AND mailbox = ? AND email = ?", isUnseen,
                    account,
                    mailbox, number)
            }
            counted.formUnion(mailboxes)
        }
        try log(.email, email.key.packed, .updated, change: change, account: account)
        for mailbox in counted { try log(.mailbox, Int64(mailbox), .counted, change: change, account: account) }
    }

    /// Takes an email away.
    func remove(_ email: StoredEmail, change: Int, account: Int) throws {
        let (number, row) = (email.key.number, account << 32 | email.key.number)
        for table in ["keyword", "reference"] {
            try database.run("DELETE FROM \(table) WHERE account = ? AND email = ?", account, number)
        }
        for mailbox in email.mailboxes {
            try database.run(
                "DELETE FROM membership WHERE account = ? AND mailbox = ? AND email = ?", account, mailbox, number)
            try log(.mailbox, Int64(mailbox), .counted, change: change, account: account)
        }
        try database.run("DELETE FROM email_text WHERE rowid = ?", row)
        try database.run("DELETE FROM email WHERE id = ?", row)
        try dropBlob(hash: email.hash)
        try count(account) { $0.used = max(0, $0.used - email.size) }
        try log(.email, email.key.packed, .destroyed, change: change, account: account)
        let isLast =
            try database.first(
                "SELECT 1 FROM membership WHERE account = ? AND thread = ? LIMIT 1", account, email.key.thread
            ) { _ in false } ?? true
        try log(.thread, Int64(email.key.thread), isLast ? .destroyed : .updated, change: change, account: account)
    }
}
