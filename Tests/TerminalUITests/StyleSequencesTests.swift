import TerminalUI
import Testing

@Suite("Style sequences")
struct StyleSequencesTests {
    private func compact(_ text: String) -> String {
        String(decoding: StyleSequences.compact(Array(text.utf8)), as: UTF8.self)
    }

    @Test("are joined where nothing is shown between them")
    func joined() {
        #expect(compact("\u{1B}[1m\u{1B}[38;5;9mx") == "\u{1B}[1;38;5;9mx")
        #expect(compact("a\u{1B}[1mb\u{1B}[4mc") == "a\u{1B}[1mb\u{1B}[4mc")
        #expect(compact("\u{1B}[m\u{1B}[7mx") == "\u{1B}[0;7mx")
    }

    @Test("are left out where a reset behind them undoes them")
    func undone() {
        #expect(compact("\u{1B}[39;49m\u{1B}(B\u{1B}[mx") == "\u{1B}[mx")
        #expect(compact("\u{1B}[39m\u{1B}(B\u{1B}[0;1m\u{1B}[48;5;24mx") == "\u{1B}[0;1;48;5;24mx")
        // A colour that begins with a zero is no reset.
        #expect(compact("\u{1B}[1m\u{1B}[07mx") == "\u{1B}[1;07mx")
    }

    @Test("are never longer than a terminal takes")
    func bounded() {
        let direct = "\u{1B}[38;2;1;2;3m\u{1B}[48;2;4;5;6m\u{1B}[1m\u{1B}[38;2;7;8;9m\u{1B}[4m"
        #expect(compact(direct + "x") == "\u{1B}[38;2;1;2;3;48;2;4;5;6;1;38;2;7;8;9m\u{1B}[4mx")
    }

    @Test("leave everything else as it is")
    func others() {
        for text in [
            "", "\u{1B}", "\u{1B}[", "\u{1B}[1", "x\u{1B}[2J\u{1B}[1;2H", "\u{1B}[?25l", "\u{1B}(0q\u{1B}(B", "é…",
        ] {
            #expect(compact(text) == text)
        }
    }
}
