import FoundationEssentials
import Inspection
import Testing

@Suite("What leaves")
struct OutboundTests {
    private func report(_ mail: [UInt8], _ envelope: Envelope? = nil) -> Report {
        Mail.inspector.inspectOutbound(mail, envelope: envelope)
    }

    @Test("an ordinary mail is released without a finding")
    func ordinary() {
        let mail = Mail.make("Hi Bob,\n\nthe report is attached. Payment of 1,200.50 EUR is due on 2026-12-01.\n\nAda")
        #expect(report(mail).verdict == .release)
        #expect(report(mail).findings.isEmpty)
    }

    @Test(
        "a key is found wherever it stands in a mail",
        arguments: [
            Mail.make("the key: \(Mail.key)"),
            Mail.make("hello", subject: Mail.key),
            Mail.make("hello", headers: ["Cc: \(Mail.key) <eve@x.example>"]),
            Mail.make("hello", headers: ["X-Note: \(Mail.key)"]),
            Mail.make("hello", headers: ["Comments: =?utf-8?B?\(Data(Mail.key.utf8).base64EncodedString())?="]),
            Mail.make("<p>hello</p><!-- \(Mail.key) -->", type: "text/html"),
            Mail.make("<p style='display:none'>\(Mail.key)</p>", type: "text/html"),
            Mail.make("<img alt='\(Mail.key)'>", type: "text/html"),
            Mail.make("<p>ghp_x7Qm2Lw9<b>Rt4Vb6Nz1Kc8Hd3</b>Fs5Gj0PyT2uWq</p>", type: "text/html"),
            Mail.make(Data("my key is \(Mail.key) ok".utf8).base64EncodedString(), encoding: "base64"),
            Mail.make("see " + Data("my key is \(Mail.key) ok".utf8).base64EncodedString()),
            Mail.make(Data(Data("it is \(Mail.key)".utf8).base64EncodedString().utf8).base64EncodedString()),
            Mail.make(Mail.key.utf8.map { String($0, radix: 16) }.joined()),
            Mail.make(Mail.key.utf8.map { "%" + String($0, radix: 16) }.joined()),
            Mail.make(Mail.key.unicodeScalars.map { "&#\($0.value);" }.joined()),
            Mail.make(Mail.key.map { "\($0)\u{200B}" }.joined()),
            Mail.make(
                Mail.key.unicodeScalars.map { $0.value > 0x20 ? String(Unicode.Scalar($0.value + 0xFEE0) ?? $0) : "" }
                    .joined()),
            Mail.make(String(Mail.key.prefix(20)) + "\n> " + String(Mail.key.dropFirst(20))),
            Mail.make(
                String(Mail.key.prefix(20)) + "=\r\n" + String(Mail.key.dropFirst(20)), encoding: "quoted-printable"),
            Mail.make("x", type: "multipart/mixed; boundary=q")
                + Array("preamble \(Mail.key)\r\n--q\r\n\r\nx\r\n--q--\r\n\(Mail.key)".utf8),
            Mail.with(file: Array("token = \(Mail.key)".utf8), name: "notes.txt", type: "text/plain"),
            Mail.with(file: Array("x".utf8), name: "\(Mail.key).txt"),
            Mail.with(file: Mail.document("The key is \(Mail.key)."), name: "list.docx"),
            Mail.with(file: Mail.zip([("a/list.docx", Mail.document("The key is \(Mail.key)."))]), name: "all.zip"),
            Mail.with(file: Mail.make("inner \(Mail.key)"), name: "inner.eml", type: "message/rfc822"),
            Mail.with(file: Mail.make("inner \(Mail.key)"), name: "inner.eml"),
            Mail.with(file: [0, 1, 2, 0xFF] + Array(" \(Mail.key) ".utf8) + [0, 0xFE], name: "core.bin"),
        ])
    func places(mail: [UInt8]) {
        let report = report(mail)
        #expect(report.verdict == .hold)
        #expect(report.findings.contains { $0.category == .token }, "\(report.findings)")
        // No finding repeats what must not leave.
        #expect(!report.findings.contains { $0.excerpt.contains(Mail.key) })
    }

    @Test("a finding's range leads to the value in the part's text, through invisible characters too")
    func ranges() throws {
        let body = "key: " + Mail.key.map { "\($0)\u{200B}" }.joined() + " end"
        let finding = try #require(report(Mail.make(body)).findings.first { $0.rule == "github-token" })
        let range = try #require(finding.range)
        let text = String(decoding: Array(body.utf8)[range], as: UTF8.self)
        #expect(text.unicodeScalars.filter { $0.value != 0x200B }.map(String.init).joined() == Mail.key)
    }

    @Test(
        "cards, accounts and national numbers are found in any dress",
        arguments: [
            "4556737586899855", "4556 7375 8689 9855", "4556-7375-8689-9855",
            "4556\u{200B}7375\u{200B}8689\u{200B}9855",
            "DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432", "SSN 536-22-8726", "529.982.247-25",
            "RSSMRA85T10A562S", "756.9217.0769.85", "BSN 111222333", "PESEL 44051401359",
        ])
    func numbers(text: String) {
        #expect(report(Mail.make("For your files: \(text), thanks.")).verdict == .hold)
    }

    @Test(
        "what only looks like a secret is released",
        arguments: [
            "4556737586899856", "Order 1048 2734 5566 1200", "DE89 3704 0044 0532 0130 01",
            "password: <your password>", "Please reset your password: it expires soon.", "token = ${TOKEN}",
            "api_key = os.environ[\"API_KEY\"]", "AKIAIOSFODNN7EXAMPLE", "The key is under the mat.",
            "postgres://user:password@localhost/db", "Passcode: 924 112", "id: 7f9c2b1e-44aa-4f0e-9b1d-0c2f9e8d7a6b",
            "sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ])
    func spared(text: String) {
        let report = report(Mail.make("Hello,\n\(text)\nAda"))
        #expect(report.verdict == .release, "\(report.findings)")
    }

    @Test("what this installation provisioned is found by its hash alone, encoded too")
    func registry() {
        var inspector = Mail.inspector
        inspector.registry.add("plain words as a secret")
        let mail = Mail.make(Data("so: plain words as a secret.".utf8).base64EncodedString())
        #expect(inspector.inspectOutbound(mail).findings.contains { $0.rule == "provisioned-secret" })
        #expect(Mail.inspector.inspectOutbound(mail).findings.isEmpty)
    }

    @Test("another author, a look-alike domain and a crowd of recipients are findings")
    func envelopes() {
        let mail = Mail.make("hello")
        func rules(_ envelope: Envelope) -> Set<String> { Set(report(mail, envelope).findings.map(\.rule)) }
        #expect(
            rules(Envelope(sender: "eve@agents.example", recipients: ["bob@partner.example"])).contains(
                "author-is-another"))
        #expect(
            rules(Envelope(sender: "ada@agents.example", recipients: ["bob@agemts.example"])).contains(
                "recipient-look-alike"))
        let crowd = (0..<60).map { "p\($0)@partner.example" }
        #expect(rules(Envelope(sender: "ada@agents.example", recipients: crowd)).contains("many-recipients"))
    }

    @Test("a message that two parsers could read differently is held")
    func ambiguous() {
        let twice = Mail.make("hello", headers: ["From: Eve <eve@evil.example>"])
        #expect(report(twice).verdict == .hold)
        #expect(report(twice).findings.contains { $0.category == .structure })
    }
}
