package import MailCache
package import TerminalUI

extension MessageRow: Identifiable {
    package var id: MessageKey { key }
}

extension FilterExpression {
    /// The part that the cache's own indexes answer, and the terms that must be tried on each row.
    package var cacheFilter: (filter: MessageFilter, rest: [Term]) {
        var filter = MessageFilter()
        var rest: [Term] = []
        let texts = terms.filter(\.isText)
        // The cache negates all of its texts or none: where both kinds are typed, the negated ones are tried on rows.
        let isNegated = !texts.isEmpty && texts.allSatisfy(\.isNegated) && texts.count == 1
        filter.isNegated = isNegated
        for term in terms {
            switch term {
            case .word(let word): filter.text += (filter.text.isEmpty ? "" : " ") + word
            case .field(.from, let value): filter.from += (filter.from.isEmpty ? "" : " ") + value
            case .field(.to, let value): filter.to += (filter.to.isEmpty ? "" : " ") + value
            case .field(.subject, let value): filter.subject += (filter.subject.isEmpty ? "" : " ") + value
            case .flag(let flag): filter.with.insert(flag.messageFlag)
            case .not(.flag(let flag)): filter.without.insert(flag.messageFlag)
            case .not(.word(let word)) where isNegated: filter.text = word
            case .not(.field(.from, let value)) where isNegated: filter.from = value
            case .not(.field(.to, let value)) where isNegated: filter.to = value
            case .not(.field(.subject, let value)) where isNegated: filter.subject = value
            case .not, .pattern: rest.append(term)
            }
        }
        return (filter, rest)
    }
}

extension FilterExpression.Term {
    /// Whether it is about text that the cache indexes.
    fileprivate var isText: Bool {
        switch self {
        case .word, .field: true
        case .not(let inner): inner.isText
        case .flag, .pattern: false
        }
    }

    fileprivate var isNegated: Bool {
        if case .not = self { return true }
        return false
    }
}

extension FilterExpression.Flag {
    fileprivate var messageFlag: MessageFlags {
        switch self {
        case .unread: .unread
        case .flagged: .flagged
        case .held: .held
        case .attachment: .attachment
        case .answered: .answered
        case .draft: .draft
        }
    }
}

extension FilterSubject {
    /// The fields of a message's row.
    package init(_ row: MessageRow) {
        var flags: Set<FilterExpression.Flag> = []
        for flag in FilterExpression.Flag.allCases where row.flags.contains(flag.messageFlag) { flags.insert(flag) }
        self.init(
            from: "\(row.from?.name ?? "") \(row.from?.address ?? "")",
            to: row.to.map { "\($0.name) \($0.address)" }.joined(separator: " "), subject: row.subject,
            preview: row.preview, flags: flags)
    }
}

extension RowSource where Row == MessageRow {
    /// How many rows the cache looks at in one read where a filter lets little through.
    private static var rowsInRead: Int { 2_000 }

    /// The messages of a scope in an order, filtered, read from the cache in windows.
    ///
    /// - Parameters:
    ///   - reach: how far a filter that lets little through looks; the list ends there.
    ///   - failed: told of a read that failed; the list ends there.
    package static func messages(
        _ reader: CacheReader, in scope: MessageScope, filter: FilterExpression = FilterExpression(""),
        order: MessageOrder = .newestFirst, reach: FilterReach = FilterReach(), failed: @escaping (any Error) -> Void
    ) -> RowSource {
        let (cacheFilter, rest) = filter.cacheFilter
        func read(_ start: WindowStart, _ limit: Int, forward: Bool) -> [MessageRow] {
            var rows: [MessageRow] = []
            var start = start
            do {
                for _ in 0..<max(1, reach.rows / rowsInRead) {
                    let window = try reader.messages(
                        in: scope, filter: cacheFilter, order: order, from: start, limit: limit - rows.count)
                    rows = forward ? rows + window.rows : window.rows + rows
                    if window.isEnd || rows.count >= limit { return rows }
                    start = window.next
                }
                reach.end()
            } catch {
                failed(error)
            }
            return rows
        }
        let source = RowSource(
            after: { row, limit in read(row.map { .after($0.key) } ?? .top, limit, forward: true) },
            before: { row, limit in read(row.map { .before($0.key) } ?? .bottom, limit, forward: false) })
        guard !rest.isEmpty else { return source }
        let matcher = FilterMatcher(rest)
        return source.filtered(scanLimit: { reach.rows }, limitReached: reach.end) {
            matcher.matches(FilterSubject($0))
        }
    }
}
