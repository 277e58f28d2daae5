package import JMAP
import SQLite

extension CacheReader {
    /// Every account, own first, then groups, then agents, each by name.
    ///
    /// - Parameter now: seconds since 1970: the last of the 24 hours of `traffic` is the one it lies in.
    package func accounts(at now: Int64) throws(CacheError) -> [AccountRow] {
        try reading {
            let traffic = try self.traffic(at: now)
            return try connection.query(
                "SELECT \(Self.accountColumns) FROM account a ORDER BY kind, name COLLATE NOCASE, ref"
            ) { row in try self.accountRow(row, traffic) }
        }
    }

    /// One account, or nil where the cache does not have it.
    package func account(_ id: AccountID, at now: Int64) throws(CacheError) -> AccountRow? {
        try reading {
            guard let ref = try self.ref(of: id) else { return nil }
            let traffic = try self.traffic(at: now, account: ref)
            return try connection.first("SELECT \(Self.accountColumns) FROM account a WHERE ref = ?", ref) { row in
                try self.accountRow(row, traffic)
            }
        }
    }

    /// The counts over all accounts.
    package func totals() throws(CacheError) -> CacheTotals {
        try reading {
            try connection.first(
                "SELECT count(*), coalesce(sum(total), 0), coalesce(sum(unread), 0), coalesce(sum(held), 0) FROM account"
            ) { row in
                CacheTotals(accounts: row.int(0), messages: row.int(1), unread: row.int(2), held: row.int(3))
            } ?? CacheTotals(accounts: 0, messages: 0, unread: 0, held: 0)
        }
    }

    /// The mailboxes of an account, in the server's order, then by name.
    package func mailboxes(of account: AccountID) throws(CacheError) -> [MailboxRow] {
        try reading {
            try connection.query(
                """
                SELECT m.id, m.name, m.role, m.parent, m.sort_order, m.rights, m.marks, m.total, m.unread
                FROM mailbox m JOIN account a ON a.ref = m.account
                WHERE a.id = ? ORDER BY m.sort_order, m.name COLLATE NOCASE, m.ref
                """, account.rawValue
            ) { row in
                MailboxRow(
                    account: account, id: MailboxID(row.text(0)), name: row.text(1), role: row.optionalText(2),
                    parentID: row.optionalText(3).map { MailboxID($0) }, sortOrder: row.int(4),
                    total: row.int(7), unread: row.int(8),
                    isHeld: MailboxMarks(rawValue: row.int(6)).contains(.held),
                    rights: MailboxRights(rawValue: row.int(5)))
            }
        }
    }

    // The newest message comes from the end of an index, so nothing keeps it up to date.
    private static let accountColumns = """
        a.ref, a.id, a.kind, a.condition, a.reason, a.name, a.address, a.detail, a.total, a.unread, a.held,
        (SELECT max(key) FROM message m WHERE m.account = a.ref), a.quota_used, a.quota_limit, a.fill
        """

    private func accountRow(_ row: borrowing Row, _ traffic: [Int64: [Int]]) throws -> AccountRow {
        AccountRow(
            id: AccountID(row.text(1)), kind: AccountKind(rawValue: row.int(2)) ?? .agent,
            condition: AccountCondition(rawValue: row.int(3)) ?? .active, reason: row.text(4), name: row.text(5),
            address: row.text(6), detail: row.text(7), total: row.int(8), unread: row.int(9), held: row.int(10),
            lastHeard: row.isNull(11) ? nil : MessageKey(rawValue: row.int64(11)).receivedAt,
            quotaUsed: row.isNull(12) ? nil : row.int64(12), quotaLimit: row.isNull(13) ? nil : row.int64(13),
            fill: FillStage(rawValue: row.int(14)) ?? .none,
            traffic: traffic[row.int64(0)] ?? [Int](repeating: 0, count: 24))
    }

    /// Messages of each of the last 24 hours, by the account's number; accounts without any are left out.
    private func traffic(at now: Int64, account: Int64? = nil) throws -> [Int64: [Int]] {
        var result: [Int64: [Int]] = [:]
        let last = now / 3_600
        let condition = account == nil ? "" : "AND account = ?"
        let values: [any SQLBindable] = [last - 23, last] + (account.map { [$0] } ?? [])
        try connection.forEach(
            "SELECT account, hour, total FROM traffic WHERE hour BETWEEN ? AND ? \(condition)", values
        ) { row in
            let place = row.int64(1) - (last - 23)
            if place >= 0, place < 24 {
                result[row.int64(0), default: [Int](repeating: 0, count: 24)][Int(place)] = row.int(2)
            }
            return true
        }
        return result
    }
}

/// What a mailbox's name and role make of the messages in it.
struct MailboxMarks: OptionSet, Sendable, Hashable {
    let rawValue: Int

    /// Messages in it are held.
    static let held = MailboxMarks(rawValue: 1 << 0)
    /// Messages in it were written by the account.
    static let outgoing = MailboxMarks(rawValue: 1 << 1)

    init(rawValue: Int) {
        self.rawValue = rawValue
    }

    init(name: String, role: String?, parentID: String?) {
        self = []
        switch role {
        case "sent", "drafts", "outbox": insert(.outgoing)
        default: break
        }
        guard parentID == nil else { return }
        switch name.lowercased() {
        case "held": formUnion([.held, .outgoing])
        case "outbox", "rejected": insert(.outgoing)
        default: break
        }
    }

    /// The bits that its messages have.
    var flags: MessageFlags {
        var flags: MessageFlags = []
        if contains(.held) { flags.insert(.held) }
        if contains(.outgoing) { flags.insert(.outgoing) }
        return flags
    }
}
