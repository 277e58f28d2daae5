import JMAP
import SQLite

/// The keys of a stretch of a list, in the order in which they were looked at.
struct KeyWindow {
    var keys: [MessageKey]
    /// True where nothing lies beyond.
    var isEnd: Bool
    /// The last key that was looked at, or nil where there was none.
    var last: MessageKey?
}

extension CacheReader {
    /// A stretch of a list.
    ///
    /// - Parameters:
    ///   - scope: which messages the list is over.
    ///   - filter: what narrows it down. Messages that the full text does not have yet are not found by text.
    ///   - order: how it stands; by date it is as fast at its end as at its top.
    ///   - collapsed: true for one row a thread: its newest message that the scope and the filter's flags let through.
    ///     Lists with text and lists that are not newest first are never collapsed.
    ///   - start: where the stretch begins.
    ///   - limit: how many rows at most.
    package func messages(
        in scope: MessageScope, filter: MessageFilter = MessageFilter(), order: MessageOrder = .newestFirst,
        collapsed: Bool = false, from start: WindowStart = .top, limit: Int
    ) throws(CacheError) -> MessageWindow {
        try reading {
            guard limit > 0 else { return MessageWindow(rows: [], isEnd: false, next: start) }
            switch order {
            case .newestFirst, .oldestFirst:
                return try dated(
                    scope, filter, newestFirst: order == .newestFirst,
                    collapsed: collapsed && order == .newestFirst && !filter.hasText, start, limit)
            case .sender, .subject, .size:
                return try sorted(scope, filter, order, start, limit)
            }
        }
    }

    /// How many rows a list has, counted up to a bound; `isMore` says that it has more.
    package func count(
        in scope: MessageScope, filter: MessageFilter = MessageFilter(), upTo bound: Int
    ) throws(CacheError) -> (count: Int, isMore: Bool) {
        try reading {
            let window = try keys(scope, filter, newestFirst: true, collapsed: false, bound: nil, limit: bound)
            return (window.keys.count, !window.isEnd)
        }
    }

    /// How many rows stand before a message in a list by date, newest first, counted up to a bound; nil beyond it.
    package func position(
        of key: MessageKey, in scope: MessageScope, filter: MessageFilter = MessageFilter(), upTo bound: Int
    ) throws(CacheError) -> Int? {
        try reading {
            let window = try keys(scope, filter, newestFirst: false, collapsed: false, bound: key, limit: bound)
            return window.isEnd ? window.keys.count : nil
        }
    }

    private func dated(
        _ scope: MessageScope, _ filter: MessageFilter, newestFirst: Bool, collapsed: Bool, _ start: WindowStart,
        _ limit: Int
    ) throws -> MessageWindow {
        let isForward: Bool
        let bound: MessageKey?
        switch start {
        case .top: (isForward, bound) = (true, nil)
        case .after(let key): (isForward, bound) = (true, key)
        case .bottom: (isForward, bound) = (false, nil)
        case .before(let key): (isForward, bound) = (false, key)
        }
        let window = try keys(
            scope, filter, newestFirst: newestFirst == isForward, collapsed: collapsed, bound: bound, limit: limit)
        var rows = try window.keys.compactMap { key in try row(key) }
        if !isForward { rows.reverse() }
        let next = window.last.map { isForward ? WindowStart.after($0) : .before($0) } ?? start
        return MessageWindow(rows: rows, isEnd: window.isEnd, next: next)
    }

    /// Up to `limit` keys of a list by date, beyond `bound` in the direction of `newestFirst`.
    func keys(
        _ scope: MessageScope, _ filter: MessageFilter, newestFirst: Bool, collapsed: Bool, bound: MessageKey?,
        limit: Int
    ) throws -> KeyWindow {
        guard let source = try source(scope, filter) else { return KeyWindow(keys: [], isEnd: true, last: nil) }
        guard filter.hasText else {
            return try plainKeys(source, newestFirst: newestFirst, bound: bound, limit: limit) { key in
                try !collapsed || isNewestOfThread(key, source, filter)
            }
        }
        let query = TextQuery(filter, account: source.account)
        if query.matchesNothing { return KeyWindow(keys: [], isEnd: true, last: nil) }
        if let letter = query.letter {
            return try plainKeys(source, newestFirst: newestFirst, bound: bound, limit: limit) { key in
                try hasWord(beginningWith: letter, key) != filter.isNegated
            }
        }
        if filter.isNegated != query.excludesOnly {
            return try keysWithout(query, source, newestFirst: newestFirst, bound: bound, limit: limit)
        }
        return try textKeys(query, source, filter, newestFirst: newestFirst, bound: bound, limit: limit)
    }

    /// Steps along an index and keeps what the rest of the filter lets through.
    func plainKeys(
        _ source: KeySource, newestFirst: Bool, bound: MessageKey?, limit: Int,
        where isWanted: (MessageKey) throws -> Bool
    ) throws -> KeyWindow {
        var window = KeyWindow(keys: [], isEnd: true, last: nil)
        let (sql, values) = source.statement(newestFirst: newestFirst, bound: bound)
        // Whoever asks for many rows may look at as many.
        let examined = max(Self.examined, limit)
        var count = 0
        try connection.forEach(sql, values) { row in
            if window.keys.count == limit || count == examined {
                window.isEnd = false
                return false
            }
            count += 1
            let key = MessageKey(rawValue: row.int64(0))
            window.last = key
            let flags = MessageFlags(rawValue: row.int(1))
            if flags.intersection(source.mask) == source.wanted, try isWanted(key) { window.keys.append(key) }
            return true
        }
        return window
    }

    /// True where no newer message of the same thread is in the list too.
    private func isNewestOfThread(_ key: MessageKey, _ source: KeySource, _ filter: MessageFilter) throws -> Bool {
        let mask = filter.with.union(filter.without).rawValue
        // A message lies in a mailbox where its list names it between commas.
        let mailbox = source.mailbox.map { ",\($0)," } ?? ""
        return try connection.first(
            """
            SELECT 1 FROM message n INDEXED BY message_thread
            WHERE n.thread = (SELECT thread FROM message WHERE key = ?) AND n.key > ? AND (n.flags & ?) = ?
            AND instr(n.mailboxes, ?) LIMIT 1
            """, key.rawValue, key.rawValue, mask, filter.with.rawValue, mailbox.isEmpty ? "" : mailbox
        ) { _ in true } == nil
    }

    /// True where a word of the subject or the sender begins with the letter.
    private func hasWord(beginningWith letter: String, _ key: MessageKey) throws -> Bool {
        try connection.first(
            """
            SELECT 1 FROM message WHERE key = ?1 AND (subject LIKE ?2 OR subject LIKE '% ' || ?2
            OR sender_name LIKE ?2 OR sender_name LIKE '% ' || ?2 OR sender_address LIKE ?2)
            """, key.rawValue, letter + "%"
        ) { _ in true } ?? false
    }
}
