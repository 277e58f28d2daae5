import SafeText

/// A column of a table.
struct Column<Item> {
    let title: SafeText
    /// Whether its text stands at the right edge, as numbers do.
    let isTrailing: Bool
    /// The columns below which it is not cut; `nil` where it is never cut.
    let least: Int?
    let value: (Item) -> SafeText

    init(_ title: SafeText, isTrailing: Bool = false, least: Int? = nil, _ value: @escaping (Item) -> SafeText) {
        self.title = title
        self.isTrailing = isTrailing
        self.least = least
        self.value = value
    }
}

/// Rows under titles, fitted to a width; or with tabs between and without titles, for a program.
struct Table<Item> {
    let columns: [Column<Item>]
    let items: [Item]

    private var rows: [[SafeText]] {
        items.map { item in columns.map { $0.value(item) } }
    }

    /// The rows without titles; no cell holds a tab, since none is left in safe text.
    var tabSeparated: [String] {
        rows.map { $0.map(\.string).joined(separator: "\t") }
    }

    /// - Parameter width: The columns of the terminal.
    func lines(width: Int) -> [SafeText] {
        let titled = [columns.map(\.title)] + rows
        let widths = fit(titled, width)
        return titled.map { row in
            let cells = zip(row, zip(columns, widths)).enumerated().map { index, cell in
                let (text, (column, width)) = cell
                let cut = text.truncated(to: width)
                // The last column is not filled up, so that no line ends in blanks.
                if index == columns.count - 1, !column.isTrailing { return cut }
                return cut.padded(to: width, align: column.isTrailing ? .trailing : .leading)
            }
            return cells.dropFirst().reduce(cells.first ?? .empty) { $0 + "  " + $1 }.truncated(to: width)
        }
    }

    /// The widest cell of each column, with the columns that may be cut narrowed in turn until the line fits.
    private func fit(_ rows: [[SafeText]], _ width: Int) -> [Int] {
        var widths = columns.indices.map { column in rows.map { $0[column].width }.max() ?? 0 }
        var excess = widths.reduce(0, +) + 2 * max(0, columns.count - 1) - width
        while excess > 0 {
            let candidates = columns.indices.filter { index in columns[index].least.map { widths[index] > $0 } ?? false
            }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }
}
