import SafeText
import Testing

@Suite("Untrusted text")
struct NeutralisingTests {
    /// What each text becomes; marks are in the text as they are shown.
    static let table: [(String, String)] = [
        ("plain", "plain"),
        ("before\u{1B}[31mafter", "before␛[31mafter"),
        ("a\u{0}b\u{7}c\u{7F}", "a␀b␇c␡"),
        ("one\ntwo\r\nthree", "one␊two␍␊three"),
        ("a\tb", "a b"),
        ("\u{9B}31m", "‹U+009B›31m"),
        ("invoice_\u{202E}fdp.exe", "invoice_‹U+202E›fdp.exe"),
        ("x\u{2028}y\u{2029}z\u{85}", "x‹U+2028›y‹U+2029›z‹U+0085›"),
        ("pass\u{200B}word", "pass‹U+200B›word"),
        ("a\u{200D}\u{200D}\u{200D}b", "a‹U+200D×3›b"),
        ("hi\u{E0068}\u{E0069}!", "hi‹tag:hi›!"),
        ("\u{E0001}", "‹tag:‹U+E0001››"),
        ("a\u{FE0F}b", "a‹U+FE0F›b"),
        ("\u{301}abc", "‹U+0301›abc"),
        ("\u{3164}", "‹U+3164›"),
        ("soft\u{AD}hyphen", "soft‹U+00AD›hyphen"),
        ("\u{FEFF}Hello", "Hello"),
        ("a\u{FEFF}b", "a‹U+FEFF›b"),
        ("\u{378}\u{FFFE}", "‹U+0378›‹U+FFFE›"),
        ("😀\u{E0162}\u{E0165}", "😀‹U+E0162›‹U+E0165›"),
        ("x\u{1161}", "x‹U+1161›"),
        // Kept: what scripts and emoji need.
        ("e\u{301}\u{323}", "e\u{301}\u{323}"),
        ("می\u{200C}خواهم", "می\u{200C}خواهم"),
        ("क्\u{200D}ष", "क्\u{200D}ष"),
        ("श्री\u{200C}मान", "श्री\u{200C}मान"),
        ("👨\u{200D}👩\u{200D}👧", "👨\u{200D}👩\u{200D}👧"),
        ("🏳\u{FE0F}\u{200D}🌈", "🏳\u{FE0F}\u{200D}🌈"),
        ("❤\u{FE0F}✂\u{FE0E}1\u{FE0F}\u{20E3}", "❤\u{FE0F}✂\u{FE0E}1\u{FE0F}\u{20E3}"),
        ("葛\u{E0100}", "葛\u{E0100}"),
        ("\u{182D}\u{180B}", "\u{182D}\u{180B}"),
        ("שלום\u{200F} (2)", "שלום\u{200F} (2)"),
        ("مرحبا (ABC) 123", "مرحبا (ABC) 123"),
        ("a\u{361}b", "a\u{361}b"),
    ]

    @Test("is shown as the table says", arguments: table)
    func isShownAsTheTableSays(_ row: (String, String)) {
        #expect(SafeText(untrusted: row.0).string == row.1)
    }

    @Test("that is no UTF-8 is shown byte by byte")
    func invalidBytesAreShown() {
        #expect(SafeText(untrusted: [0x61, 0x9B, 0x33, 0x31, 0x6D]).string == "a‹0x9B›31m")
        #expect(SafeText(untrusted: [0xC0, 0x9B]).string == "‹0xC0›‹0x9B›")
        #expect(SafeText(untrusted: [0xED, 0xA0, 0x80]).string == "‹0xED›‹0xA0›‹0x80›")
        #expect(SafeText(untrusted: [0xF4, 0x90, 0x80, 0x80]).string == "‹0xF4›‹0x90›‹0x80›‹0x80›")
        #expect(SafeText(untrusted: [0x61, 0xE2, 0x82]).string == "a‹0xE2›‹0x82›")
        #expect(SafeText(untrusted: [0xC3, 0x9B]).string == "Û")
    }

    @Test("keeps eight combining characters on a letter and counts the rest in a mark")
    func combiningIsBounded() {
        let pile = "a" + String(repeating: "\u{301}", count: 100) + "b"
        let text = SafeText(untrusted: pile)
        #expect(text.string == "a" + String(repeating: "\u{301}", count: 8) + "‹+92›b")
        #expect(text.width == 7)
        let atLimit = "a" + String(repeating: "\u{301}", count: 8)
        #expect(SafeText(untrusted: atLimit).string == atLimit)
    }

    @Test("keeps the flag of Scotland and spells other tags out")
    func flagTags() {
        let flag = "\u{1F3F4}\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}"
        #expect(SafeText(untrusted: flag).string == flag)
        #expect(SafeText(untrusted: flag).width == 2)
        #expect(SafeText(untrusted: "\u{1F3F4}\u{E0067}\u{E0062}").string == "\u{1F3F4}‹tag:gb›")
    }

    @Test("bounds an emoji of six thousand scalars")
    func emojiRunIsBounded() {
        let run = String(repeating: "👨\u{200D}", count: 3_000) + "👨"
        let text = SafeText(untrusted: run)
        #expect(text.hasMarks)
        #expect(text.cells.allSatisfy { $0.cluster.utf8.count <= 80 })
        #expect(text.cells.reduce(0) { $0 + $1.width } == text.width)
    }

    @Test("marks are told apart from text")
    func marksAreCells() {
        let text = SafeText(untrusted: "a\u{1B}b")
        #expect(text.cells.map(\.isMark) == [false, true, false])
        #expect(text.hasMarks)
        #expect(!SafeText(untrusted: "a␛b").hasMarks)
    }

    @Test("of a body hides soft hyphens and expands tabs")
    func bodies() {
        let lines = SafeText.lines(untrusted: "Donau\u{AD}dampf\na\tb\r\nc\rd\n\nlast", tabWidth: 8)
        #expect(lines.map(\.string) == ["Donaudampf", "a       b", "c␍d", "", "last"])
        #expect(SafeText.lines(untrusted: "日\tx", tabWidth: 4).map(\.string) == ["日  x"])
        #expect(SafeText.lines(untrusted: "").isEmpty)
        #expect(SafeText.lines(untrusted: "\n").map(\.string) == [""])
    }

    @Test("interpolated without a word is a number or a safe text")
    func interpolation() {
        let name = SafeText(untrusted: "ada\u{202E}")
        let text: SafeText = "agents › \(name) \(3_120) \(untrusted: "\u{1B}")"
        #expect(text.string == "agents › ada‹U+202E› 3,120 ␛")
        #expect(text.cells.reduce(0) { $0 + $1.width } == text.width)
    }
}
