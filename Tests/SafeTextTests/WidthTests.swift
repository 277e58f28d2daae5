import SafeText
import Testing

@Suite("Columns")
struct WidthTests {
    /// As tmux 3.3a and the C library put them on the grid; emoji made of several scalars as current terminals do.
    static let table: [(String, Int)] = [
        ("abc", 3), ("日本語", 6), ("ＡＢＣ", 6), ("ｶﾞ", 2), ("§±①★○→—…", 8), ("αЖ─", 3), ("😀", 2), ("☺", 1),
        ("☺\u{FE0F}", 2), ("👍🏽", 2), ("🇩🇪", 2), ("🇩", 1), ("🇩🇪🇫", 3), ("\u{FDFD}", 1), ("क्षणे", 3),
        ("\u{1112}\u{1161}\u{11AB}", 2),
        ("한", 2), ("\u{E0B0}", 1), ("a\u{A0}b\u{202F}c\u{2007}d", 7), ("a\u{3000}b\u{2003}c", 6), ("ﬃ", 1), ("─│┌█", 4),
        ("ก\u{E34}\u{E48}", 1), ("ཀ\u{F71}", 1), ("\u{4DC0}", 2), ("कि", 2), ("👨\u{200D}👩\u{200D}👧", 2), ("🏽", 2),
        ("a🏽", 3),
    ]

    @Test("of a text are those of the grid", arguments: table)
    func columns(_ row: (String, Int)) {
        #expect(SafeText(untrusted: row.0).width == row.1)
    }

    @Test("never exceed what a text is cut or filled to", arguments: table)
    func cutting(_ row: (String, Int)) {
        let text = SafeText(untrusted: row.0)
        for columns in 0...10 {
            #expect(text.truncated(to: columns).width <= columns)
            #expect(text.padded(to: columns).width == columns || text.truncated(to: columns).width == 0)
            #expect(text.prefix(columns: columns).width <= columns)
            #expect(text.truncatedAtStart(to: columns).width <= columns)
        }
    }

    @Test("that are missing are shown by an ellipsis at the end or the start")
    func ellipsis() {
        #expect(SafeText(untrusted: "日本語").truncated(to: 5).string == "日本…")
        #expect(SafeText(untrusted: "日本語").truncated(to: 4).string == "日…")
        #expect(SafeText(untrusted: "abcdef").truncated(to: 4).string == "abc…")
        #expect(SafeText(untrusted: "abcdef").truncatedAtStart(to: 4).string == "…def")
        #expect(SafeText(untrusted: "ab").padded(to: 5, align: .trailing).string == "   ab")
        #expect(SafeText(untrusted: "ab").padded(to: 5, align: .center).string == " ab  ")
    }

    @Test("taken away at the front take a wide character that they cut whole")
    func dropping() {
        #expect(SafeText(untrusted: "日本").dropping(columns: 1).string == "本")
        #expect(SafeText(untrusted: "日本").dropping(columns: 2).string == "本")
        #expect(SafeText(untrusted: "ab").dropping(columns: 5).isEmpty)
    }

    @Test("are grouped, scaled and named as people read them")
    func formats() {
        #expect(SafeText(count: -1_234_567).string == "-1,234,567")
        #expect(
            [Int64(0), 999, 1_000, 1_434, 12_288, 1_468_006].map { SafeText(bytes: $0).string }
                == ["0", "999", "1.0K", "1.4K", "12K", "1.4M"])
        #expect([Int64(8), 180, 7_500, 400_000].map { SafeText(seconds: $0).string } == ["8s", "3m", "2h 5m", "4d"])
        #expect(SafeText(percent: 0.421).string == "42%")
        #expect(SafeText(bytes: .max).width <= 5)
    }
}
