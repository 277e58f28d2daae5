import Console
import SafeText
import TerminalUI
import TestSupport
import Testing

/// How each screen looks on a real terminal of 256 colours, of the palette's first ones, and without any.
@Suite("Screens in colours")
@UIActor
struct ColourTests {
    private static let depths = [
        ("256", "xterm-256color", true), ("palette", "xterm", true), ("none", "xterm-256color", false),
    ]

    @Test("look as recorded", arguments: SnapshotTests.screens.map(\.name))
    func look(name: String) async throws {
        let script = try #require(SnapshotTests.screens.first { $0.name == name }?.script)
        let console = try await SampleCache.filled().console(
            columns: 80, rows: 24, services: SampleServices.services)
        try await console.play(script)
        try Self.compare(console.surface, "colours-\(name)")
    }

    /// Compares how a screen of 80 by 24 looks in every depth of colours with what was recorded.
    static func compare(_ surface: Surface, _ name: String) throws {
        let theme = try #require(ThemeLibrary(folder: "/nonexistent").themes.first { $0.name == "dark" })
        var text: [String] = []
        for (depth, kind, usesColor) in depths {
            let real = try RealTerminal(Size(width: 80, height: 24), theme: theme, kind: kind, usesColor: usesColor)
            let differences = real.show(surface)
            #expect(differences.isEmpty, "\(depth): \(differences.prefix(3))")
            text += ["== \(depth)"] + runs(real.pair.screen)
            real.terminal.close()
        }
        Snapshot.compare(text.joined(separator: "\n"), name)
    }

    /// The styles of a row's cells as they are seen: a blank without a line or reversed colours shows its ground alone,
    /// so it counts to what stands before it on the same ground.
    private static func styles(_ row: ArraySlice<VirtualTerminal.Cell>) -> [VirtualTerminal.Style] {
        var styles: [VirtualTerminal.Style] = []
        for cell in row {
            guard cell.text == " ", cell.style.emphasis.isDisjoint(with: [4, 7]) else {
                styles.append(cell.style)
                continue
            }
            let before = styles.last ?? VirtualTerminal.Style()
            let continues = before.background == cell.style.background && before.emphasis.isDisjoint(with: [4, 7])
            styles.append(continues ? before : VirtualTerminal.Style(background: cell.style.background))
        }
        return styles
    }

    /// The stretches of each row that are not plain: columns, foreground on background, SGR numbers.
    private static func runs(_ screen: VirtualTerminal) -> [String] {
        (0..<screen.rows).compactMap { y in
            let row = styles(screen.cells[y * screen.columns..<(y + 1) * screen.columns])
            var (runs, start): ([String], Int) = ([], 0)
            for x in 1...screen.columns where x == screen.columns || row[x] != row[start] {
                let style = row[start]
                if style != VirtualTerminal.Style() {
                    let emphasis = style.emphasis.sorted().map { "+\($0)" }.joined()
                    runs.append("\(start)-\(x - 1) \(style.foreground)/\(style.background)\(emphasis)")
                }
                start = x
            }
            return runs.isEmpty ? nil : "\(y): " + runs.joined(separator: ", ")
        }
    }
}
