import CGumbo

/// A table of data that is being read, cell by cell.
struct HTMLTable {
    private var rows: [[String]] = []
    private(set) var isOpen = false
    private(set) var isInCell = false

    /// Lines wider than this are not padded into columns.
    private static let widest = 100
    private static let mostColumns = 200

    mutating func open() {
        rows = []
        isOpen = true
        isInCell = false
    }

    mutating func openRow() { rows.append([]) }

    mutating func openCell() {
        if rows.isEmpty { rows.append([]) }
        if rows[rows.count - 1].count < Self.mostColumns { rows[rows.count - 1].append("") }
        isInCell = true
    }

    mutating func addToCell(_ text: String) {
        guard isInCell, !text.isEmpty, let row = rows.indices.last, let cell = rows[row].indices.last else { return }
        rows[row][cell] += rows[row][cell].isEmpty ? text : " \(text)"
    }

    mutating func closeCell() { isInCell = false }

    /// Ends the table: its rows as lines, in columns where they fit.
    mutating func close() -> [String] {
        isOpen = false
        isInCell = false
        let filled = rows.filter { row in row.contains { !$0.isEmpty } }
        rows = []
        let columns = filled.map(\.count).max() ?? 0
        var widths = [Int](repeating: 0, count: columns)
        for row in filled {
            for (index, cell) in row.enumerated() { widths[index] = max(widths[index], Self.width(cell)) }
        }
        let fits = widths.reduce(0, +) + 3 * max(0, columns - 1) <= Self.widest
        return filled.map { row in
            row.enumerated().map { index, cell in
                let isLast = index == row.count - 1
                return fits && !isLast ? cell + String(repeating: " ", count: widths[index] - Self.width(cell)) : cell
            }.joined(separator: " │ ")
        }
    }

    /// About how many cells of a terminal a text takes; the terminal's own reckoning stands in a target above this one.
    private static func width(_ text: String) -> Int {
        text.reduce(0) { sum, character in
            let value = character.unicodeScalars.first?.value ?? 0
            let isWide =
                (0x1100...0x115F).contains(value) || (0x2E80...0xA4CF).contains(value)
                || (0xAC00...0xD7A3).contains(value)
                || (0xF900...0xFAFF).contains(value) || (0xFE30...0xFE6F).contains(value)
                || (0xFF00...0xFF60).contains(value)
                || (0x1F300...0x1FAFF).contains(value) || (0x20000...0x3FFFD).contains(value)
            return sum + (isWide ? 2 : 1)
        }
    }

    /// Whether a table holds data rather than a page's layout: rows of two cells at least, nothing but text in them.
    static func isData(_ table: HTMLTree.Node) -> Bool {
        if HTMLTree.attribute(table, "role")?.lowercased() == "presentation" { return false }
        var open: [(node: HTMLTree.Node, next: UInt32)] = [(table, 0)]
        var rows = 0
        var cells = 0
        var budget = 20_000
        while let last = open.last {
            guard last.next < HTMLTree.childCount(last.node) else {
                open.removeLast()
                continue
            }
            open[open.count - 1].next += 1
            budget -= 1
            guard budget > 0, let child = HTMLTree.child(last.node, last.next) else { return false }
            switch HTMLTree.tag(child) {
            case GUMBO_TAG_TABLE, GUMBO_TAG_UL, GUMBO_TAG_OL, GUMBO_TAG_BLOCKQUOTE, GUMBO_TAG_PRE, GUMBO_TAG_H1,
                GUMBO_TAG_H2,
                GUMBO_TAG_H3, GUMBO_TAG_HR, GUMBO_TAG_DL:
                return false
            case GUMBO_TAG_TR: rows += 1
            case GUMBO_TAG_TD, GUMBO_TAG_TH: cells += 1
            default: break
            }
            open.append((child, 0))
        }
        return rows >= 2 && cells >= 2 * rows
    }
}
