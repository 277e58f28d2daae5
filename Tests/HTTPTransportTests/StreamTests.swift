import FoundationEssentials
import HTTPTransport
import TestSupport
import Testing

@Suite("A stream of events")
struct StreamTests {
    private let transport = HTTPTransport()
    private let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"

    private func stream(_ peer: HTTPPeer, silence: Duration? = nil) -> AsyncThrowingStream<HTTPStreamElement, any Error>
    {
        transport.events(HTTPRequest(url: peer.url(), timeouts: .stream(silence: silence)))
    }

    @Test("says that it is open before the first event comes")
    func opens() async throws {
        let head = head
        let peer = try HTTPPeer { _, connection in
            connection.write(head)
            connection.waitForEnd()
        }
        var iterator = stream(peer).makeAsyncIterator()
        guard case .opened(let found) = try await iterator.next() else {
            Issue.record("it does not begin with its head")
            return
        }
        #expect(found.mediaType == "text/event-stream")
        #expect(peer.requests.first?.headers["accept"] == "text/event-stream")
    }

    @Test("gives its events and ends when the server ends it")
    func events() async throws {
        let head = head
        let peer = try HTTPPeer { _, connection in
            connection.write(head + "event: a\ndata: 1\n\nda")
            connection.write("ta: 2\r\n\r\n")
            connection.close()
        }
        var found: [String] = []
        for try await case .event(let event) in stream(peer) { found.append("\(event.name) \(event.data)") }
        #expect(found == ["a 1", "message 2"])
    }

    @Test("waits for a slow reader and loses nothing")
    func backpressure() async throws {
        let head = head
        let peer = try HTTPPeer { _, connection in
            connection.write(head)
            for number in 0..<20_000 { connection.write("data: \(number) \(String(repeating: "x", count: 500))\n\n") }
            connection.close()
        }
        var next = 0
        for try await case .event(let event) in stream(peer) {
            #expect(event.data.hasPrefix("\(next) "))
            next += 1
        }
        #expect(next == 20_000)
    }

    @Test("does not take from the server what its reader has not room for")
    func bounded() async throws {
        let head = head
        let written = Counter()
        let peer = try HTTPPeer { _, connection in
            connection.write(head)
            let event = "data: \(String(repeating: "x", count: 10_000))\n\n"
            while connection.write(event) { written.add(event.utf8.count) }
            connection.close()
        }
        var iterator = stream(peer).makeAsyncIterator()
        _ = try await iterator.next()
        // The server comes to rest: what it wrote does not grow any more between two looks.
        var last = -1
        #expect(
            await soon {
                defer { last = written.value }
                return written.value > 0 && written.value == last
            })
        #expect(written.value < 32 << 20)
        #expect(try await iterator.next() != nil)
    }

    @Test("that is silent for too long is dead")
    func silence() async throws {
        let head = head
        let peer = try HTTPPeer { _, connection in
            connection.write(head + "data: 1\n\n")
            connection.waitForEnd()
        }
        let error = await #expect(throws: HTTPError.self) {
            for try await _ in stream(peer, silence: .milliseconds(50)) {}
        }
        #expect(error?.code == .silent)
    }

    @Test("that breaks in the middle is an error, not an end")
    func broken() async throws {
        let peer = try HTTPPeer { _, connection in
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\ndata: 1\n\r\n5\r\nab")
            connection.close()
        }
        let error = await #expect(throws: HTTPError.self) { for try await _ in stream(peer) {} }
        #expect(error?.code == .cut)
    }

    @Test("that is refused throws what the status stands for")
    func refused() async throws {
        let peer = try HTTPPeer { _, connection in connection.answer(401, [:], "data: no\n\n") }
        let error = await #expect(throws: HTTPError.self) { for try await _ in stream(peer) {} }
        #expect(error?.code == .unauthorized)
    }

    @Test("that is answered with 204 opens with that and ends")
    func empty() async throws {
        let peer = try HTTPPeer { _, connection in connection.write("HTTP/1.1 204 No Content\r\n\r\n") }
        var statuses: [Int] = []
        for try await case .opened(let head) in stream(peer) { statuses.append(head.status) }
        #expect(statuses == [204])
    }

    @Test("with a line without end is refused")
    func endlessLine() async throws {
        let head = head
        let peer = try HTTPPeer { _, connection in
            connection.write(head)
            while connection.write(String(repeating: "x", count: 10_000)) {}
            connection.close()
        }
        let error = await #expect(throws: HTTPError.self) { for try await _ in stream(peer) {} }
        #expect(error?.code == .tooLarge)
    }

    @Test("closes its connection when nobody reads it any more")
    func dropped() async throws {
        let head = head
        let peer = try HTTPPeer { _, connection in
            connection.write(head + "data: 1\n\n")
            connection.waitForEnd()
        }
        for try await case .event in stream(peer) { break }
        #expect(await soon { peer.openConnections == 0 })
    }

    @Test("closes its connection when its task is cancelled")
    func cancelled() async throws {
        let head = head
        let peer = try HTTPPeer { _, connection in
            connection.write(head)
            connection.waitForEnd()
        }
        let events = stream(peer)
        let task = Task { for try await _ in events {} }
        #expect(await soon { peer.requests.count == 1 })
        task.cancel()
        _ = await task.result
        #expect(await soon { peer.openConnections == 0 })
    }

    @Test("follows a redirect inside its origin")
    func redirected() async throws {
        let head = head
        let peer = try HTTPPeer { request, connection in
            if request.path == "/" { return connection.answer(307, ["Location": "/events"]) }
            connection.write(head + "data: 1\n\n")
            connection.close()
        }
        var found: [String] = []
        for try await case .event(let event) in stream(peer) { found.append(event.data) }
        #expect(found == ["1"])
    }
}
