import TerminalUI
import Testing

@Suite("A key's name")
struct KeyChordTests {
    static let table: [(String, [Key])] = [
        ("g", [Key("g")]), ("G", [Key("G")]), ("Ctrl-d", [Key(.character("d"), .control)]),
        ("Enter", [Key(.enter)]), ("Space", [Key(" ")]), ("F5", [Key(.function(5))]),
        ("Alt-x", [Key(.character("x"), .alt)]),
        ("Shift-Tab", [Key(.tab, .shift)]), ("g g", [Key("g"), Key("g")]),
        ("Ctrl-Alt-Left", [Key(.left, [.control, .alt])]),
        ("PgDn", [Key(.pageDown)]), ("-", [Key("-")]), ("Ctrl--", [Key(.character("-"), .control)]), ("é", [Key("é")]),
        ("/", [Key("/")]), ("?", [Key("?")]),
    ]

    @Test("is read and written the same way", arguments: table)
    func roundTrip(_ row: (String, [Key])) throws {
        let chord = try KeyChord(parsing: row.0)
        #expect(chord.keys == row.1)
        #expect(chord.description == row.0)
    }

    @Test("is read in other ways of writing it too")
    func otherForms() throws {
        #expect(try KeyChord(parsing: "^D") == KeyChord(parsing: "ctrl-d"))
        #expect(try KeyChord(parsing: "Ctrl-D") == KeyChord(parsing: "Ctrl-d"))
        #expect(try KeyChord(parsing: "shift-a") == KeyChord(parsing: "A"))
        #expect(try KeyChord(parsing: "return") == KeyChord(parsing: "Enter"))
    }

    @Test("that is none is refused by name", arguments: ["", "Hyper-x", "F99", "foo", "Ctrl-"])
    func refused(text: String) {
        #expect(throws: KeyChordError.self) { try KeyChord(parsing: text) }
    }

    @Test("begins with the keys typed so far")
    func prefixes() throws {
        let chord = try KeyChord(parsing: "g i")
        #expect(chord.begins(with: [Key("g")]))
        #expect(!chord.begins(with: [Key("i")]))
        #expect(!chord.begins(with: chord.keys))
    }
}
