import Console
import Testing

@Suite("Script")
struct ScriptTests {
    @Test("each kind of line becomes its act, with the number of its line")
    func kinds() throws {
        let script = try Script(
            """
            # a comment
            j

            :inbox ada
            wait-for "Invoice \\"4411\\""
            wait-for "x" 2.5
            save-screen /tmp/a b.txt
            resize 40x12
            Ctrl-d
            """)
        #expect(
            script.steps.map(\.act) == [
                .key("j"), .command("inbox ada"), .waitFor("Invoice \"4411\"", seconds: 10),
                .waitFor("x", seconds: 2.5), .saveScreen("/tmp/a b.txt"), .resize(columns: 40, rows: 12),
                .key("Ctrl-d"),
            ])
        #expect(script.steps.map(\.line) == [2, 4, 5, 6, 7, 8, 9])
    }

    @Test("the keys : and # are keys, not a command and a comment")
    func ambiguous() throws {
        #expect(try Script(":\n/\n").steps.map(\.act) == [.key(":"), .key("/")])
        #expect(try Script("#\n").steps.isEmpty)
    }

    @Test(
        "a line that cannot be read is refused by its number and with what would be right",
        arguments: [
            ("wait-for ada", "double quotes"), ("wait-for \"\"", "double quotes"), ("wait-for \"a\" never", "seconds"),
            ("save-screen", "name of a file"), ("resize 80", "columns and rows"), ("resize 0x5", "columns and rows"),
            ("press the key", "a line is a key"),
        ])
    func refused(line: String, reason: String) {
        let error = #expect(throws: ScriptError.self) { try Script("j\n\(line)\n") }
        #expect(error?.line == 2)
        #expect(error?.description.contains(reason) == true)
    }

    @Test("a size is two numbers within the terminal's bounds")
    func sizes() {
        #expect(Script.size("80x24").map { [$0.columns, $0.rows] } == [80, 24])
        #expect(Script.size("80X24") != nil)
        for wrong in ["", "x", "80", "80x", "-1x5", "80x24x3", "99999x5", "9999999999999999999999x5"] {
            #expect(Script.size(wrong) == nil)
        }
    }
}
