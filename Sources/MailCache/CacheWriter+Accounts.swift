package import JMAP
import SQLite

extension CacheWriter {
    /// Adds accounts or brings them up to date; others stay as they are.
    package func write(accounts: [AccountRecord]) throws(CacheError) {
        try transaction {
            for account in accounts {
                try connection.run(
                    """
                    INSERT INTO account (id, kind, condition, reason, name, address, detail) VALUES (?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, condition = excluded.condition,
                      reason = excluded.reason, name = excluded.name, address = excluded.address,
                      detail = excluded.detail
                    WHERE kind <> excluded.kind OR condition <> excluded.condition OR reason <> excluded.reason
                      OR name <> excluded.name OR address <> excluded.address OR detail <> excluded.detail
                    """, account.id.rawValue, account.kind.rawValue, account.condition.rawValue, account.reason,
                    account.name, account.address, account.detail)
                if connection.changes > 0 {
                    change.accounts.insert(account.id)
                    change.accountList = true
                }
            }
        }
    }

    /// Says how far an account can be read, and why not.
    package func setCondition(
        _ condition: AccountCondition, reason: String = "", of account: AccountID
    ) throws(CacheError) {
        try transaction {
            try connection.run(
                "UPDATE account SET condition = ?1, reason = ?2 WHERE id = ?3 AND (condition <> ?1 OR reason <> ?2)",
                condition.rawValue, reason, account.rawValue)
            if connection.changes > 0 { change.accounts.insert(account) }
        }
    }

    /// Writes what an account uses of its quota, in bytes.
    package func setQuota(used: Int64?, limit: Int64?, of account: AccountID) throws(CacheError) {
        try transaction {
            try connection.run(
                """
                UPDATE account SET quota_used = ?1, quota_limit = ?2
                WHERE id = ?3 AND (quota_used IS NOT ?1 OR quota_limit IS NOT ?2)
                """, used, limit, account.rawValue)
            if connection.changes > 0 { change.accounts.insert(account) }
        }
    }

    /// Every account of the cache with its kind.
    package func accounts() throws(CacheError) -> [AccountID: AccountKind] {
        try CacheError.translating(path) {
            var result: [AccountID: AccountKind] = [:]
            try connection.forEach("SELECT id, kind FROM account", []) { row in
                result[AccountID(row.text(0))] = AccountKind(rawValue: row.int(1)) ?? .agent
                return true
            }
            return result
        }
    }

    /// The states that the cache holds of an account, or nil where it does not have the account.
    package func states(of account: AccountID) throws(CacheError) -> AccountStates? {
        try CacheError.translating(path) {
            try connection.first(
                """
                SELECT mailbox_state, email_state, thread_state, fill, fill_state, fill_anchor, fill_done, fill_total,
                  total
                FROM account WHERE id = ?
                """, account.rawValue
            ) { row in
                AccountStates(
                    mailbox: row.optionalText(0).map { State($0) }, email: row.optionalText(1).map { State($0) },
                    thread: row.optionalText(2).map { State($0) },
                    fill: FillProgress(
                        stage: FillStage(rawValue: row.int(3)) ?? .none,
                        notedState: row.optionalText(4).map { State($0) },
                        anchor: row.optionalText(5).map { EmailID($0) }, done: row.int(6), total: row.optionalInt(7)),
                    messages: row.int(8))
            }
        }
    }

    /// Takes an account out with everything of it, some messages at a time so that other writes get in between.
    package func remove(account: AccountID) async throws(CacheError) {
        while try removeSome(of: account) { await Task.yield() }
    }

    /// Removes up to 500 messages, and the account itself with the last of them; true while there is more.
    private func removeSome(of account: AccountID) throws(CacheError) -> Bool {
        try transaction {
            guard
                let ref = try connection.first(
                    "SELECT ref FROM account WHERE id = ?", account.rawValue, map: { $0.int64(0) })
            else { return false }
            change.accounts.insert(account)
            let keys = try connection.query(
                "SELECT key FROM message INDEXED BY message_account WHERE account = ? LIMIT 500", ref
            ) { MessageKey(rawValue: $0.int64(0)) }
            for key in keys { try removeMessage(key) }
            if keys.count == 500 { return true }
            for table in ["mailbox", "thread", "traffic"] {
                try connection.run("DELETE FROM \(table) WHERE account = ?", ref)
            }
            try connection.run("DELETE FROM account WHERE ref = ?", ref)
            accountRefs[account] = nil
            mailboxRefs[ref] = nil
            change.accountList = true
            return false
        }
    }
}
