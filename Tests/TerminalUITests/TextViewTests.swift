import SafeText
import TerminalUI
import Testing

@Suite("A text view")
struct TextViewTests {
    private func view(_ lines: [SafeText], folds: [TextView.Fold] = [], wraps: Bool = true) -> TextView {
        TextView(lines: lines.map { TextView.Line($0) }, folds: folds, wraps: wraps)
    }

    private func draw(_ view: inout TextView, _ width: Int, _ height: Int) -> Surface {
        var surface = Surface(size: Size(width: width, height: height))
        view.draw(into: &surface)
        return surface
    }

    @Test("breaks lines for its width and scrolls by rows")
    func wrapping() {
        var view = view(["one two three", "", "> quoted text here"])
        #expect(draw(&view, 9, 6).rows == ["one two", "three", "", "> quoted", "> text", "> here"])
        #expect(draw(&view, 9, 3).rows == ["one two", "three", ""])
        view.scroll(.last)
        #expect(draw(&view, 9, 3).rows == ["> quoted", "> text", "> here"])
        view.scroll(.up)
        #expect(draw(&view, 9, 3).rows == ["", "> quoted", "> text"])
        view.scroll(by: -99)
        #expect(draw(&view, 9, 3).rows == ["one two", "three", ""])
    }

    @Test("keeps the line at its top when the width changes")
    func resizing() {
        var view = view((0..<50).map { "line \($0) with some words" })
        _ = draw(&view, 40, 5)
        view.show(line: 20)
        #expect(draw(&view, 40, 5).rows.first == "line 20 with some words")
        #expect(draw(&view, 10, 5).rows.first == "line 20")
        #expect(draw(&view, 40, 5).rows.first == "line 20 with some words")
    }

    @Test("hides folded lines behind a label until they are opened")
    func folding() {
        var view = view(["a", "q1", "q2", "b"], folds: [TextView.Fold(1..<3, label: "2 quoted lines")])
        #expect(draw(&view, 20, 4).rows == ["a", "▸ 2 quoted lines", "b", ""])
        let opened = view.toggleFold()
        #expect(opened)
        #expect(draw(&view, 20, 4).rows == ["a", "q1", "q2", "b"])
        view.setFolded(true)
        #expect(draw(&view, 20, 4).rows[2] == "b")
    }

    @Test("finds text without regard to case, opens folds for it and goes round")
    func searching() {
        var view = view(
            ["Alpha beta", "gamma", "ALPHA", "日本 alpha"], folds: [TextView.Fold(1..<3, label: "fold")])
        _ = draw(&view, 20, 2)
        #expect(view.search("alpha") == 3)
        #expect(view.currentMatch == 0)
        view.nextMatch()
        var surface = draw(&view, 20, 2)
        #expect(surface.rows.contains("ALPHA"))
        view.nextMatch()
        surface = draw(&view, 20, 2)
        let row = surface.rows.firstIndex(of: "日本 alpha") ?? -1
        #expect(surface.style(at: Point(x: 5, y: row))?.role == .matchCurrent)
        #expect(surface.style(at: Point(x: 4, y: row))?.role == .text)
        #expect(surface.cursor == Point(x: 5, y: row))
        view.nextMatch()
        #expect(view.currentMatch == 0)
        view.previousMatch()
        #expect(view.currentMatch == 2)
        #expect(view.search("nothing") == 0)
        #expect(view.search("") == 0)
    }

    @Test("shows runs in their own style across a break")
    func runs() {
        var view = TextView(lines: [TextView.Line("ab cdef", runs: [TextView.Run(1..<5, Style(.link))])])
        let surface = draw(&view, 4, 2)
        #expect(surface.rows == ["ab", "cdef"])
        #expect((0..<2).map { surface.style(at: Point(x: $0, y: 0))?.role } == [.text, .link])
        #expect((0..<4).map { surface.style(at: Point(x: $0, y: 1))?.role } == [.link, .link, .text, .text])
    }

    @Test("is seen only when every row was on the screen and nothing is folded")
    func seen() {
        var view = view((0..<30).map { "\($0)" }, folds: [TextView.Fold(25..<27, label: "fold", isFolded: false)])
        _ = draw(&view, 10, 10)
        #expect(!view.isSeen)
        view.scroll(.last)
        _ = draw(&view, 10, 10)
        #expect(!view.isSeen, "the middle was jumped over")
        view.scroll(.first)
        for _ in 0..<4 {
            _ = draw(&view, 10, 10)
            view.scroll(.pageDown)
        }
        #expect(view.isSeen)
        view.setFolded(true)
        #expect(!view.isSeen)
    }

    @Test("scrolls lines that are not broken sideways")
    func sideways() {
        var view = view(["abcdefghij", "日本語日本語"], wraps: false)
        #expect(draw(&view, 4, 2).rows == ["abcd", "日本"])
        view.scroll(columns: 3)
        #expect(draw(&view, 4, 2).rows == ["defg", "語日"])
        view.scroll(columns: 99)
        #expect(view.offset == 8)
    }
}

@Suite("An input line")
struct InputLineTests {
    private func typed(_ text: String, _ keys: [String] = []) throws -> InputLine {
        var line = InputLine(text)
        for key in keys {
            for key in try KeyChord(parsing: key).keys { _ = line.handle(key) }
        }
        return line
    }

    @Test("is edited by the usual keys")
    func editing() throws {
        let table: [(String, [String], String, Int)] = [
            ("abc", ["Left", "Backspace"], "ac", 1), ("abc", ["Home", "Delete"], "bc", 0),
            ("one two", ["Ctrl-w"], "one ", 4), ("one two", ["Ctrl-w", "Ctrl-y", "Ctrl-y"], "one twotwo", 10),
            ("one two", ["Alt-b", "Ctrl-k"], "one ", 4), ("one two", ["Alt-b", "Ctrl-u"], "two", 0),
            ("ab", ["Ctrl-t"], "ba", 2), ("abc", ["Ctrl-a", "Ctrl-f", "x"], "axbc", 2),
            ("日本", ["Left", "x"], "日x本", 2), ("one two", ["Home", "Alt-f", "x"], "onex two", 4),
            ("abc", ["Ctrl-e", "End", "Right", "Right"], "abc", 3), ("", ["Ctrl-t", "Delete", "Alt-d", "Left"], "", 0),
        ]
        for (text, keys, expected, cursor) in table {
            let line = try typed(text, keys)
            #expect(line.text == expected, "\(keys)")
            #expect(line.cursor == cursor, "\(keys)")
        }
    }

    @Test("says what each key did")
    func outcomes() {
        var line = InputLine()
        #expect(line.handle(Key("a")) == .changed)
        #expect(line.handle(Key(.left)) == .moved)
        #expect(line.handle(Key(.function(3))) == .ignored)
        #expect(line.handle(Key(.tab, .shift)) == .completion(backward: true))
        #expect(line.handle(Key(.enter)) == .submitted)
        #expect(line.handle(Key(.end)) == .moved)
        #expect(line.handle(Key(.backspace)) == .changed)
        #expect(line.handle(Key(.backspace)) == .cancelled)
        #expect(line.handle(Key(.escape)) == .cancelled)
    }

    @Test("takes a paste as text, without controls and within its limit")
    func pasting() {
        var line = InputLine("ab")
        line.insert("x\ny\u{1B}[31m\tz\u{9B}")
        #expect(line.text == "abx y[31m z")
        line.insert(String(repeating: "a", count: 50_000))
        #expect(line.characters.count == InputLine.limit)
    }

    @Test("joins a combining character to the one before it")
    func combining() {
        var line = InputLine("e")
        line.insert("\u{301}")
        #expect(line.characters.count == 1)
        #expect(line.cursor == 1)
    }

    @Test("goes through its history and back to what was being typed")
    func history() throws {
        var line = InputLine("new", history: ["first", "second"])
        var texts: [String] = []
        for key in [Key(.up), Key(.up), Key(.up), Key(.down), Key(.down), Key(.down)] {
            _ = line.handle(key)
            texts.append(line.text)
        }
        #expect(texts == ["second", "first", "first", "second", "new", "new"])
        line.set("second")
        line.remember()
        #expect(line.history == ["first", "second"])
    }

    @Test("shows a ghost of what would complete it and takes it by the right arrow")
    func ghosts() {
        var line = InputLine("in")
        line.ghost = "box"
        var surface = Surface(size: Size(width: 10, height: 1))
        line.draw(into: &surface, prompt: ":")
        #expect(surface.rows == [":inbox"])
        #expect(surface.cursor == Point(x: 3, y: 0))
        #expect(surface.cursorIsInput)
        _ = line.handle(Key(.right))
        #expect(line.text == "inbox")
    }

    @Test("scrolls so that the cursor is always in sight")
    func scrolling() {
        var line = InputLine("日本語 abcdefghijklmnop")
        var surface = Surface(size: Size(width: 8, height: 1))
        for _ in 0..<30 {
            line.draw(into: &surface, prompt: ":")
            #expect((surface.cursor?.x ?? 99) < 8)
            _ = line.handle(Key(.left))
        }
        line.draw(into: &surface, prompt: ":")
        #expect(surface.rows == [":日本語"])
    }

    @Test("hides a secret")
    func secrets() {
        var line = InputLine("hunter2")
        line.isSecret = true
        var surface = Surface(size: Size(width: 10, height: 1))
        line.draw(into: &surface)
        #expect(surface.rows == ["•••••••"])
        line.remember()
        #expect(line.history.isEmpty)
    }
}
