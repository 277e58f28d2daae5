import SafeText
import TerminalUI
import TestSupport

/// A real terminal in this process: screens are shown on it, and what it then holds is compared with what was meant.
///
/// It is opened and closed without waiting in between, since a process has one terminal at a time.
@UIActor
struct RealTerminal {
    let pair: TerminalPair
    let terminal: Terminal

    init(_ size: Size, theme: Theme = .standard, kind: String = "xterm-256color", usesColor: Bool = true) throws {
        pair = try TerminalPair(columns: size.width, rows: size.height)
        var options = Terminal.Options(theme: theme)
        options.input = pair.slave
        options.output = pair.slave
        options.kind = kind
        options.usesColor = usesColor
        terminal = try Terminal(options)
        pair.read()
    }

    /// Shows a screen; answers how the terminal differs from it, and what it was sent that is no part of its grammar.
    func show(_ surface: Surface) -> [String] {
        pair.reading { terminal.present(surface) }
        var found = pair.screen.faults
        if pair.screen.isInside { found.append("the bytes end inside a sequence") }
        for y in 0..<surface.gridSize.height {
            if let difference = difference(surface, row: y) { found.append("row \(y): \(difference)") }
        }
        let last = Point(x: surface.gridSize.width - 1, y: surface.gridSize.height - 1)
        let cursor = surface.cursor ?? last
        if pair.screen.x != cursor.x || pair.screen.y != cursor.y {
            found.append("the cursor is at \(pair.screen.x), \(pair.screen.y), not at \(cursor.x), \(cursor.y)")
        }
        return found
    }

    private func difference(_ surface: Surface, row y: Int) -> String? {
        let width = surface.gridSize.width
        for x in 0..<width {
            guard let (cluster, columns) = surface.cluster(at: Point(x: x, y: y)) else { continue }
            let shown = pair.screen.cells[y * width + x]
            guard !Self.isSame(cluster, columns, pair.screen.cells[y * width + x..<y * width + min(x + columns, width)])
            else { continue }
            return "column \(x) has “\(shown.text)” of \(shown.width), not “\(cluster)” of \(columns)"
        }
        return nil
    }

    /// Whether cells hold a cluster: each scalar that has a width in a cell of its own, the rest with it.
    private static func isSame(_ cluster: String, _ columns: Int, _ cells: ArraySlice<VirtualTerminal.Cell>) -> Bool {
        var parts: [(text: String, width: Int)] = []
        for scalar in cluster.unicodeScalars {
            let width = VirtualTerminal.width(of: scalar)
            if width > 0 || parts.isEmpty {
                parts.append((String(scalar), width))
            } else {
                parts[parts.count - 1].text.unicodeScalars.append(scalar)
            }
        }
        guard let first = parts.first, let cell = cells.first else { return true }
        if parts.reduce(0, { $0 + $1.width }) == columns {
            return parts.map(\.text) == cells.filter { $0.width > 0 }.map(\.text)
        }
        // A cluster that the system counts otherwise: its beginning, or at the edge what stands in for it.
        return cell.text == first.text || cell.text.unicodeScalars.first == first.text.unicodeScalars.first
            || cell.text == "\u{FFFD}"
    }
}
