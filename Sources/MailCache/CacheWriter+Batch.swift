package import JMAP
import SQLite

/// What a batch could not do because the cache lacks something.
package struct BatchResult: Sendable, Hashable {
    /// Messages that were to be changed and are not there: they have to be fetched whole.
    package var unknown: [EmailID] = []
}

extension CacheWriter {
    /// Writes what a server said of an account: rows and states in one transaction.
    ///
    /// Throws `outdated` where a state step does not begin at the stored state (another program was faster), `notFound`
    /// where the cache does not have the account.
    package func apply(_ batch: CacheBatch) throws(CacheError) -> BatchResult {
        try transaction {
            let account = try accountRef(batch.account)
            change.accounts.insert(batch.account)
            try step(batch.mailboxState, "mailbox_state", of: account)
            try step(batch.emailState, "email_state", of: account)
            try step(batch.threadState, "thread_state", of: account)
            if let filling = batch.filling { try check(filling, of: account) }
            try write(batch.mailboxes, areAll: batch.mailboxesAreAll, destroyed: batch.mailboxesDestroyed, of: account)
            if !batch.mailboxes.isEmpty || !batch.mailboxesDestroyed.isEmpty { change.mailboxes.insert(batch.account) }
            try followMerges(in: batch)
            let kept = try destroy(batch.emailsDestroyed, of: account, replacedBy: batch.emails)
            // Whoever shows rows looks again after so many; each by name would only cost time.
            if batch.emails.count > CacheChange.fewest { change.isMany = true }
            // Mostly they come newest first: from their end, pages of the file are filled instead of split in the middle.
            for email in batch.emails.reversed() { try write(email, of: account, bodies: kept) }
            try writeTotals()
            var result = BatchResult()
            for patch in batch.patches where try !write(patch, of: account) { result.unknown.append(patch.id) }
            // After the rows: what they tell is what holds from now on.
            for name in try settle(batch.settled) where name.account == batch.account {
                try showAgain(name.emailID, in: account)
            }
            if batch.mailboxesAreAll || !batch.mailboxesDestroyed.isEmpty {
                // Acts may lead into a mailbox that is gone, or one that has come.
                for id in (journal?.open[batch.account] ?? [:]).keys { try showAgain(id, in: account) }
            }
            for thread in batch.threads { try gather(thread.emailIDs, in: thread.id, of: account) }
            if let fill = batch.fill {
                try connection.run(
                    """
                    UPDATE account SET fill = ?, fill_state = ?, fill_anchor = ?, fill_done = ?, fill_total = ?
                    WHERE ref = ?
                    """, fill.stage.rawValue, fill.notedState?.rawValue, fill.anchor?.rawValue, fill.done, fill.total,
                    account)
            }
            if batch.mailboxState != nil || batch.fill?.stage == .complete { try dropNameless(of: account) }
            return result
        }
    }

    /// Drops mailboxes that rows have named and the server never did, once nothing lies in them: they were made and
    /// destroyed between two looks.
    private func dropNameless(of account: Int64) throws {
        try writeTotals()
        try connection.run("DELETE FROM mailbox WHERE account = ? AND name = '' AND total = 0", account)
        guard connection.changes > 0 else { return }
        mailboxRefs[account] = nil
        marks = [:]
    }

    /// Ids of messages of an account, in order of the ids, for comparing a whole account by pages.
    package func emailIDs(
        of account: AccountID, after id: EmailID?, limit: Int
    ) throws(CacheError) -> [EmailID] {
        try CacheError.translating(path) {
            let ref = try accountRef(account)
            return try connection.query(
                "SELECT id FROM message WHERE account = ? AND id > ? ORDER BY id LIMIT ?", ref, id?.rawValue ?? "",
                limit
            ) { EmailID($0.text(0)) }
        }
    }

    /// Those of the ids that the cache does not have, in their order.
    package func missing(_ ids: [EmailID], of account: AccountID) throws(CacheError) -> [EmailID] {
        try CacheError.translating(path) {
            let find = try bulk.findMessage(connection)
            // One snapshot: each statement by itself would lock the file and let it go again.
            return try connection.snapshot {
                find.bind(try accountRef(account), at: 1)
                return try ids.filter { id in
                    find.bind(id.rawValue, at: 2)
                    return try find.firstInteger() == nil
                }
            }
        }
    }

    /// Refuses rows of a first fill that another program has replayed or ended.
    private func check(_ filling: State, of account: Int64) throws {
        let isSame = try connection.first(
            "SELECT 1 FROM account WHERE ref = ? AND fill = ? AND fill_state = ?", account, FillStage.filling.rawValue,
            filling.rawValue, map: { _ in true })
        guard isSame == true else {
            throw CacheError(code: .outdated, path: path, detail: "the first fill has moved on")
        }
    }

    private func step(_ step: StateStep?, _ column: String, of account: Int64) throws {
        guard let step else { return }
        try connection.run(
            "UPDATE account SET \(column) = ? WHERE ref = ? AND \(column) IS ?", step.to.rawValue, account,
            step.from?.rawValue)
        guard connection.changes == 1 else {
            throw CacheError(code: .outdated, path: path, detail: "the state has moved on")
        }
    }

    private func write(
        _ mailboxes: [MailboxRecord], areAll: Bool, destroyed: [MailboxID], of account: Int64
    ) throws {
        guard areAll || !mailboxes.isEmpty || !destroyed.isEmpty else { return }
        var gone = Set(destroyed)
        if areAll { gone.formUnion(Set(try self.mailboxes(of: account).keys).subtracting(mailboxes.map(\.id))) }
        for mailbox in mailboxes {
            let marks = MailboxMarks(name: mailbox.name, role: mailbox.role, parentID: mailbox.parentID?.rawValue)
            let before = try self.mailboxes(of: account)[mailbox.id]
            try connection.run(
                """
                INSERT INTO mailbox (account, id, name, role, parent, sort_order, rights, marks)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (account, id) DO UPDATE SET name = excluded.name, role = excluded.role,
                  parent = excluded.parent, sort_order = excluded.sort_order, rights = excluded.rights,
                  marks = excluded.marks
                """, account, mailbox.id.rawValue, mailbox.name, mailbox.role, mailbox.parentID?.rawValue,
                mailbox.sortOrder, mailbox.rights.rawValue, marks.rawValue)
            mailboxRefs[account]?[mailbox.id] = MailboxEntry(
                ref: before?.ref ?? connection.lastInsertRowID, marks: marks)
            self.marks = [:]
            if let before, before.marks != marks { try refile(in: before.ref, of: account, without: false) }
        }
        for id in gone {
            guard let entry = try self.mailboxes(of: account)[id] else { continue }
            mailboxRefs[account]?[id] = nil
            marks = [:]
            // Its messages are told as changed or destroyed too, but perhaps in a later answer.
            try refile(in: entry.ref, of: account, without: true)
            try connection.run("DELETE FROM mailbox WHERE ref = ?", entry.ref)
        }
    }

    /// Works out the flags of every message in a mailbox again, or takes every message out of it.
    private func refile(in mailbox: Int64, of account: Int64, without: Bool) throws {
        let keys = try connection.query("SELECT message FROM filing WHERE mailbox = ?", mailbox) {
            MessageKey(rawValue: $0.int64(0))
        }
        for key in keys {
            guard
                let old = try connection.first(
                    "SELECT flags, mailboxes FROM message WHERE key = ?", key.rawValue,
                    map: { (MessageFlags(rawValue: $0.int(0)), Packed.refs($0.text(1))) })
            else { continue }
            let refs = without ? old.1.filter { $0 != mailbox } : old.1
            try update(key, from: old, to: (old.0, refs), of: account)
        }
    }
}
