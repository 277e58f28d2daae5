extension ListView {
    /// Most rows that one range can mark.
    package static var rangeLimit: Int { 10_000 }

    /// Marks the row under the cursor, or takes its mark away.
    package mutating func toggleMark() {
        guard let id = cursorRow?.id else { return }
        if marked.remove(id) == nil { marked.insert(id) }
    }

    /// Begins a range at the cursor, or ends the one that is being made and marks its rows.
    package mutating func toggleRange() {
        if rangeStart == nil {
            rangeStart = cursorRow
        } else {
            marked.formUnion(rangeRows().map(\.id))
            rangeStart = nil
        }
    }

    /// Takes all marks away, and the range that is being made.
    package mutating func clearMarks() {
        marked.removeAll()
        rangeStart = nil
    }

    /// What an act applies to: the marked rows and the range, or the row under the cursor where nothing is marked.
    package func actedOn() -> Set<Row.ID> {
        let all = rangeStart == nil ? marked : marked.union(rangeRows().map(\.id))
        return all.isEmpty ? Set(cursorRow.map { [$0.id] } ?? []) : all
    }

    /// How the row at a place in `rows` stands.
    package func state(at index: Int) -> RowState {
        let row = rows[index]
        var isMarked = marked.contains(row.id)
        if let range = rangeInWindow, range.contains(index) { isMarked = true }
        return RowState(isCursor: index == cursorIndex, isMarked: isMarked)
    }

    /// The part of the range that is held.
    private var rangeInWindow: ClosedRange<Int>? {
        guard let rangeStart, !rows.isEmpty else { return nil }
        if let start = rows.firstIndex(where: { $0.id == rangeStart.id }) {
            return min(start, cursorIndex)...max(start, cursorIndex)
        }
        return rangeStartIsAbove ? 0...cursorIndex : cursorIndex...rows.count - 1
    }

    /// The rows from the range's start to the cursor, fetched where they are not held.
    private func rangeRows() -> [Row] {
        guard let start = rangeStart, let cursor = cursorRow else { return [] }
        if let index = rows.firstIndex(where: { $0.id == start.id }) {
            return Array(rows[min(index, cursorIndex)...max(index, cursorIndex)])
        }
        let (first, last) = rangeStartIsAbove ? (start, cursor) : (cursor, start)
        var found = [first]
        while found.count < Self.rangeLimit, let from = found.last {
            let more = source.after(from, 500)
            if let end = more.firstIndex(where: { $0.id == last.id }) { return found + more[...end] }
            if more.isEmpty { break }
            found += more
        }
        return found
    }
}
