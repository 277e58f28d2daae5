extension ListView {
    /// Draws the visible rows, one line each; `row` gets a surface of that line alone.
    ///
    /// The terminal's cursor goes to the focused row, for screen readers.
    package mutating func draw(
        into surface: inout Surface, isFocused: Bool = true,
        row draw: (_ row: Row, _ state: RowState, _ line: inout Surface) -> Void
    ) {
        resize(height: surface.size.height)
        let width = surface.size.width
        for (line, index) in (topIndex..<min(topIndex + surface.size.height, rows.count)).enumerated() {
            let state = state(at: index)
            let rect = Rect(x: 0, y: line, width: width, height: 1)
            surface.clipped(to: rect) { draw(rows[index], state, &$0) }
            if state.isMarked { surface.setGround(.marked, in: rect) }
            if state.isCursor {
                surface.setGround(isFocused ? .selection : .selectionInactive, in: rect)
                if isFocused { surface.placeCursor(at: rect.origin) }
            }
        }
    }
}
