import SQLite

/// A part of the full text: the messages that were put into it between two points in time.
struct Shard: Hashable {
    var number: Int64
    var lowest: Int64
    var highest: Int64
    var table: String { Self.table(number) }

    static func table(_ number: Int64) -> String { "words_\(number)" }
}

extension CacheReader {
    /// The parts of the full text.
    ///
    /// There are several because FTS5 joins all places of all words with a prefix before it gives the first of them:
    /// within a part that is bounded, and the newest part mostly has enough.
    func shards() throws -> [Shard] {
        try connection.query("SELECT number, lowest, highest FROM shard WHERE total > 0") { row in
            Shard(number: row.int64(0), lowest: row.int64(1), highest: row.int64(2))
        }
    }

    /// Up to `limit` keys of messages that a text query finds, beyond `bound` in the direction of `newestFirst`.
    func textKeys(
        _ query: TextQuery, _ source: KeySource, _ filter: MessageFilter, newestFirst: Bool,
        bound: MessageKey?, limit: Int
    ) throws -> KeyWindow {
        let edge = bound?.rawValue ?? (newestFirst ? .max : .min)
        let isBefore = { (left: Int64, right: Int64) in newestFirst ? left > right : left < right }
        let shards = try shards().filter { newestFirst ? $0.lowest < edge : $0.highest > edge }
            .sorted { newestFirst ? $0.highest > $1.highest : $0.lowest < $1.lowest }
        var found: [Int64] = []
        // Where a part was left before its end because too little came through: beyond it nothing is known.
        var horizon: Int64?
        var isEnd = true
        for shard in shards {
            // What the next part begins with may lie before what was found; where it does not, there is enough.
            if found.count >= limit, isBefore(found[limit - 1], newestFirst ? shard.highest : shard.lowest) {
                isEnd = false
                break
            }
            let part = try hits(query, source, filter, in: shard, newestFirst: newestFirst, edge: edge, limit: limit)
            found = (found + part.keys).sorted(by: isBefore)
            if !part.isEnd {
                isEnd = false
                if part.keys.count < limit, let last = part.last {
                    horizon = horizon.map { isBefore($0, last) ? $0 : last } ?? last
                }
            }
        }
        if let horizon { found.removeAll { isBefore(horizon, $0) } }
        if found.count > limit {
            found.removeLast(found.count - limit)
            isEnd = false
        }
        let last = found.count == limit ? found.last : horizon ?? found.last
        return KeyWindow(
            keys: found.map { MessageKey(rawValue: $0) }, isEnd: isEnd, last: last.map { MessageKey(rawValue: $0) })
    }

    /// What one part of the full text finds, in order.
    private func hits(
        _ query: TextQuery, _ source: KeySource, _ filter: MessageFilter, in shard: Shard, newestFirst: Bool,
        edge: Int64,
        limit: Int
    ) throws -> (keys: [Int64], isEnd: Bool, last: Int64?) {
        let mask = filter.with.union(filter.without)
        // CROSS keeps SQLite from going through the messages first.
        let filing = source.mailbox == nil ? "" : "LEFT JOIN filing x ON x.mailbox = ? AND x.message = f.rowid"
        let sql = """
            SELECT f.rowid, m.flags, m.thread, \(source.mailbox == nil ? "1" : "x.message IS NOT NULL")
            FROM \(shard.table) f CROSS JOIN message m ON m.key = f.rowid \(filing)
            WHERE f.\(shard.table) MATCH ? AND f.rowid \(newestFirst ? "<" : ">") ?
            ORDER BY f.rowid \(newestFirst ? "DESC" : "ASC")
            """
        var values: [any SQLBindable] = [query.match, edge]
        if let mailbox = source.mailbox { values.insert(mailbox, at: 0) }
        var keys: [Int64] = []
        var count = 0
        var last: Int64?
        var isEnd = true
        try connection.forEach(sql, values) { row in
            if keys.count == limit || count == max(Self.examined, limit) {
                isEnd = false
                return false
            }
            count += 1
            last = row.int64(0)
            let flags = MessageFlags(rawValue: row.int(1))
            if flags.intersection(mask) == filter.with, row.bool(3),
                source.thread == nil || source.thread == row.int64(2)
            {
                keys.append(row.int64(0))
            }
            return true
        }
        return (keys, isEnd, last)
    }

    /// Keys of messages that a text query does not find.
    func keysWithout(
        _ query: TextQuery, _ source: KeySource, newestFirst: Bool, bound: MessageKey?, limit: Int
    ) throws -> KeyWindow {
        var window = KeyWindow(keys: [], isEnd: true, last: bound)
        let shards = try shards()
        var count = 0
        while window.keys.count < limit, count < Self.examined {
            // Stretches rather than single rows: a question to the full text costs as much as many rows.
            let part = try plainKeys(
                source, newestFirst: newestFirst, bound: window.last, limit: min(limit, 200)
            ) { _ in true }
            window.isEnd = part.isEnd
            guard let first = part.keys.first, let last = part.keys.last else {
                window.last = part.last ?? window.last
                break
            }
            count += part.keys.count
            let found = try hits(query, shards, between: min(first, last), and: max(first, last))
            for key in part.keys {
                window.last = key
                if !found.contains(key.rawValue) { window.keys.append(key) }
                if window.keys.count == limit {
                    window.isEnd = part.isEnd && key == last
                    return window
                }
            }
            if part.isEnd { break }
        }
        return window
    }

    private func hits(
        _ query: TextQuery, _ shards: [Shard], between lowest: MessageKey, and highest: MessageKey
    ) throws -> Set<Int64> {
        var found: Set<Int64> = []
        for shard in shards where shard.lowest <= highest.rawValue && shard.highest >= lowest.rawValue {
            try connection.forEach(
                "SELECT rowid FROM \(shard.table) WHERE \(shard.table) MATCH ? AND rowid BETWEEN ? AND ?",
                [query.match, lowest.rawValue, highest.rawValue]
            ) { row in
                found.insert(row.int64(0))
                return true
            }
        }
        return found
    }
}
