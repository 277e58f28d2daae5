import SafeText
import TerminalUI
import Testing

@Suite("A terminal's bytes")
struct InputDecoderTests {
    static let table: [(String, [Event])] = [
        ("aG é", [.key(Key("a")), .key(Key("G")), .key(Key(" ")), .key(Key("é"))]),
        (
            "\r\t\u{7F}\u{4}",
            [.key(Key(.enter)), .key(Key(.tab)), .key(Key(.backspace)), .key(Key(.character("d"), .control))]
        ),
        ("\u{1B}[A\u{1B}OB", [.key(Key(.up)), .key(Key(.down))]),
        ("\u{1B}[1;5C\u{1B}[1;2D", [.key(Key(.right, .control)), .key(Key(.left, .shift))]),
        ("\u{1B}[5~\u{1B}[6;3~\u{1B}[3~", [.key(Key(.pageUp)), .key(Key(.pageDown, .alt)), .key(Key(.delete))]),
        ("\u{1B}[Z\u{1B}OP\u{1B}[15~", [.key(Key(.tab, .shift)), .key(Key(.function(1))), .key(Key(.function(5)))]),
        ("\u{1B}x\u{1B}é", [.key(Key(.character("x"), .alt)), .key(Key(.character("é"), .alt))]),
        ("\u{1B}[I\u{1B}[O", [.focus(true), .focus(false)]),
        ("\u{1B}[<0;10;5M", [.mouse(MouseEvent(.press, at: Point(x: 9, y: 4)))]),
        ("\u{1B}[<65;1;1M", [.mouse(MouseEvent(.wheelDown, at: .zero, button: 0))]),
        ("\u{1B}[200~one\ntwo\u{1B}[31m\u{1B}[201~x", [.paste("one\ntwo\u{1B}[31m"), .key(Key("x"))]),
        ("\u{1B}[97;5u", [.key(Key(.character("a"), .control))]),
        // Swallowed whole: unknown sequences, and answers to questions that nobody asked.
        ("\u{1B}[?62;4cj", [.key(Key("j"))]),
        ("\u{1B}]52;c;aGk=\u{7}j\u{1B}P>|xterm\u{1B}\\k", [.key(Key("j")), .key(Key("k"))]),
        ("\u{1B}[99999999999999999999Xj", [.key(Key("j"))]),
        ("\u{9B}j", [.key(Key("j"))]),
    ]

    @Test("become keys, pastes, the mouse and the focus", arguments: table)
    func become(_ row: (String, [Event])) {
        var decoder = InputDecoder()
        #expect(decoder.feed(Array(row.0.utf8)) == row.1)
        #expect(!decoder.isPending)
    }

    @Test("become the same when they come one by one", arguments: table)
    func oneByOne(_ row: (String, [Event])) {
        var decoder = InputDecoder()
        #expect(row.0.utf8.flatMap { decoder.feed([$0]) } == row.1)
    }

    @Test("that stop behind an Esc are the Esc key")
    func escapeAlone() {
        var decoder = InputDecoder()
        #expect(decoder.feed([0x1B]).isEmpty)
        #expect(decoder.isPending)
        #expect(decoder.flush() == [.key(Key(.escape))])
        #expect(!decoder.isPending)
        #expect(decoder.feed(Array("\u{1B}[".utf8)).isEmpty)
        #expect(decoder.flush() == [.key(Key(.character("["), .alt))])
    }

    @Test("of a key in the terminal's description are that key")
    func described() {
        var decoder = InputDecoder(keys: [[0x1B, 0x7C]: Key(.home), [0x08]: Key(.backspace)])
        #expect(decoder.feed([0x1B, 0x7C, 0x08]) == [.key(Key(.home)), .key(Key(.backspace))])
    }

    @Test("of a paste are bounded")
    func longPaste() {
        var decoder = InputDecoder()
        _ = decoder.feed(Array("\u{1B}[200~".utf8))
        for _ in 0..<40 { #expect(decoder.feed(Array(repeating: 0x61, count: 65_536)).isEmpty) }
        guard case .paste(let text) = decoder.feed(Array("\u{1B}[201~".utf8)).first else {
            Issue.record("no paste came")
            return
        }
        #expect(text.utf8.count == InputDecoder.pasteLimit)
    }

    @Test("of any kind never stop the decoder", arguments: 0..<30 as Range<UInt64>)
    func anything(seed: UInt64) {
        var state = seed
        var decoder = InputDecoder()
        for _ in 0..<400 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let interesting: [UInt8] = [0x1B, 0x5B, 0x4F, 0x3C, 0x3B, 0x5D, 0x30, 0x7E, 0xE2, 0x80, 0xFF]
            let pick = Int(state >> 33)
            _ = decoder.feed([
                pick % 3 == 0 ? UInt8(truncatingIfNeeded: pick >> 4) : interesting[pick % interesting.count]
            ])
            if pick % 17 == 0 { _ = decoder.flush() }
        }
        _ = decoder.flush()
        _ = decoder.feed(Array("\u{1B}[201~".utf8))
        _ = decoder.flush()
        #expect(decoder.feed([0x6A]) == [.key(Key("j"))])
    }
}
