import FoundationEssentials
import Inspection
import Testing

@Suite("Three messages that hide something")
struct ShownTests {
    @Test("a key in a document in an archive is found, with the way to it")
    func documentInArchive() throws {
        let archive = Mail.zip([("papers/list.docx", Mail.document("The key for the store is \(Mail.key)."))])
        let report = Mail.inspector.inspectOutbound(Mail.with(file: archive, name: "papers.zip"))
        #expect(report.verdict == .hold)
        let finding = try #require(report.findings.first { $0.rule == "github-token" }, "\(report.findings)")
        #expect(finding.part.contains("papers/list.docx"), "\(finding.part)")
        #expect(!finding.excerpt.contains(Mail.key))
    }

    @Test("an order in white on white is kept from the agent, and is not in the text that it is given")
    func whiteOnWhite() {
        let html = """
            <html><body style="background:#ffffff"><p>The minutes are below.</p>\
            <p><font color="#fefefe">\(Mail.injection)</font></p></body></html>
            """
        let report = Mail.inspector.inspectInbound(Mail.make(html, type: "text/html; charset=utf-8"))
        #expect(report.verdict == .quarantine)
        #expect(report.removed.contains { $0.text.contains("Ignore all previous") })
        #expect(!report.visibleText.contains("Ignore"))
        #expect(report.visibleText.contains("The minutes are below."))
    }

    @Test("a card's number with invisible characters in it is found where it stands")
    func splitCard() throws {
        let split = Mail.card.map(String.init).joined(separator: "\u{200B}")
        let text = "Please charge \(split) for the flight."
        let report = Mail.inspector.inspectOutbound(Mail.make(text))
        #expect(report.verdict == .hold)
        let finding = try #require(report.findings.first { $0.rule.hasPrefix("card-number") }, "\(report.findings)")
        let range = try #require(finding.range)
        let bytes = Array(text.utf8)[range]
        #expect(String(decoding: bytes, as: UTF8.self).filter(\.isNumber) == Mail.card)
    }

    @Test(
        "the examples that the documentation names are kept where they should be",
        arguments: [
            ("key-in-archive", Direction.outbound, "github-token"), ("card-in-pieces", .outbound, "card-number"),
            ("order-in-white", .inbound, "hidden-instruction-override"),
        ])
    func examples(name: String, direction: Direction, rule: String) throws {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let bytes = [UInt8](try Data(contentsOf: package.appending(path: "Examples/inspect/\(name).eml")))
        let report =
            direction == .outbound ? Mail.inspector.inspectOutbound(bytes) : Mail.inspector.inspectInbound(bytes)
        #expect(report.verdict == (direction == .outbound ? .hold : .quarantine))
        #expect(report.findings.contains { $0.rule == rule }, "\(report.findings)")
    }
}
