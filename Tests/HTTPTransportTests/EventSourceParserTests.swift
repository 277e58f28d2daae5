import HTTPTransport
import Testing

@Suite("An event stream")
struct EventSourceParserTests {
    private func events(_ text: String, limit: Int = 1 << 20) throws -> [ServerSentEvent] {
        var parser = EventSourceParser(limit: limit)
        return try parser.feed(Array(text.utf8))
    }

    @Test("gives an event with its name, data and id")
    func plain() throws {
        #expect(
            try events("event: state\nid: 7\ndata: {\"a\":1}\n\n")
                == [ServerSentEvent(name: "state", data: "{\"a\":1}", id: "7")])
    }

    @Test("gives the same events wherever its bytes are cut in two, and byte by byte")
    func cuts() throws {
        let text =
            "\u{FEFF}: hello\r\nevent: größe\rdata: äöü\r\ndata: 信\n\ndata:x\r\n\r\nretry: 10\rid: 9\n: c\r\rdata\n\n"
        let bytes = Array(text.utf8)
        let expected = [
            ServerSentEvent(name: "größe", data: "äöü\n信"), ServerSentEvent(name: "message", data: "x"),
            ServerSentEvent(name: "message", data: "", id: "9"),
        ]
        for cut in 0...bytes.count {
            var parser = EventSourceParser()
            #expect(try parser.feed(bytes[..<cut]) + parser.feed(bytes[cut...]) == expected, "cut at \(cut)")
        }
        var parser = EventSourceParser()
        #expect(try bytes.flatMap { try parser.feed([$0]) } == expected)
        #expect(parser.retryMilliseconds == 10)
    }

    @Test("ends lines at LF, CR and CRLF", arguments: ["\n", "\r", "\r\n"])
    func lineEnds(_ end: String) throws {
        let text = ["data: a", "data: b", "", "data: c", "", ""].joined(separator: end)
        #expect(try events(text).map(\.data) == ["a\nb", "c"])
    }

    @Test("takes one space behind the colon away and no more")
    func spaces() throws {
        #expect(try events("data:  a \n\n").map(\.data) == [" a "])
        #expect(try events("data:a:b\n\n").map(\.data) == ["a:b"])
    }

    @Test("does not give an event without data")
    func withoutData() throws {
        #expect(try events("event: ping\n\n: only a comment\n\n\n\n").isEmpty)
        #expect(try events("event: ping\n\ndata: x\n\n").map(\.name) == ["message"])
    }

    @Test("does not give an event that was not ended")
    func unfinished() throws {
        #expect(try events("data: x\n").isEmpty)
        #expect(try events("data: x").isEmpty)
    }

    @Test("keeps the last id, and passes over one with NUL in it")
    func ids() throws {
        #expect(
            try events("id: 1\ndata: a\n\ndata: b\n\nid: 2\0\ndata: c\n\nid\ndata: d\n\n").map(\.id) == [
                "1", "1", "1", "",
            ])
    }

    @Test("passes over a wait that is no number, and over fields that nobody knows")
    func unknown() throws {
        var parser = EventSourceParser()
        let events = try parser.feed(
            Array("retry: 1s\nretry: -1\nretry: 99999999999999999999\ncolour: red\ndata: a\n\n".utf8))
        #expect(events.map(\.data) == ["a"])
        #expect(parser.retryMilliseconds == nil)
    }

    @Test("shows bytes that are no UTF-8 as replacement characters")
    func invalidText() throws {
        var parser = EventSourceParser()
        let events = try parser.feed(Array("data: a".utf8) + [0xFF] + Array("b\n\n".utf8))
        #expect(events.map(\.data) == ["a\u{FFFD}b"])
    }

    @Test("is refused when a line is longer than allowed")
    func longLine() throws {
        #expect(try events("data: " + String(repeating: "x", count: 94) + "\n\n", limit: 100).count == 1)
        #expect(throws: EventSourceParser.TooLong(limit: 100)) {
            try events("data: " + String(repeating: "x", count: 95) + "\n\n", limit: 100)
        }
    }

    @Test("is refused when the lines of one event are longer together than allowed")
    func longEvent() throws {
        #expect(throws: EventSourceParser.TooLong(limit: 100)) {
            try events(String(repeating: "data: 0123456789\n", count: 20), limit: 100)
        }
        #expect(throws: EventSourceParser.TooLong(limit: 100)) {
            try events(String(repeating: "data\n", count: 200), limit: 100)
        }
    }
}
