/// Where a list's rows come from: keyset paging, both ways. Never asks how many there are.
package struct RowSource<Row: Identifiable> {
    /// Up to so many rows that follow a row (nothing: from the first), in list order.
    package var after: (_ row: Row?, _ limit: Int) -> [Row]
    /// Up to so many rows that come before a row (nothing: the last ones), in list order, the nearest last.
    package var before: (_ row: Row?, _ limit: Int) -> [Row]

    /// A source of two closures. A row that is gone still says where it stood.
    package init(
        after: @escaping (_ row: Row?, _ limit: Int) -> [Row], before: @escaping (_ row: Row?, _ limit: Int) -> [Row]
    ) {
        self.after = after
        self.before = before
    }

    /// A source over rows in memory.
    package init(_ rows: [Row]) {
        let places = Dictionary(
            rows.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
        self.init(
            after: { row, limit in
                let start = row.flatMap { places[$0.id] }.map { $0 + 1 } ?? 0
                return Array(rows[min(start, rows.count)...].prefix(limit))
            },
            before: { row, limit in
                let end = row.flatMap { places[$0.id] } ?? (row == nil ? rows.count : 0)
                return Array(rows[..<end].suffix(limit))
            })
    }
}

/// A list that opens at any size: it holds about three screens of rows and fetches more as the cursor moves.
///
/// The cursor stays on its row's identity: rows that arrive above move it down the screen, or, when the list's start is
/// out of sight, move nothing. The list knows no keys; the program maps keys to motions.
package struct ListView<Row: Identifiable> {
    /// How a row stands.
    package struct RowState: Hashable, Sendable {
        /// Whether the cursor is on it.
        package var isCursor: Bool
        /// Whether it is marked, or inside the range that is being made.
        package var isMarked: Bool
    }

    /// Gives the rows; after changing it, call `reload()` or `reset()`.
    package var source: RowSource<Row>
    /// Rows held: around the visible ones, without a gap.
    package internal(set) var rows: [Row] = []
    /// The cursor's place in `rows`.
    package internal(set) var cursorIndex = 0
    /// The first visible row's place in `rows`.
    package internal(set) var topIndex = 0
    /// Rows that are visible at once.
    package internal(set) var height = 1
    /// Whether `rows` begins with the list's first row.
    package internal(set) var holdsFirst = false
    /// Whether `rows` ends with the list's last row.
    package internal(set) var holdsLast = false
    /// Rows marked one by one or by a range.
    package internal(set) var marked: Set<Row.ID> = []
    /// Where the range began that is being made.
    package internal(set) var rangeStart: Row?
    /// Whether the range's start lies above the cursor, once it is out of the window.
    var rangeStartIsAbove = true
    /// The list's ordinal of `rows[0]`, while it is known.
    var firstOrdinal: Int? = 0

    /// An empty list; `reload()` or the first `resize` fills it.
    package init(source: RowSource<Row>) {
        self.source = source
    }

    /// The row under the cursor.
    package var cursorRow: Row? { rows.indices.contains(cursorIndex) ? rows[cursorIndex] : nil }
    /// Whether there are no rows.
    package var isEmpty: Bool { rows.isEmpty }
    /// The cursor's place in the whole list, from 1; unknown after a jump to the end or arrivals out of sight.
    package var cursorOrdinal: Int? { rows.isEmpty ? nil : firstOrdinal.map { $0 + cursorIndex + 1 } }
    /// The rows that are visible.
    package var visibleRows: ArraySlice<Row> {
        rows[min(topIndex, rows.count)..<min(topIndex + height, rows.count)]
    }

    /// The visible rows and a page on each side of them, as far as they are held.
    package var nearbyRows: ArraySlice<Row> {
        rows[max(0, min(topIndex - height, rows.count))..<min(topIndex + 2 * height, rows.count)]
    }

    /// Rows to hold on each side of the visible ones.
    var margin: Int { max(height, 8) }
}
