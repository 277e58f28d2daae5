import SQLite

/// A list that is not by date, kept for as long as nobody writes.
struct SortedKeys {
    let scope: MessageScope
    let filter: MessageFilter
    let order: MessageOrder
    let version: Int
    let keys: [MessageKey]
    let places: [MessageKey: Int]
}

extension CacheReader {
    func sorted(
        _ scope: MessageScope, _ filter: MessageFilter, _ order: MessageOrder, _ start: WindowStart, _ limit: Int
    ) throws -> MessageWindow {
        let list = try sortedKeys(scope, filter, order)
        let range: Range<Int>
        let isForward: Bool
        switch start {
        case .top:
            (range, isForward) = (0..<min(limit, list.keys.count), true)
        case .bottom:
            (range, isForward) = (max(0, list.keys.count - limit)..<list.keys.count, false)
        case .after(let key):
            // A row that is gone is looked for no further: the list begins again.
            let from = list.places[key].map { $0 + 1 } ?? 0
            (range, isForward) = (from..<min(from + limit, list.keys.count), true)
        case .before(let key):
            let to = list.places[key] ?? 0
            (range, isForward) = (max(0, to - limit)..<to, false)
        }
        let rows = try list.keys[range].compactMap { key in try row(key) }
        let isEnd = isForward ? range.upperBound == list.keys.count : range.lowerBound == 0
        guard !range.isEmpty else { return MessageWindow(rows: rows, isEnd: isEnd, next: start) }
        let next: WindowStart =
            isForward ? .after(list.keys[range.upperBound - 1]) : .before(list.keys[range.lowerBound])
        return MessageWindow(rows: rows, isEnd: isEnd, next: next)
    }

    private func sortedKeys(_ scope: MessageScope, _ filter: MessageFilter, _ order: MessageOrder) throws -> SortedKeys
    {
        let version = try connection.first("PRAGMA data_version") { $0.int(0) } ?? 0
        if let sorted, sorted.scope == scope, sorted.filter == filter, sorted.order == order, sorted.version == version
        {
            return sorted
        }
        let newest = try keys(
            scope, filter, newestFirst: true, collapsed: false, bound: nil, limit: Self.sortLimit
        ).keys
        var entries: [(text: String, number: Int, key: MessageKey)] = []
        entries.reserveCapacity(newest.count)
        for key in newest {
            let entry = try connection.first(
                "SELECT sender_name, sender_address, subject, size FROM message WHERE key = ?", key.rawValue
            ) { row in
                switch order {
                case .sender:
                    (
                        text: (row.optionalText(0).flatMap { $0.isEmpty ? nil : $0 } ?? row.text(1)).lowercased(),
                        number: 0, key: key
                    )
                case .subject: (text: Self.plainSubject(row.text(2)), number: 0, key: key)
                case .size, .newestFirst, .oldestFirst: (text: "", number: -row.int(3), key: key)
                }
            }
            if let entry { entries.append(entry) }
        }
        entries.sort { left, right in
            if left.text != right.text { return left.text < right.text }
            if left.number != right.number { return left.number < right.number }
            return left.key > right.key
        }
        let keys = entries.map(\.key)
        let places = Dictionary(keys.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        let list = SortedKeys(
            scope: scope, filter: filter, order: order, version: version, keys: keys, places: places)
        sorted = list
        return list
    }

    /// A subject without the marks of answers and forwards, in lower case.
    static func plainSubject(_ subject: String) -> String {
        var rest = subject.lowercased()[...]
        while true {
            rest = rest.drop { $0 == " " || $0 == "\t" }
            guard let mark = ["re:", "fwd:", "fw:", "aw:", "wg:"].first(where: { rest.hasPrefix($0) }) else {
                return String(rest)
            }
            rest = rest.dropFirst(mark.count)
        }
    }
}
