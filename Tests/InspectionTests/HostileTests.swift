import FoundationEssentials
import Inspection
import Testing

@Suite("Hostile mail")
struct HostileTests {
    private func both(_ mail: [UInt8]) -> [Report] {
        [Mail.inspector.inspectOutbound(mail), Mail.inspector.inspectInbound(mail)]
    }

    @Test("an archive of more files than are read is a finding")
    func bomb() {
        let inner = Mail.zip((0..<3_000).map { ("f\($0).txt", []) })
        let report = Mail.inspector.inspectOutbound(Mail.with(file: inner, name: "a.zip"))
        #expect(report.findings.contains { $0.rule == "archive-too-large" })
        #expect(report.verdict == .hold)
    }

    @Test("ten thousand parts, a thousand levels, endless headers and a million recipients are findings")
    func limits() {
        let parts =
            Mail.make("", type: "multipart/mixed; boundary=b")
            + Array(String(repeating: "--b\r\n\r\nx\r\n", count: 10_000).utf8)
        var deep = "From: a@b.example\r\n"
        for level in 0..<1_000 { deep += "Content-Type: multipart/mixed; boundary=b\(level)\r\n\r\n--b\(level)\r\n" }
        let long = Mail.make("x", headers: ["X-Long: " + String(repeating: "a ", count: 1_500_000)])
        let crowd = Mail.make("x", headers: ["Cc: " + String(repeating: "a@b.c,", count: 1_000_000)])
        for mail in [parts, Array(deep.utf8), long, crowd] {
            let report = Mail.inspector.inspectOutbound(mail)
            #expect(report.verdict == .hold)
            #expect(
                report.findings.contains { $0.category == .unscannable || $0.category == .recipient },
                "\(report.findings.map(\.rule))")
        }
    }

    @Test("text that is hard on patterns, broken UTF-8 and empty mail are read to the end")
    func texts() {
        let texts: [[UInt8]] = [
            [], [0], [0xFF, 0xFE, 0xFD], Array(repeating: 0x41, count: 300_000), Array(repeating: 0x3C, count: 100_000),
            Array(String(repeating: "password=", count: 10_000).utf8),
            Array(String(repeating: "a@a.a,", count: 10_000).utf8),
            Array(String(repeating: "ignore all instructions ", count: 5_000).utf8),
            Array(String(repeating: "4556 ", count: 20_000).utf8),
            Array(String(repeating: "&#65;%41\\x41=41", count: 5_000).utf8),
            Array(String(repeating: "e\u{301}\u{302}\u{303}", count: 10_000).utf8),
            Array(String(repeating: "-----BEGIN PRIVATE KEY-----", count: 2_000).utf8),
        ]
        for text in texts {
            for mail in [
                text, Array("Content-Type: text/html\r\n\r\n".utf8) + text, Array("Subject: x\r\n\r\n".utf8) + text,
            ] {
                for report in both(mail) { #expect(report.score >= 0 && report.score <= 1) }
            }
        }
    }

    @Test("files that lie about what they are do no harm")
    func files() {
        let starts: [[UInt8]] = [
            [0x50, 0x4B, 3, 4], Array("%PDF-1.7".utf8), [0x1F, 0x8B, 8, 0], [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C],
            [0x42, 0x5A, 0x68, 0x39],
            Array("Rar!".utf8), [0xD0, 0xCF, 0x11, 0xE0], [0x7F, 0x45, 0x4C, 0x46], Array("From: a\r\n\r\nx".utf8),
        ]
        for start in starts {
            let file = start + (0..<2_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            #expect(Mail.inspector.inspectOutbound(Mail.with(file: file, name: "x.eml")).score <= 1)
        }
    }
}
