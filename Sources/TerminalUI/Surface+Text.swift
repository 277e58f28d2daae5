extension Surface {
    /// The rows as text, blanks at their ends left out: what snapshots and `save-screen` hold.
    package var rows: [String] {
        (0..<gridSize.height).map { row(text: $0) }
    }

    /// The whole screen as text, one line a row.
    package var text: String { rows.joined(separator: "\n") }

    /// The screen and below it the styles of each row that are not the plain one: `3: 0-79 unread on selection`.
    package var styledText: String {
        let styles = (0..<gridSize.height).flatMap { y in styleRuns(row: y).map { "\(y): \($0)" } }
        return ([text, "--"] + styles).joined(separator: "\n")
    }

    /// The style of a cell of the grid; nothing outside.
    package func style(at point: Point) -> Style? {
        guard Rect(origin: .zero, size: gridSize).contains(point) else { return nil }
        return cells[point.y * gridSize.width + point.x].style
    }

    /// The cluster that begins in a cell of the grid, and its columns; nothing outside and in a wide one's second half.
    package func cluster(at point: Point) -> (text: String, width: Int)? {
        guard Rect(origin: .zero, size: gridSize).contains(point) else { return nil }
        let cell = cells[point.y * gridSize.width + point.x]
        return cell.width > 0 ? (cluster(cell.glyph), Int(cell.width)) : nil
    }

    /// Whether a row of both looks the same; both have the same size.
    func showsSameRow(_ y: Int, as other: Surface) -> Bool {
        let range = y * gridSize.width..<(y + 1) * gridSize.width
        return range.allSatisfy {
            cells[$0].style == other.cells[$0].style && isSameText(cells[$0], as: other.cells[$0], in: other)
        }
    }

    /// Whether a row of both has the same text, in whatever styles; both have the same size.
    func showsSameText(_ y: Int, as other: Surface) -> Bool {
        let range = y * gridSize.width..<(y + 1) * gridSize.width
        return range.allSatisfy { isSameText(cells[$0], as: other.cells[$0], in: other) }
    }

    private func isSameText(_ mine: Cell, as theirs: Cell, in other: Surface) -> Bool {
        guard mine.width == theirs.width else { return false }
        if mine.glyph < Self.firstCluster || theirs.glyph < Self.firstCluster { return mine.glyph == theirs.glyph }
        return cluster(mine.glyph) == other.cluster(theirs.glyph)
    }

    private func row(text y: Int) -> String {
        var row = ""
        for cell in cells[y * gridSize.width..<(y + 1) * gridSize.width] where cell.width > 0 {
            let cluster = cluster(cell.glyph)
            // The mark that ends right-to-left text is ours and of interest to terminals alone.
            row += cluster.unicodeScalars.last == "\u{200E}" ? String(cluster.unicodeScalars.dropLast()) : cluster
        }
        while row.last == " " { row.removeLast() }
        return row
    }

    private func styleRuns(row y: Int) -> [String] {
        var runs: [String] = []
        var x = 0
        while x < gridSize.width {
            let style = cells[y * gridSize.width + x].style
            let start = x
            while x < gridSize.width, cells[y * gridSize.width + x].style == style { x += 1 }
            if style != .text { runs.append("\(start)-\(x - 1) \(style)") }
        }
        return runs
    }
}

extension Style: CustomStringConvertible {
    /// For snapshots: `unread on selection +bold`.
    package var description: String {
        let names = ["bold", "underline", "reverse", "dim", "italic"]
        let emphases = names.enumerated().filter { emphasis.rawValue & (1 << UInt8($0.offset)) != 0 }
            .map { " +\($0.element)" }.joined()
        return role.rawValue + (ground == .text ? "" : " on \(ground.rawValue)") + emphases
    }
}
