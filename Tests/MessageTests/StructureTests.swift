import Message
import TestSupport
import Testing

@Suite("the structure of a message")
struct StructureTests {
    @Test("a plain message is one part with its headers in order and raw values as they stand")
    func plain() {
        let parsed = message("X-One: first", "X-One:second", "Subject:  two", "\tlines ", "", "body", "more")
        #expect(parsed.parts.count == 1)
        #expect(parsed.headers.map(\.name) == ["X-One", "X-One", "Subject"])
        #expect(parsed.headers.map(\.raw) == [" first", "second", "  two\r\n\tlines "])
        #expect(parsed.headers[2].text == "two lines")
        #expect(String(decoding: parsed.rawBody(of: parsed.root), as: UTF8.self) == "body\r\nmore\r\n")
        #expect(!parsed.isAmbiguous)
    }

    @Test("offsets of headers and bodies cut the raw bytes of every part")
    func offsets() {
        let parsed = message(
            "Content-Type: multipart/mixed; boundary=b", "", "preamble", "--b", "A: 1", "", "one", "--b", "", "two",
            "--b--", "end")
        #expect(parsed.parts.map(\.mediaType) == ["multipart/mixed", "text/plain", "text/plain"])
        #expect(String(decoding: parsed.rawBytes(of: parsed.parts[1]), as: UTF8.self) == "A: 1\r\n\r\none")
        #expect(String(decoding: parsed.rawBody(of: parsed.parts[2]), as: UTF8.self) == "two")
        #expect(parsed.root.bodyRange.upperBound == parsed.raw.count)
        #expect(!parsed.isAmbiguous)
    }

    @Test("a message inside is a part whose child is the message")
    func nested() {
        let parsed = message(
            "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: message/rfc822", "",
            "Subject: inner",
            "Content-Type: multipart/alternative; boundary=c", "", "--c", "", "plain", "--c", "Content-Type: text/html",
            "", "<p>",
            "--c--", "--b", "", "after", "--b--")
        #expect(parsed.parts.map(\.depth) == [0, 1, 2, 3, 3, 1])
        #expect(parsed.parts[1].isMessage)
        #expect(parsed.parts[2].headers.last(named: "subject")?.text == "inner")
        #expect(BodyLists(parsed).attachments == [1])
        #expect(BodyLists(parsed, root: parsed.parts[2]).html == [4])
    }

    @Test("bare line feeds, no line end at the end and nothing at all are read")
    func lineEnds() {
        #expect(ParsedMessage(Array("A: b\n\nbody".utf8)).headers.map(\.raw) == [" b"])
        #expect(ParsedMessage([]).parts.count == 1)
        #expect(ParsedMessage(Array("A: b".utf8)).headers.count == 1)
        #expect(ParsedMessage([10, 10, 13, 10]).headers.isEmpty)
        #expect(ParsedMessage([13]).parts.count == 1)
    }

    @Test("a digest's parts are messages where they say nothing else")
    func digest() {
        let parsed = message(
            "Content-Type: multipart/digest; boundary=d", "", "--d", "", "Subject: one", "", "1", "--d", "",
            "Subject: two", "", "2",
            "--d--")
        #expect(parsed.parts.compactMap { $0.headers.last(named: "Subject")?.text } == ["one", "two"])
    }

    @Test("bytes that are no text, NUL and broken UTF-8 in headers are kept and marked")
    func strangeBytes() {
        let parsed = ParsedMessage(Array("Subject: a".utf8) + [0, 0xFF, 0xC3] + Array("b\r\n\r\nx".utf8))
        #expect(parsed.headers[0].rawBytes == Array(" a".utf8) + [0, 0xFF, 0xC3] + Array("b".utf8))
        #expect(parsed.subject == "a\0\u{FFFD}\u{FFFD}b")
        #expect(parsed.ambiguities.map(\.kind) == [.nulInHeader])
    }
}

@Suite("messages that can be read in two ways")
struct AmbiguityTests {
    private func kinds(_ parsed: ParsedMessage) -> Set<Ambiguity.Kind> { Set(parsed.ambiguities.map(\.kind)) }

    @Test("a header that may stand once and stands twice is marked; the last one counts")
    func duplicates() {
        let parsed = message("From: a@x.test", "From: b@x.test", "", "x")
        #expect(kinds(parsed) == [.duplicateHeader])
        #expect(parsed.from == [MailAddress(email: "b@x.test")])
        #expect(kinds(message("Received: a", "Received: b", "", "x")).isEmpty)
    }

    @Test("every trick with boundaries is marked")
    func boundaries() {
        let open = ["", "--b", "", "x", "--b--"]
        func multipart(_ type: String, _ lines: [String]) -> ParsedMessage {
            ParsedMessage(Array((["Content-Type: \(type)"] + lines).joined(separator: "\n").utf8))
        }
        #expect(kinds(multipart("multipart/mixed", open)) == [.missingBoundary])
        #expect(kinds(multipart("multipart/mixed; boundary=b; boundary=c", open)).contains(.unusualBoundary))
        #expect(kinds(multipart("multipart/mixed; boundary*=us-ascii''b", open)).contains(.unusualBoundary))
        #expect(kinds(multipart("multipart/mixed; boundary*0=b", open)).contains(.unusualBoundary))
        #expect(kinds(multipart("multipart/mixed; boundary=b", ["", "--b", "", "x"])) == [.unclosedMultipart])
        #expect(kinds(multipart("multipart/mixed; boundary=b", open + ["--b", "", "y"])).contains(.boundaryAfterClose))
        #expect(kinds(multipart("multipart/mixed; boundary=b", ["", "--b", "X: y", "--b--"])) == [.unendedHeaders])
        let twice = ["", "--b", "Content-Type: multipart/mixed; boundary=b", "", "--b", "", "x", "--b--", "--b--"]
        #expect(kinds(multipart("multipart/mixed; boundary=b", twice)).contains(.repeatedBoundary))
        #expect(kinds(multipart("multipart/mixed; boundary=b", open)).isEmpty)
    }

    @Test("encodings that parsers treat differently are marked")
    func encodings() {
        #expect(kinds(message("Content-Transfer-Encoding: x-strange", "", "x")) == [.unknownTransferEncoding])
        #expect(kinds(message("Content-Transfer-Encoding: base64", "", "!!!!")) == [.brokenEncoding])
        let container = message(
            "Content-Type: multipart/mixed; boundary=b", "Content-Transfer-Encoding: base64", "", "--b--")
        #expect(kinds(container).contains(.encodedContainer))
        #expect(kinds(message("A: b", "no header", "", "x")) == [.malformedHeader])
        #expect(kinds(message("From someone Mon Jan 1", "A: b", "", "x")).isEmpty)
    }
}

@Suite("limits of a message")
struct LimitTests {
    @Test("of a thousand parts and more the first thousand are read")
    func manyParts() {
        let part = "--b\r\n\r\nx\r\n"
        let head = "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        let parsed = ParsedMessage(Array((head + String(repeating: part, count: 5_000)).utf8))
        #expect(parsed.parts.count == 1_000)
        #expect(parsed.passedLimits == [.parts])
        #expect(parsed.parts[999].bodyRange.upperBound == parsed.raw.count)
        let fewer = ParsedMessage(Array((head + String(repeating: part, count: 999) + "--b--").utf8))
        #expect(fewer.parts.count == 1_000)
        #expect(fewer.passedLimits.isEmpty)
    }

    @Test("parts nested without end are read to the depth that is allowed")
    func deepNesting() {
        var text = ""
        for level in 0..<2_000 { text += "Content-Type: multipart/mixed; boundary=b\(level)\n\n--b\(level)\n" }
        let parsed = ParsedMessage(Array(text.utf8))
        #expect(parsed.parts.map(\.depth).max() == 32)
        #expect(parsed.passedLimits == [.depth])
        let messages = String(repeating: "Content-Type: message/rfc822\n\n", count: 2_000)
        #expect(ParsedMessage(Array(messages.utf8)).passedLimits == [.depth])
    }

    @Test("a header of ten megabytes is cut at one")
    func longHeader() {
        let long =
            Array("Subject: ".utf8) + [UInt8](repeating: 0x61, count: 10_000_000)
            + Array("\r\nTo: a@b.test\r\n\r\nbody".utf8)
        let parsed = ParsedMessage(long)
        #expect(parsed.passedLimits == [.headerBytes])
        #expect(parsed.headers.map(\.rawBytes.count) == [1_000_000])
        #expect(String(decoding: parsed.rawBody(of: parsed.root), as: UTF8.self) == "body")
    }

    @Test("a million short headers are cut, and the body is still found")
    func manyHeaders() {
        let parsed = ParsedMessage(Array((String(repeating: "a:\n", count: 300_000) + "\nbody").utf8))
        #expect(parsed.passedLimits == [.headerBytes])
        #expect(parsed.headers.count <= 10_000)
        #expect(parsed.rawBody(of: parsed.root).count == 4)
    }

    @Test("addresses beyond ten thousand and pieces of parameters beyond a hundred are recorded")
    func manyValues() {
        let addresses = (0..<10_001).map { "a\($0)@b.test" }.joined(separator: ",\r\n ")
        let parsed = message("To: \(addresses)", "", "x")
        #expect(parsed.passedLimits == [.addresses])
        #expect(parsed.to.count == 10_000)
        let pieces = (0..<200).map { "n*\($0)=x" }.joined(separator: "; ")
        #expect(message("Content-Type: text/plain; \(pieces)", "", "x").passedLimits == [.continuations])
    }

    @Test("bytes without sense and sound mail with bytes changed are read, whatever they hold")
    func noise() {
        let sound = Array(
            """
            From: "A, B" <a@x.test>, =?utf-8?Q?=C3=BC?= <u@x.test>
            Content-Type: multipart/mixed; boundary="b"; name*0*=utf-8''%C3; name*1="x"
            Date: Mon, 02 Nov 2026 10:00:00 +0100

            --b
            Content-Type: text/html; charset=utf-7

            <table><tr><td><p>x<blockquote>y</table>
            --b
            Content-Transfer-Encoding: base64
            Content-Type: message/rfc822

            SGVsbG8=
            --b--
            """.utf8)
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<2_000 {
            var bytes = sound
            for _ in 0..<Int.random(in: 1...12, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: index)
                case 2: bytes.insert(Array(" \n:;=\"<>(),-?*%\0".utf8).randomElement(using: &generator) ?? 0, at: index)
                default: bytes.append(contentsOf: bytes[index...].prefix(30))
                }
            }
            let parsed = ParsedMessage(bytes)
            _ = parsed.readable(prefersHTML: true)
            _ = (parsed.from, parsed.to, parsed.date, parsed.subject, parsed.root.fileName)
            #expect(parsed.parts.allSatisfy { $0.bodyRange.upperBound <= bytes.count })
        }
    }
}
