extension ListView {
    /// Moves the cursor; answers whether it moved.
    @discardableResult
    package mutating func move(_ motion: Motion) -> Bool {
        switch motion {
        case .up: step(-1)
        case .down: step(1)
        case .pageUp: page(-max(1, height - 1))
        case .pageDown: page(max(1, height - 1))
        case .halfPageUp: page(-max(1, height / 2))
        case .halfPageDown: page(max(1, height / 2))
        case .first: toFirst()
        case .last: toLast()
        }
    }

    /// Moves the view by rows, as the wheel does; the cursor stays on its row until that would leave the view.
    package mutating func scroll(by delta: Int) {
        guard !rows.isEmpty else { return }
        reach(delta)
        topIndex = max(0, min(topIndex + delta, max(0, rows.count - height)))
        cursorIndex = max(topIndex, min(cursorIndex, topIndex + height - 1, rows.count - 1))
        settle()
    }

    /// The row drawn at a line of the view, if one is; the cursor goes there when `selecting`.
    package mutating func row(atLine line: Int, selecting: Bool = false) -> Row? {
        let index = topIndex + line
        guard line >= 0, line < height, rows.indices.contains(index) else { return nil }
        let row = rows[index]
        if selecting {
            cursorIndex = index
            settle()
        }
        return row
    }

    private mutating func step(_ delta: Int) -> Bool {
        guard let before = cursorRow?.id else { return false }
        reach(delta)
        cursorIndex += delta
        settle()
        return cursorRow?.id != before
    }

    /// Cursor and view move together, so that the eye finds the row where it was.
    private mutating func page(_ delta: Int) -> Bool {
        guard let before = cursorRow?.id else { return false }
        reach(delta)
        cursorIndex = max(0, min(cursorIndex + delta, rows.count - 1))
        topIndex = max(0, min(topIndex + delta, rows.count - 1))
        settle()
        return cursorRow?.id != before
    }

    /// Fetches what a move by so many rows needs, where it was not read ahead.
    private mutating func reach(_ delta: Int) {
        if delta > 0 { fetchBelow(to: topIndex + height + delta) } else { fetchAbove(to: -delta) }
    }

    private mutating func toFirst() -> Bool {
        let before = cursorRow?.id
        if !holdsFirst {
            rows = source.after(nil, margin * 3)
            holdsFirst = true
            holdsLast = rows.count < margin * 3
        }
        (cursorIndex, topIndex, firstOrdinal) = (0, 0, 0)
        rangeStartIsAbove = false
        settle()
        return cursorRow?.id != before
    }

    private mutating func toLast() -> Bool {
        let before = cursorRow?.id
        if !holdsLast {
            rows = source.before(nil, margin * 3)
            holdsLast = true
            holdsFirst = rows.count < margin * 3
            firstOrdinal = holdsFirst ? 0 : nil
        }
        cursorIndex = max(0, rows.count - 1)
        topIndex = max(0, rows.count - height)
        rangeStartIsAbove = true
        settle()
        return cursorRow?.id != before
    }
}
