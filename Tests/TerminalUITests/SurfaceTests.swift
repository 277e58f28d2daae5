import SafeText
import TerminalUI
import Testing

@Suite("A surface")
struct SurfaceTests {
    @Test("shows what is drawn, and nothing beyond a region")
    func clipping() {
        var surface = Surface(size: Size(width: 10, height: 3))
        surface.clipped(to: Rect(x: 2, y: 1, width: 4, height: 1)) { inner in
            #expect(inner.size == Size(width: 4, height: 1))
            inner.put("abcdefgh", at: Point(x: -1, y: 0))
            inner.put("xxx", at: Point(x: 0, y: 1))
            inner.put("xxx", at: Point(x: 0, y: -1))
        }
        #expect(surface.rows == ["", "  bcde", ""])
    }

    @Test("keeps an inner region inside the outer one")
    func nesting() {
        var surface = Surface(size: Size(width: 6, height: 1))
        surface.clipped(to: Rect(x: 1, y: 0, width: 3, height: 1)) { outer in
            outer.clipped(to: Rect(x: 1, y: 0, width: 9, height: 9)) { $0.put("abcdef", at: .zero) }
        }
        #expect(surface.rows == ["  ab"])
    }

    @Test("never lets a wide character hang over an edge or wrap")
    func wideAtTheEdge() {
        var surface = Surface(size: Size(width: 5, height: 2))
        surface.put("日本語", at: .zero)
        surface.put("日本語", at: Point(x: -1, y: 1))
        #expect(surface.rows == ["日本", " 本語"])
    }

    @Test("makes the half of a wide character that is left a blank")
    func cutInTwo() {
        var surface = Surface(size: Size(width: 6, height: 3))
        for y in 0..<3 { surface.put("日本語", at: Point(x: 0, y: y)) }
        surface.put("a", at: Point(x: 1, y: 0))
        surface.put("a", at: Point(x: 2, y: 1))
        surface.put("한", at: Point(x: 1, y: 2))
        #expect(surface.rows == [" a本語", "日a 語", " 한 語"])
    }

    @Test("shows marks in their own role")
    func marks() {
        var surface = Surface(size: Size(width: 8, height: 1))
        surface.put(SafeText(untrusted: "a\u{1B}b"), at: .zero, style: Style(.subject, on: .selection))
        #expect(surface.rows == ["a␛b"])
        #expect(surface.style(at: Point(x: 1, y: 0)) == Style(.mark, on: .selection))
        #expect(surface.style(at: Point(x: 2, y: 0)) == Style(.subject, on: .selection))
    }

    @Test("names the styles of its rows")
    func styledText() {
        var surface = Surface(size: Size(width: 6, height: 2))
        surface.put("ab", at: Point(x: 0, y: 1), style: Style(.unread, [.bold]))
        surface.setGround(.selection, in: Rect(x: 0, y: 1, width: 6, height: 1))
        #expect(surface.styledText == "\nab\n--\n1: 0-1 unread on selection +bold\n1: 2-5 text on selection")
    }

    @Test("draws boxes, and in linear mode only their titles")
    func boxes() {
        var surface = Surface(size: Size(width: 9, height: 3))
        surface.box(surface.bounds, title: "ab")
        #expect(surface.rows == ["┌─ ab ──┐", "│       │", "└───────┘"])
        surface.clear()
        surface.isLinear = true
        surface.box(surface.bounds, title: "ab")
        surface.rule(y: 1)
        #expect(surface.rows == ["   ab", "", ""])
    }

    @Test("of any size is drawn on without harm", arguments: [(0, 0), (1, 1), (5, 2), (2, 5)])
    func tiny(_ size: (Int, Int)) {
        var surface = Surface(size: Size(width: size.0, height: size.1))
        surface.box(surface.bounds, title: "title")
        surface.put("日本語 text", at: Point(x: 0, y: 0))
        surface.fill(Rect(x: -3, y: -3, width: 100, height: 100))
        surface.placeCursor(at: Point(x: 40, y: 40))
        let dialog = Dialog(title: "Question", message: ["Really?"], buttons: [.init("Yes")], clock: .system)
        dialog.draw(into: &surface)
        var input = InputLine("some text")
        input.draw(into: &surface, prompt: ":")
        var view = TextView(lines: [TextView.Line("日本語 text")])
        view.draw(into: &surface)
        #expect(surface.rows.count == size.1)
    }

    @Test("ends right-to-left text, so that the next column stays where it is")
    func rightToLeft() {
        var surface = Surface(size: Size(width: 12, height: 1))
        surface.put(SafeText(untrusted: "שלום"), at: .zero)
        surface.put("12", at: Point(x: 6, y: 0))
        #expect(surface.rows == ["שלום  12"])
    }

    @Test("lays columns out by priority, ideal and growth")
    func columns() {
        let columns = [
            TableColumn("When", minimum: 6, priority: 3), TableColumn("From", minimum: 8, ideal: 20, priority: 4),
            TableColumn("Subject", minimum: 10, ideal: 30, grows: 1, priority: 5),
            TableColumn("Size", minimum: 5, priority: 1, alignment: .trailing),
        ]
        func widths(_ width: Int) -> [Int] { TableLayout(columns, width: width).slots.map(\.width) }
        #expect(widths(100) == [6, 20, 63, 5])
        #expect(widths(60) == [6, 13, 30, 5])
        #expect(widths(29) == [6, 8, 11])
        #expect(widths(9) == [9])
        #expect(widths(0) == [0])
        #expect(TableLayout(columns, width: 100).slots.map(\.x) == [0, 8, 30, 95])
    }

    @Test("shows numbers as bars")
    func sparklines() {
        #expect(Sparkline.text([0, 1, 4, 8], columns: 4).string == " ▂▅█")
        #expect(Sparkline.text([1, 2, 3], columns: 2).width == 2)
        #expect(Sparkline.text([], columns: 5).isEmpty)
        #expect(Sparkline.bar(0.5, columns: 4).string == "██░░")
    }
}
