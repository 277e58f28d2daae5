import JMAP
import SQLite

/// A body that outlives its message: a message that moves to another id keeps its blob.
struct KeptBody {
    var text: String
    var content: [UInt8]
    var rank: Int64
}

extension CacheWriter {
    /// Removes messages; gives the bodies of those whose bytes one of `emails` has under another id.
    func destroy(
        _ ids: [EmailID], of account: Int64, replacedBy emails: [EmailRecord]
    ) throws -> [String: KeptBody] {
        var kept: [String: KeptBody] = [:]
        guard !ids.isEmpty else { return kept }
        let blobs = Set(emails.map(\.blobID.rawValue))
        for id in ids {
            guard
                let (key, blob) = try connection.first(
                    "SELECT key, blob FROM message WHERE account = ? AND id = ?", account, id.rawValue,
                    map: { (MessageKey(rawValue: $0.int64(0)), $0.text(1)) })
            else { continue }
            if blobs.contains(blob) {
                kept[blob] = try connection.first(
                    "SELECT text, content, rank FROM body WHERE message = ?", key.rawValue
                ) { KeptBody(text: $0.text(0), content: $0.blob(1), rank: $0.int64(2)) }
            }
            try removeMessage(key)
        }
        return kept
    }

    /// Removes one message with everything of it.
    func removeMessage(_ key: MessageKey) throws {
        guard
            let old = try connection.first(
                "SELECT mailboxes, shard, account FROM message WHERE key = ?", key.rawValue,
                map: { (Packed.refs($0.text(0)), $0.int64(1), $0.int64(2)) })
        else { return }
        // The full text reads the old values from the tables, so it goes first.
        if old.1 > 0 { try connection.run("DELETE FROM \(Shard.table(old.1)) WHERE rowid = ?", key.rawValue) }
        for mailbox in old.0 {
            try connection.run("DELETE FROM filing WHERE mailbox = ? AND message = ?", mailbox, key.rawValue)
        }
        if key.receivedAt >= now() - 8 * 86_400 {
            try connection.run(
                "UPDATE traffic SET total = total - 1 WHERE account = ? AND hour = ? AND total > 0", old.2,
                key.receivedAt / 3_600)
        }
        try connection.run("DELETE FROM message WHERE key = ?", key.rawValue)
        // Its thread may have gone with it.
        bulk.threads = [:]
        change.noteRemoved(key)
    }

    /// Adds a message's row, or brings the one with its id up to date.
    func writeRow(_ email: EmailRecord, of account: Int64, bodies: [String: KeptBody]) throws {
        var marks: MailboxMarks = []
        let refs = try self.refs(of: email.mailboxIDs, in: account, &marks)
        var flags = Self.flags(of: email.keywords).union(marks.flags)
        if email.hasAttachment { flags.insert(.attachment) }
        let thread = try threadRef(email.threadID, of: account, adding: flags)
        let body = bodies.isEmpty ? nil : bodies[email.blobID.rawValue]
        var key = MessageKey(receivedAt: email.receivedAt, account: account, emailID: email.id.rawValue)
        let sender = email.from.first
        let insert = try bulk.insertMessage(connection)
        insert.bind(account, at: 2)
        insert.bind(thread, at: 3)
        insert.bind(Int64(flags.rawValue), at: 4)
        insert.bind(Int64(email.size), at: 5)
        insert.bind(Int64((body == nil ? BodyStage.wanted : .here).rawValue), at: 6)
        insert.bind(email.id.rawValue, at: 7)
        insert.bind(email.blobID.rawValue, at: 8)
        insert.bind(bulk.packed(refs), at: 9)
        insert.bind(sender?.name, at: 10)
        insert.bind(sender?.address, at: 11)
        insert.bind(email.subject, at: 12)
        insert.bind(Packed.pack(email.to), at: 13)
        insert.bind(Packed.pack(keywords: Self.others(in: email.keywords)), at: 14)
        insert.bind(email.preview, at: 15)
        insert.bind(key.rawValue, at: 1)
        try insert.run()
        if connection.changes == 0 {
            // Mostly the message is there already; else another one has the key. It was counted to its thread too early.
            added.threads[thread, default: AddedTotals.Count()].add(flags, -1)
            added.emptied.insert(thread)
            try writeTotals()
            let patch = EmailChange(
                id: email.id, threadID: email.threadID, mailboxIDs: email.mailboxIDs, keywords: email.keywords)
            if try writeRow(patch, of: account) { return }
            key = try freeKey(key)
            insert.bind(key.rawValue, at: 1)
            insert.bind(try threadRef(email.threadID, of: account, adding: flags), at: 3)
            try insert.run()
        }
        added.accounts[account, default: AddedTotals.Count()].add(flags)
        if key.receivedAt >= trafficFloor {
            added.traffic[AddedTotals.Hour(account: account, hour: key.receivedAt / 3_600), default: 0] += 1
        }
        let file = try bulk.insertFiling(connection)
        for ref in refs {
            file.bind(ref, at: 1)
            file.bind(key.rawValue, at: 2)
            file.bind(Int64(flags.rawValue), at: 3)
            try file.run()
            added.mailboxes[ref, default: AddedTotals.Count()].add(flags)
        }
        if let body {
            try connection.run(
                "INSERT INTO body VALUES (?, ?, ?, ?, ?)", key.rawValue, body.rank,
                body.content.count + body.text.utf8.count, body.text, body.content)
        }
        change.noteAdded(key)
    }

    /// Changes what may change of a message's row; false where the cache does not have it.
    func writeRow(_ patch: EmailChange, of account: Int64) throws -> Bool {
        guard
            let (key, oldFlags, oldRefs, oldKeywords, oldThread) = try connection.first(
                """
                SELECT m.key, m.flags, m.mailboxes, m.keywords, t.id FROM message m JOIN thread t ON t.ref = m.thread
                WHERE m.account = ? AND m.id = ?
                """, account, patch.id.rawValue,
                map: { row in
                    (
                        MessageKey(rawValue: row.int64(0)), MessageFlags(rawValue: row.int(1)),
                        Packed.refs(row.text(2)), row.optionalText(3), row.text(4)
                    )
                })
        else { return false }
        var marks: MailboxMarks = []
        let refs = try self.refs(of: patch.mailboxIDs, in: account, &marks)
        let flags = Self.flags(of: patch.keywords).union(oldFlags.intersection(.attachment))
        try update(key, from: (oldFlags, oldRefs), to: (flags, refs), of: account)
        let keywords = Packed.pack(keywords: Self.others(in: patch.keywords))
        if keywords != oldKeywords {
            try connection.run("UPDATE message SET keywords = ? WHERE key = ?", keywords, key.rawValue)
            change.noteUpdated(key)
        }
        if patch.threadID.rawValue != oldThread { try move(key, to: patch.threadID, of: account) }
        return true
    }

    /// Puts messages that the cache has into a thread.
    func gather(_ ids: [EmailID], in thread: ThreadID, of account: Int64) throws {
        for id in ids {
            let found = try connection.first(
                """
                SELECT m.key, t.id FROM message m JOIN thread t ON t.ref = m.thread WHERE m.account = ? AND m.id = ?
                """, account, id.rawValue
            ) { (MessageKey(rawValue: $0.int64(0)), $0.text(1)) }
            if let found, found.1 != thread.rawValue { try move(found.0, to: thread, of: account) }
        }
    }

    /// Writes flags and mailboxes of a message, and its filings with them. The bits that come from mailboxes are worked
    /// out here.
    func update(
        _ key: MessageKey, from old: (MessageFlags, [Int64]), to new: (MessageFlags, [Int64]), of account: Int64
    ) throws {
        var flags = new.0.subtracting([.held, .outgoing])
        for ref in new.1 { flags.formUnion(try marks(of: ref).flags) }
        let refs = new.1.sorted()
        guard flags != old.0 || refs != old.1 else { return }
        for ref in old.1 where !refs.contains(ref) {
            try connection.run("DELETE FROM filing WHERE mailbox = ? AND message = ?", ref, key.rawValue)
        }
        for ref in refs {
            if old.1.contains(ref) {
                try connection.run(
                    "UPDATE filing SET flags = ?1 WHERE mailbox = ?2 AND message = ?3 AND flags <> ?1", flags.rawValue,
                    ref, key.rawValue)
            } else {
                try connection.run("INSERT INTO filing VALUES (?, ?, ?)", ref, key.rawValue, flags.rawValue)
                added.mailboxes[ref, default: AddedTotals.Count()].add(flags)
            }
        }
        try writeTotals()
        try connection.run(
            "UPDATE message SET flags = ?, mailboxes = ? WHERE key = ?", flags.rawValue, Packed.pack(refs: refs),
            key.rawValue)
        change.noteUpdated(key)
    }

    /// Puts a message into another thread and the totals of both right.
    private func move(_ key: MessageKey, to thread: ThreadID, of account: Int64) throws {
        guard
            let (old, flags) = try connection.first(
                "SELECT thread, flags FROM message WHERE key = ?", key.rawValue,
                map: { ($0.int64(0), MessageFlags(rawValue: $0.int(1))) })
        else { return }
        let new = try threadRef(thread, of: account, adding: flags)
        added.threads[old, default: AddedTotals.Count()].add(flags, -1)
        added.emptied.insert(old)
        try connection.run("UPDATE message SET thread = ? WHERE key = ?", new, key.rawValue)
        try writeTotals()
        change.noteUpdated(key)
    }

    /// The local numbers of mailboxes, sorted; one that the cache does not know yet gets a row that waits for its name.
    private func refs(of ids: [MailboxID], in account: Int64, _ marks: inout MailboxMarks) throws -> [Int64] {
        var refs: [Int64] = []
        for id in ids {
            if let entry = try mailboxes(of: account)[id] {
                refs.append(entry.ref)
                marks.formUnion(entry.marks)
            } else {
                try connection.run("INSERT INTO mailbox (account, id, name) VALUES (?, ?, '')", account, id.rawValue)
                mailboxRefs[account]?[id] = MailboxEntry(ref: connection.lastInsertRowID, marks: [])
                refs.append(connection.lastInsertRowID)
            }
        }
        return refs.sorted()
    }

    /// The local number of a thread that a message is added to, which is counted.
    private func threadRef(_ id: ThreadID, of account: Int64, adding flags: MessageFlags) throws -> Int64 {
        let place = BulkStatements.Thread(account: account, id: id.rawValue)
        if let known = bulk.threads[place] {
            added.threads[known, default: AddedTotals.Count()].add(flags)
            return known
        }
        let insert = try bulk.insertThread(connection)
        insert.bind(account, at: 1)
        insert.bind(id.rawValue, at: 2)
        insert.bind(flags.contains(.unread) ? 1 : 0, at: 3)
        try insert.run()
        let ref: Int64
        if connection.changes == 1 {
            ref = connection.lastInsertRowID
        } else {
            let find = try bulk.findThread(connection)
            find.bind(account, at: 1)
            find.bind(id.rawValue, at: 2)
            ref = try find.firstInteger() ?? 0
            added.threads[ref, default: AddedTotals.Count()].add(flags)
        }
        bulk.note(ref, for: place)
        return ref
    }

    /// The first key at or behind this one in its second that no message has.
    private func freeKey(_ first: MessageKey) throws -> MessageKey {
        var key = first
        while try connection.first("SELECT 1 FROM message WHERE key = ?", key.rawValue, map: { _ in true }) != nil {
            key = key.nextTie
        }
        return key
    }

    private static let known: [String: MessageFlags] = [
        "$seen": .seen, "$flagged": .flagged, "$answered": .answered, "$draft": .draft, "$forwarded": .forwarded,
        "$junk": .junk, "$phishing": .phishing,
    ]

    static func flags(of keywords: [String]) -> MessageFlags {
        var flags: MessageFlags = []
        for keyword in keywords {
            if let flag = known[keyword] ?? known[keyword.lowercased()] { flags.insert(flag) }
        }
        if flags.isDisjoint(with: [.seen, .draft]) { flags.insert(.unread) }
        return flags
    }

    /// The keywords that the flags and the packed others of a row stand for.
    static func keywords(of flags: MessageFlags, _ others: String?) -> [String] {
        known.filter { flags.contains($0.value) }.map(\.key).sorted() + (others.map { Packed.keywords($0) } ?? [])
    }

    private static func others(in keywords: [String]) -> [String] {
        keywords.filter { known[$0] == nil && known[$0.lowercased()] == nil }
    }
}
