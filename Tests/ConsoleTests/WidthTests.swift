import Foundation
import SafeText
import TerminalUI
import TestSupport
import Testing

/// Graphemes as another terminal lays them out: whatever tmux makes of one, what stands right of it keeps its column.
@Suite("Widths on tmux's grid", .enabled(if: Tmux.isInstalled))
@UIActor
struct WidthTests {
    private static let graphemes = [
        "a", "\u{E9}", "e\u{301}", "\u{65E5}", "\u{AC01}", "\u{1100}\u{1161}\u{11A8}", "\u{FF21}", "\u{FF71}",
        "\u{3042}\u{3099}", "\u{1F600}", "\u{1F44D}\u{1F3FD}", "\u{1F3FD}", "\u{1F1E9}\u{1F1EA}", "\u{1F1E9}",
        "\u{263A}", "\u{263A}\u{FE0F}", "\u{2764}\u{FE0F}", "1\u{FE0F}\u{20E3}",
        "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}\u{200D}\u{1F466}", "\u{1F9D1}\u{200D}\u{1F4BB}",
        "\u{1F3F3}\u{FE0F}\u{200D}\u{1F308}", "\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
        "\u{627}\u{644}\u{639}\u{64E}", "\u{5D0}\u{5B8}", "\u{915}\u{94D}\u{937}\u{93F}", "\u{E01}\u{E33}\u{E49}",
        "\u{1000}\u{103C}\u{102D}", "\u{B1}", "\u{2460}", "\u{2500}", "\u{3B1}", "\u{416}", "\u{2026}", "\u{FDFD}",
        "\u{2E3A}", "\u{1F004}", "\u{231A}", "\u{26A0}\u{FE0F}", "\u{2122}", "\u{B7}\u{FE0F}", "\u{845B}\u{E0100}",
        "\u{303D}\u{FE0F}", "Z\u{351}\u{36B}\u{343}\u{36A}", "a\u{200B}b", "a\u{202E}b", "a\u{1B}[31mb",
    ]

    @Test("columns never shift and rows never wrap, beside any grapheme and at the edge")
    func columns() throws {
        let size = Size(width: 40, height: Self.graphemes.count)
        var surface = Surface(size: size)
        for (row, grapheme) in Self.graphemes.enumerated() {
            let text = SafeText(untrusted: grapheme)
            surface.put(text, at: Point(x: 0, y: row))
            surface.put("#", at: Point(x: 20, y: row))
            surface.put(SafeText(untrusted: String(repeating: grapheme, count: 30)), at: Point(x: 21, y: row))
        }
        let real = try RealTerminal(size)
        let differences = real.show(surface)
        #expect(differences.isEmpty, "\(differences)")
        let bytes = real.pair.bytes
        real.terminal.close()
        let folder = try TemporaryFolder()
        try Data(bytes).write(to: URL(fileURLWithPath: folder.file("bytes")))
        let tmux = try Tmux(
            "stty -echo; cat \(folder.file("bytes")); sleep 1000", columns: size.width, rows: size.height)
        #expect(try eventually { try tmux.screen().filter { $0.unicodeScalars.contains("#") }.count == size.height })
        for (row, line) in try tmux.screen().prefix(size.height).enumerated() {
            #expect(
                line.unicodeScalars.filter { $0 == "#" }.count == 1,
                "row \(row) of \(Self.graphemes[row].debugDescription): \(line)")
        }
        // Looked up in tmux's own grid, which alone knows in which column it has put something.
        try tmux.control("set", "-g", "mode-keys", "vi")
        try tmux.control("copy-mode")
        try tmux.control("send-keys", "-X", "top-line")
        try tmux.control("send-keys", "-X", "start-of-line")
        for (row, grapheme) in Self.graphemes.enumerated() {
            try tmux.control("send-keys", "-X", "search-forward", "#")
            let place = try tmux.value("#{copy_cursor_x} #{copy_cursor_y}")
            #expect(place == "20 \(row)", "\(grapheme.debugDescription)")
        }
    }
}
