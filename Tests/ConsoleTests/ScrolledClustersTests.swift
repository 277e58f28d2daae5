import SafeText
import TerminalUI
import TestSupport
import Testing

/// Rows whose clusters ncurses cannot hold are written by hand; ncurses also moves rows by scrolling the terminal. What it
/// moves it must know.
@Suite("Scrolled rows with clusters that ncurses cannot hold")
@UIActor
struct ScrolledClustersTests {
    private static let size = Size(width: 40, height: 20)
    /// A letter with six marks: ncurses holds four.
    private static let cluster = "a\u{336}\u{323}\u{301}\u{489}\u{336}\u{323}"

    /// Twenty rows; `rows` names what stands in some of them, the others hold distinct text that moves up by `shift`.
    private func screen(shift: Int, _ rows: [Int: String]) -> Surface {
        var surface = Surface(size: Self.size)
        for y in 0..<Self.size.height {
            let text = rows[y] ?? "distinct row number \(y + shift) of many"
            surface.put(SafeText(untrusted: text), at: Point(x: 0, y: y))
        }
        return surface
    }

    @Test("a row that stays while the rows around it move still shows its cluster")
    func stays() throws {
        let real = try RealTerminal(Self.size)
        defer { real.terminal.close() }
        #expect(real.show(screen(shift: 0, [10: Self.cluster])) == [])
        #expect(real.show(screen(shift: 2, [8: Self.cluster, 10: Self.cluster])) == [])
        #expect(real.show(screen(shift: 4, [8: Self.cluster, 10: Self.cluster])) == [])
    }

    @Test("a row that moves to where its plain letter is meant shows the letter alone")
    func moves() throws {
        let real = try RealTerminal(Self.size)
        defer { real.terminal.close() }
        #expect(real.show(screen(shift: 0, [10: Self.cluster])) == [])
        #expect(real.show(screen(shift: 2, [8: "a"])) == [])
    }
}
