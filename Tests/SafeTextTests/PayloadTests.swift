import FoundationEssentials
import SafeText
import Testing

/// Payloads that lie beside a checkout where people work on the project; the tests are skipped without them.
struct Payload: Decodable, CustomTestStringConvertible {
    let name: String
    let group: String
    let expect: String
    let utf8: String?
    let base64: String?
    let charset: String?

    var testDescription: String { name }

    var bytes: [UInt8] {
        if let utf8 { return Array(utf8.utf8) }
        return base64.flatMap { Data(base64Encoded: $0) }.map { Array($0) } ?? []
    }

    static let all: [Payload] = {
        var root = #filePath
        for _ in 0..<3 { root = String(root[..<(root.lastIndex(of: "/") ?? root.startIndex)]) }
        guard let data = try? Data(contentsOf: URL(filePath: "\(root)/../shared/corpora/escape/payloads.json")),
            let payloads = try? JSONDecoder().decode([Payload].self, from: data)
        else { return [] }
        return payloads
    }()
}

@Suite("Payloads", .enabled(if: !Payload.all.isEmpty))
struct PayloadTests {
    /// Groups whose payloads are whole headers and parts, or bytes to decode first: others decode those.
    private static let parsedFirst: Set<String> = ["header", "body"]

    @Test("never leave a control in a field, a line, a name or a cut")
    func neverLeaveControls() {
        for payload in Payload.all {
            let field = SafeText(untrusted: payload.bytes)
            #expect(!findsControl(in: field.string), "\(payload.name)")
            #expect(field.cells.reduce(0) { $0 + $1.width } == field.width, "\(payload.name)")
            for columns in [1, 2, 7, 80] {
                #expect(field.truncated(to: columns).width <= columns, "\(payload.name)")
            }
            for line in SafeText.lines(untrusted: payload.bytes) {
                #expect(!findsControl(in: line.string), "\(payload.name)")
                for row in line.wrapped(to: 80) { #expect(row.width <= 80, "\(payload.name)") }
            }
            let name = SafeFileName(untrusted: String(decoding: payload.bytes, as: UTF8.self))
            #expect(!findsControl(in: name.string) && !name.string.contains("/"), "\(payload.name)")
            #expect(!name.string.isEmpty && name.string.utf8.count <= 255, "\(payload.name)")
        }
    }

    @Test("that must be marked are marked")
    func marked() {
        for payload in Payload.all where payload.expect == "mark" && payload.charset == nil {
            guard !Self.parsedFirst.contains(payload.group) else { continue }
            #expect(SafeText(untrusted: payload.bytes).hasMarks, "\(payload.name)")
        }
    }

    @Test("that must be kept are kept")
    func kept() {
        // A line end, a tab and a soft hyphen are kept in a body, and a mark at the start is left out.
        let elsewhere: Set<String> = [
            "c0/09-HT", "c0/0a-LF", "invisible/shy-german", "invisible/bom-at-start",
        ]
        for payload in Payload.all where payload.expect == "keep" && payload.charset == nil {
            guard !Self.parsedFirst.contains(payload.group), !elsewhere.contains(payload.name) else { continue }
            let text = SafeText(untrusted: payload.bytes)
            #expect(Array(text.string.utf8) == payload.bytes, "\(payload.name)")
            #expect(!text.hasMarks, "\(payload.name)")
        }
    }
}
