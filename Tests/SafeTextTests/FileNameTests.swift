import SafeText
import Testing

@Suite("A file name from a mail")
struct FileNameTests {
    static let table: [(String, String)] = [
        ("report.pdf", "report.pdf"), ("../../.bashrc", "bashrc"), ("-rf", "rf"), ("a\n.pdf", "a_.pdf"),
        ("a.exe\u{0}.pdf", "a.exe_.pdf"), ("CON.txt", "_CON.txt"), ("..\\..\\x.bat", "x.bat"),
        ("~/.ssh/config", "ssh_config"), ("...", "attachment"), ("", "attachment"), ("/", "attachment"),
        ("$(touch owned);`id`.txt", "(touch owned)_id_.txt"), ("Grüße 日本.pdf", "Grüße 日本.pdf"),
        ("com1", "_com1"), ("community.txt", "community.txt"), ("R&D's plan.txt", "R&D's plan.txt"),
    ]

    @Test("becomes one harmless component", arguments: table)
    func becomesHarmless(_ row: (String, String)) {
        #expect(SafeFileName(untrusted: row.0).string == row.1)
        #expect(SafeFileName(untrusted: row.0).isChanged == (row.0 != row.1))
    }

    @Test("keeps its extension in sight and within 255 bytes")
    func lengths() {
        let long = SafeFileName(untrusted: String(repeating: "日", count: 300) + ".pdf")
        #expect(long.string.utf8.count <= 255)
        #expect(long.string.hasSuffix(".pdf"))
        let spaced = SafeFileName(untrusted: "report.pdf" + String(repeating: " ", count: 120) + ".exe")
        #expect(spaced.string == "report.pdf .exe")
    }

    @Test("spells out a direction control that disguises the extension")
    func direction() {
        let name = SafeFileName(untrusted: "invoice_\u{202E}fdp.exe")
        #expect(name.string == "invoice_‹U+202E›fdp.exe")
        #expect(name.isChanged)
    }

    @Test("gets a number before its extension when it is taken")
    func numbers() {
        #expect(SafeFileName(untrusted: "a.tar.gz").numbered(2).string == "a.tar-2.gz")
        #expect(SafeFileName(untrusted: "notes").numbered(1).string == "notes-1")
    }
}
