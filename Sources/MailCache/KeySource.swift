import JMAP
import SQLite

/// Where the keys of a list come from when no full text is asked: an index that stands in date order, and what of the
/// filter is left to be looked at row by row.
struct KeySource {
    /// `SELECT key, flags FROM … WHERE …`, without the range and the order.
    var select: String
    /// The column of the key in `select`.
    var key: String
    var values: [any SQLBindable]
    /// Flags that are looked at row by row, and what they have to be.
    var mask: MessageFlags
    var wanted: MessageFlags
    /// The local numbers of the scope, where it has them.
    var account: Int64?
    var mailbox: Int64?
    var thread: Int64?

    /// The flags that have indexes of their own, the rarest first.
    private static let indexed: [(MessageFlags, String)] = [
        (.held, "held"), (.flagged, "flagged"), (.unread, "unread"),
    ]

    /// The statement for one direction, with the keys beyond `bound` only.
    func statement(newestFirst: Bool, bound: MessageKey?) -> (sql: String, values: [any SQLBindable]) {
        let edge = bound ?? MessageKey(rawValue: newestFirst ? .max : .min)
        let sql = "\(select) AND \(key) \(newestFirst ? "<" : ">") ? ORDER BY \(key) \(newestFirst ? "DESC" : "ASC")"
        return (sql, values + [edge.rawValue])
    }
}

extension CacheReader {
    /// The source of a scope and a filter's flags; nil where the scope is not in the cache, so nothing is in the list.
    func source(_ scope: MessageScope, _ filter: MessageFilter) throws -> KeySource? {
        var source: KeySource
        var fast: (MessageFlags, String)?
        switch scope {
        case .all:
            fast = KeySource.fast(filter.with, allowHeld: true)
            if let (bit, name) = fast {
                source = .message(
                    "INDEXED BY message_all_\(name) WHERE \(bit.test) AND (\(bit.term)) = \(bit.rawValue)", [])
            } else {
                source = .message("WHERE 1", [])
            }
        case .account(let account):
            guard let ref = try ref(of: account) else { return nil }
            fast = KeySource.fast(filter.with, allowHeld: true)
            if let (bit, name) = fast {
                source = .message("INDEXED BY message_\(name) WHERE m.account = ? AND \(bit.test)", [ref])
            } else {
                source = .message("INDEXED BY message_account WHERE m.account = ?", [ref])
            }
            source.account = ref
        case .mailbox(let account, let mailbox):
            guard let owner = try ref(of: account), let ref = try ref(of: mailbox, in: account) else { return nil }
            fast = KeySource.fast(filter.with, allowHeld: false)
            let index = fast.map { "INDEXED BY filing_\($0.1)" } ?? ""
            let test = fast.map { "AND \($0.0.test)" } ?? ""
            source = KeySource(
                select: "SELECT m.message, m.flags FROM filing m \(index) WHERE m.mailbox = ? \(test)",
                key: "m.message",
                values: [ref], mask: [], wanted: [])
            source.account = owner
            source.mailbox = ref
        case .thread(let account, let thread):
            guard let owner = try ref(of: account),
                let ref = try connection.first(
                    "SELECT ref FROM thread WHERE account = ? AND id = ?", owner, thread.rawValue, map: { $0.int64(0) })
            else { return nil }
            source = .message("INDEXED BY message_thread WHERE m.thread = ?", [ref])
            source.account = owner
            source.thread = ref
        }
        source.mask = filter.with.union(filter.without).subtracting(fast?.0 ?? [])
        source.wanted = filter.with.subtracting(fast?.0 ?? [])
        return source
    }
}

extension KeySource {
    fileprivate static func message(_ condition: String, _ values: [any SQLBindable]) -> KeySource {
        KeySource(
            select: "SELECT m.key, m.flags FROM message m \(condition)", key: "m.key", values: values, mask: [],
            wanted: [])
    }

    fileprivate static func fast(_ flags: MessageFlags, allowHeld: Bool) -> (MessageFlags, String)? {
        indexed.first { bit, _ in flags.contains(bit) && (allowHeld || bit != .held) }
    }
}

extension MessageFlags {
    /// The expression that the partial indexes are made over: the text must be the schema's.
    fileprivate var term: String { "flags & \(rawValue)" }
    fileprivate var test: String { "m.flags & \(rawValue)" }
}
