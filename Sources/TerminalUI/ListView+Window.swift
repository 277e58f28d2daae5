extension ListView {
    /// Tells how many rows are visible; fetches what that needs.
    package mutating func resize(height: Int) {
        guard height != self.height || rows.isEmpty else { return }
        self.height = max(1, height)
        if rows.isEmpty { reload() } else { settle() }
    }

    /// Forgets rows, marks and cursor and begins at the first row: another mailbox, another order.
    package mutating func reset() {
        rows = []
        marked = []
        rangeStart = nil
        (cursorIndex, topIndex, firstOrdinal) = (0, 0, 0)
        reload()
    }

    /// Reads the rows again after a change; the cursor stays on its row, or on its neighbour where it is gone.
    package mutating func reload() {
        guard let anchor = cursorRow else {
            // A screen and what is read ahead of it: this is what every letter of a search waits for.
            let wanted = height + margin
            rows = source.after(nil, wanted)
            (cursorIndex, topIndex, firstOrdinal) = (0, 0, 0)
            holdsFirst = true
            holdsLast = rows.count < wanted
            return
        }
        let showedFirst = holdsFirst && topIndex == 0
        let screenRow = cursorIndex - topIndex
        let wanted = margin + height
        let above = source.before(anchor, wanted)
        // From the last row above on, so that the cursor's own row is read again too, if it is still there.
        let below = source.after(above.last, wanted + 1)
        let heldFirst = holdsFirst
        let oldOrdinal = firstOrdinal.map { $0 + cursorIndex }
        rows = above + below
        holdsFirst = above.count < wanted
        holdsLast = below.count < wanted + 1
        cursorIndex = min(above.count, max(0, rows.count - 1))
        firstOrdinal = holdsFirst ? 0 : (heldFirst ? nil : oldOrdinal.map { max(0, $0 - above.count) })
        guard !rows.isEmpty else {
            (topIndex, firstOrdinal) = (0, 0)
            return
        }
        topIndex = max(0, cursorIndex - screenRow)
        // A list that showed its start goes on showing it, for as long as the cursor stays in sight.
        if showedFirst, holdsFirst, cursorIndex < height { topIndex = 0 }
        settle()
    }

    /// Puts the cursor on the row with this identity if it is held, and answers whether it is.
    @discardableResult
    package mutating func select(_ id: Row.ID) -> Bool {
        guard let index = rows.firstIndex(where: { $0.id == id }) else { return false }
        cursorIndex = index
        settle()
        return true
    }

    /// Puts the cursor on a row known from elsewhere (a search's result), fetching what is around it.
    package mutating func jump(to row: Row) {
        if select(row.id) { return }
        rows = [row]
        (cursorIndex, topIndex, holdsFirst, holdsLast, firstOrdinal) = (0, 0, false, false, nil)
        reload()
    }

    /// Fetches the rows that the next page needs, so that its key does not wait for them; between keys.
    ///
    /// Answers whether an end of the list came into sight of the window, which its position may tell.
    @discardableResult
    package mutating func readAhead() -> Bool {
        let ends = (holdsFirst, holdsLast)
        fetchBelow(to: topIndex + height + margin)
        fetchAbove(to: margin)
        trim()
        return ends != (holdsFirst, holdsLast)
    }

    /// Brings the cursor into sight and the visible rows into the window.
    mutating func settle() {
        guard !rows.isEmpty else { return }
        cursorIndex = max(0, min(cursorIndex, rows.count - 1))
        if cursorIndex < topIndex { topIndex = cursorIndex }
        if cursorIndex >= topIndex + height { topIndex = cursorIndex - height + 1 }
        fetchBelow(to: topIndex + height)
        topIndex = max(0, min(topIndex, rows.count - height))
        trim()
    }

    /// Fetches rows at the end of the window until it holds so many, and some more where it has to.
    mutating func fetchBelow(to count: Int) {
        let missing = count - rows.count
        guard missing > 0, !holdsLast, let last = rows.last else { return }
        let wanted = max(missing, margin)
        let more = source.after(last, wanted)
        rows += more
        holdsLast = more.count < wanted
    }

    /// Fetches rows at the start of the window until so many lie above the visible ones, and some more where it has to.
    mutating func fetchAbove(to count: Int) {
        let missing = count - topIndex
        guard missing > 0, !holdsFirst, let first = rows.first else { return }
        let wanted = max(missing, margin)
        let more = source.before(first, wanted)
        rows.insert(contentsOf: more, at: 0)
        cursorIndex += more.count
        topIndex += more.count
        holdsFirst = more.count < wanted
        firstOrdinal = holdsFirst ? 0 : firstOrdinal.map { max(0, $0 - more.count) }
    }

    /// Lets go of rows that are more than a margin and a half away.
    private mutating func trim() {
        let keep = margin + margin / 2
        let below = rows.count - (topIndex + height + keep)
        if below > 0 {
            noteRangeStart(leaving: rows.suffix(below), above: false)
            rows.removeLast(below)
            holdsLast = false
        }
        let above = topIndex - keep
        if above > 0 {
            noteRangeStart(leaving: rows.prefix(above), above: true)
            rows.removeFirst(above)
            cursorIndex -= above
            topIndex -= above
            firstOrdinal = firstOrdinal.map { $0 + above }
            holdsFirst = false
        }
    }

    /// Remembers on which side the range's start left the window.
    private mutating func noteRangeStart(leaving: ArraySlice<Row>, above: Bool) {
        guard let rangeStart, leaving.contains(where: { $0.id == rangeStart.id }) else { return }
        rangeStartIsAbove = above
    }
}
