import Message
import Testing

@Suite("building a message")
struct BuilderTests {
    private func sample() -> MessageBuilder {
        var builder = MessageBuilder()
        builder.from = [MailAddress(name: "Jörg \"X\", Ltd.", email: "j@x.test")]
        builder.to = [MailAddress(name: "A, B", email: "a@x.test"), MailAddress(email: "c@x.test")]
        builder.bcc = [MailAddress(email: "secret@x.test")]
        builder.subject = "Überraschung 🎉 " + String(repeating: "lang ", count: 40)
        builder.date = MailDate(seconds: 1_793_613_600, zoneMinutes: 60)
        builder.inReplyTo = ["root@x.test"]
        builder.text = "Zeile eins\nZeile zwei ü \n\nFrom here\n.\n"
        return builder
    }

    @Test("what was built is read back as it was said")
    func roundTrip() throws {
        var builder = sample()
        builder.html = "<p>ü</p>"
        let file = (0..<5_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        builder.attachments = [.attachment(name: "daten ü \"1\".bin", type: "application/octet-stream", bytes: file)]
        let parsed = ParsedMessage(try builder.build())
        #expect(parsed.from == builder.from)
        #expect(parsed.to == builder.to)
        #expect(parsed.bcc == builder.bcc)
        #expect(parsed.subject == builder.subject.map { String($0.dropLast()) })
        #expect(parsed.date == builder.date)
        #expect(parsed.inReplyTo == builder.inReplyTo)
        #expect(parsed.messageID?.count == 1)
        #expect(
            parsed.parts.map(\.mediaType) == [
                "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/octet-stream",
            ])
        #expect(parsed.text(of: parsed.parts[2]).text == "Zeile eins\r\nZeile zwei ü \r\n\r\nFrom here\r\n.\r\n")
        #expect(parsed.parts[4].fileName == "daten ü \"1\".bin")
        #expect(parsed.content(of: parsed.parts[4]) == file)
        #expect(!parsed.isAmbiguous)
    }

    @Test("every line ends in CRLF and none is longer than the RFC allows")
    func lines() throws {
        var builder = sample()
        builder.references = (0..<100).map { "reference-number-\($0)@mail.example.test" }
        builder.text = String(repeating: "long ", count: 1_000)
        builder.attachments = [
            .attachment(name: String(repeating: "名", count: 90) + ".txt", type: "text/plain", bytes: [1])
        ]
        let bytes = try builder.build()
        var last: UInt8 = 0
        for byte in bytes {
            #expect((byte == 10) == (last == 13))
            last = byte
        }
        #expect(bytes.split(separator: 10).allSatisfy { $0.count <= 998 })
        let parsed = ParsedMessage(bytes)
        #expect(parsed.references == builder.references)
        #expect(parsed.parts.last?.fileName == String(repeating: "名", count: 90) + ".txt")
    }

    @Test("no value can add a header", arguments: ["a\r\nBcc: x@y.test", "a\nb", "a\rb", "a\0b"])
    func injection(_ value: String) {
        func refused(_ change: (inout MessageBuilder) -> Void) -> Bool {
            var builder = sample()
            change(&builder)
            do throws(MessageBuilderError) {
                _ = try builder.build()
                return false
            } catch {
                return !error.sentence.contains(value)
            }
        }
        #expect(refused { $0.subject = value })
        #expect(refused { $0.from = [MailAddress(name: value, email: "a@b.test")] })
        #expect(refused { $0.to = [MailAddress(email: value)] })
        #expect(refused { $0.messageID = value })
        #expect(refused { $0.references = [value] })
        #expect(refused { $0.headers = [("X-A", value)] })
        #expect(refused { $0.headers = [(value, "x")] })
        #expect(refused { $0.attachments = [.attachment(name: value, type: "text/plain", bytes: [])] })
        #expect(refused { $0.attachments = [.attachment(name: "x", type: "text/plain; \(value)", bytes: [])] })
    }

    @Test("a raw header may hold folds, and nothing else that ends a line")
    func rawHeaders() throws {
        var writer = HeaderWriter()
        try writer.add("X", raw: " a\r\n b")
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "X: a\r\n b\r\n")
        for raw in ["a\r\nB: c", "a\r\n", "a\n b", "a\r\n \r\nbody"] {
            #expect(throws: MessageBuilderError.self) { try writer.add("Y", raw: raw) }
        }
    }

    @Test("a text that holds a boundary stays text")
    func boundary() throws {
        var builder = sample()
        builder.messageID = "fixed@x.test"
        builder.html = "<p>x"
        let first = try builder.build()
        let parsed = ParsedMessage(first)
        let boundary = try #require(parsed.root.contentType["boundary"])
        builder.text = "--\(boundary)\r\nContent-Type: text/html\r\n\r\nfalse\r\n--\(boundary)--\r\n"
        #expect(ParsedMessage(try builder.build()).parts.count == 3)
    }
}
