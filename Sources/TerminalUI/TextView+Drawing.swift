internal import SafeText

extension TextView {
    /// Draws the visible rows; the terminal's cursor goes to the first, or to the match that was jumped to.
    package mutating func draw(into surface: inout Surface, isFocused: Bool = true) {
        height = max(1, surface.size.height)
        if surface.size.width != width || (rows.isEmpty && !lines.isEmpty) { layOut(width: surface.size.width) }
        top = max(0, min(top, rows.count - height))
        noteSeen()
        if isFocused { surface.placeCursor(at: .zero) }
        for (y, row) in rows[min(top, rows.count)..<min(top + height, rows.count)].enumerated() {
            if let fold = row.fold {
                let label = "▸ " + folds[fold].label
                surface.put(label.truncated(to: width), at: Point(x: 0, y: y), style: Style(.muted))
            } else if let piece = row.piece {
                draw(row, piece, y: y, into: &surface, isFocused: isFocused)
            }
        }
    }

    private func draw(_ row: Row, _ piece: SafeText.Piece, y: Int, into surface: inout Surface, isFocused: Bool) {
        let line = lines[row.line]
        var text = line.text.slice(piece)
        var firstCell = piece.cells.lowerBound
        var x = 0
        if row.quoteWidth > 0 {
            // A quote prefix is ASCII: as many cells as columns.
            x = surface.put(line.text.slice(0..<row.quoteWidth), at: Point(x: 0, y: y), style: line.style)
        }
        if offset > 0 {
            let rest = text.dropping(columns: offset)
            firstCell += text.count - rest.count
            text = rest
        }
        surface.put(text, at: Point(x: x, y: y), style: line.style)
        let shown = firstCell..<firstCell + text.count
        for run in line.runs { put(run, of: text, shown, at: Point(x: x, y: y), into: &surface) }
        for match in matches(inLine: row.line) {
            let isCurrent = currentMatch == match
            let style = Style(isCurrent ? .matchCurrent : .match)
            let at = put(
                Run(matches[match].cells, style), of: text, shown, at: Point(x: x, y: y), into: &surface)
            if isCurrent, isFocused, let at { surface.placeCursor(at: at) }
        }
    }

    /// Draws the part of a run that is shown and answers where it begins.
    @discardableResult
    private func put(
        _ run: Run, of text: SafeText, _ shown: Range<Int>, at point: Point, into surface: inout Surface
    ) -> Point? {
        let cells = run.cells.clamped(to: shown)
        guard !cells.isEmpty else { return nil }
        let first = cells.lowerBound - shown.lowerBound
        let place = Point(x: point.x + text.slice(0..<first).width, y: point.y)
        surface.put(text.slice(first..<first + cells.count), at: place, style: run.style)
        return place
    }

    /// Numbers of the matches of one line; matches are in the order of lines.
    private func matches(inLine line: Int) -> Range<Int> {
        var (low, high) = (0, matches.count)
        while low < high {
            let middle = (low + high) / 2
            if matches[middle].line < line { low = middle + 1 } else { high = middle }
        }
        var end = low
        while end < matches.count, matches[end].line == line { end += 1 }
        return low..<end
    }
}
