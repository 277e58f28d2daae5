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
        let (loose, exact) = (
            try RowTest(query.loose == nil ? [] : query.beginnings, source, filter, connection),
            try RowTest([], source, filter, connection)
        )
        var found: [Int64] = []
        var patience = Patience()
        // Where a part was left before its end because too little came through: beyond it nothing is known.
        var horizon: Int64?
        var isEnd = true
        for shard in shards {
            // What the next part begins with may lie before what was found; where it does not, there is enough.
            if found.count >= limit, isBefore(found[limit - 1], newestFirst ? shard.highest : shard.lowest) {
                isEnd = false
                break
            }
            let stretch = Stretch(shard: shard, newestFirst: newestFirst, edge: edge, limit: limit)
            let part = try hits(query, (loose, exact), in: stretch, &patience)
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

    /// What is asked of one part of the full text.
    private struct Stretch {
        var shard: Shard
        var newestFirst: Bool
        var edge: Int64
        var limit: Int
    }

    /// What one part of the full text finds, in order.
    private struct Hits {
        var keys: [Int64] = []
        var isEnd = true
        /// The last row that was looked at.
        var last: Int64?
    }

    /// For how long one read looks at single rows that the loose query finds: as long as every fourth is one.
    private struct Patience {
        private static let most = 1_000
        private var looked = 0
        private(set) var isOver = false

        /// Whether another row may be looked at, after so many hits in this part.
        mutating func lasts(_ hits: Int, of rows: Int) -> Bool {
            looked += 1
            isOver = looked > Self.most || (rows > 24 && hits * 4 < rows)
            return !isOver
        }
    }

    /// What one part of the full text finds, in order.
    ///
    /// Where many messages have a word that begins as asked, the newest few of them are found quickest by looking at what
    /// the loose query finds; where few have one, the exact query is quick. Which it is, the first of them tell.
    private func hits(
        _ query: TextQuery, _ tests: (loose: RowTest, exact: RowTest), in stretch: Stretch, _ patience: inout Patience
    ) throws -> Hits {
        guard let loose = query.loose, !patience.isOver else {
            return try hits(query.match, tests.exact, in: stretch) { _, _ in true }
        }
        let first = try hits(loose, tests.loose, in: stretch) { patience.lasts($0, of: $1) }
        guard !first.isEnd, first.keys.count < stretch.limit else { return first }
        var rest = stretch
        rest.edge = first.last ?? stretch.edge
        rest.limit -= first.keys.count
        let second = try hits(query.match, tests.exact, in: rest) { _, _ in true }
        return Hits(keys: first.keys + second.keys, isEnd: second.isEnd, last: second.last ?? first.last)
    }

    private func hits(
        _ match: String, _ test: RowTest, in stretch: Stretch, while goesOn: (_ hits: Int, _ rows: Int) -> Bool
    ) throws -> Hits {
        var hits = Hits()
        var count = 0
        let sql = Self.match(stretch.shard, newestFirst: stretch.newestFirst)
        let values: [any SQLBindable] = [match, stretch.edge]
        try connection.forEach(sql, values) { row in
            if hits.keys.count == stretch.limit || count == max(Self.examined, stretch.limit)
                || !goesOn(hits.keys.count, count)
            {
                hits.isEnd = false
                return false
            }
            count += 1
            let key = row.int64(0)
            hits.last = key
            if try test.passes(key) { hits.keys.append(key) }
            return true
        }
        return hits
    }

    /// The one statement by which a part of the full text is asked, so that it is made ready once for all queries: making
    /// it ready takes longer than most of its answers.
    private static func match(_ shard: Shard, newestFirst: Bool) -> String {
        """
        SELECT rowid FROM \(shard.table) WHERE \(shard.table) MATCH ? AND rowid \(newestFirst ? "<" : ">") ?
        ORDER BY rowid \(newestFirst ? "DESC" : "ASC")
        """
    }

    /// Makes ready what a search over the newest messages first needs, so that its first letters do not wait for it.
    package func prepareSearch() throws(CacheError) {
        try reading {
            for shard in try shards() {
                let sql = Self.match(shard, newestFirst: true)
                try connection.forEach(sql, ["\"\(TextQuery.accountWord(0))\"", Int64.min]) { _ in false }
            }
        }
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

/// What a message that the full text finds must be besides; one statement for all of a query's rows.
private struct RowTest {
    private let statement: PreparedStatement
    private let keyIndex: Int

    init(
        _ beginnings: [TextQuery.Beginning], _ source: KeySource, _ filter: MessageFilter, _ connection: Connection
    ) throws {
        var values: [Int64] = [Int64(filter.with.union(filter.without).rawValue), Int64(filter.with.rawValue)]
        var condition = "m.flags & ? = ?"
        if let thread = source.thread {
            condition += " AND m.thread = ?"
            values.append(thread)
        }
        if let mailbox = source.mailbox {
            condition += " AND EXISTS (SELECT 1 FROM filing WHERE mailbox = ? AND message = m.key)"
            values.append(mailbox)
        }
        var letters: [String] = []
        for beginning in beginnings {
            for test in Self.tests(of: beginning) {
                condition += test
                letters.append(beginning.letters)
            }
        }
        statement = try connection.prepare("SELECT \(condition) FROM message m WHERE m.key = ?")
        for (index, value) in values.enumerated() { statement.bind(value, at: index + 1) }
        for (index, text) in letters.enumerated() { statement.bind(text, at: values.count + index + 1) }
        keyIndex = values.count + letters.count + 1
    }

    func passes(_ key: Int64) throws -> Bool {
        statement.bind(key, at: keyIndex)
        return try statement.firstInteger() == 1
    }

    /// SQL that follows a condition and says that a message has a word that begins so; each part takes the letters once.
    private static func tests(of beginning: TextQuery.Beginning) -> [String] {
        switch beginning.column {
        case "sender": [" AND has_word(?, m.sender_name, m.sender_address)"]
        case "recipients": [" AND has_word(?, m.recipients)"]
        case "subject": [" AND has_word(?, m.subject)"]
        default:
            // The text last, and only where it has to be read.
            [
                " AND (has_word(?, m.subject, m.sender_name, m.sender_address, m.recipients)",
                " OR has_word(?, coalesce((SELECT text FROM body WHERE message = m.key), m.preview)))",
            ]
        }
    }
}
