import FoundationEssentials
import HTTPTransport
import JMAP
import TestSupport
import Testing

@Suite("Push")
struct PushTests {
    private func peer(_ events: @escaping HTTPPeer.Script) throws -> HTTPPeer {
        try HTTPPeer { request, connection in
            if request.path.hasPrefix("/jmap/eventsource/") { return events(request, connection) }
            connection.answer(200, [:], FakeServer.session())
        }
    }

    private func client(_ peer: HTTPPeer, silence: Duration = .seconds(60)) -> JMAPClient {
        JMAPClient(
            origin: peer.url(), credential: .bearer("k"), options: .init(pushSilence: silence))
    }

    private func failure(silence: Duration = .seconds(60), _ script: @escaping HTTPPeer.Script) async throws
        -> JMAPError
    {
        let peer = try peer(script)
        return try #require(
            await #expect(throws: JMAPError.self) {
                for try await _ in client(peer, silence: silence).push(types: ["Email"]) {}
            })
    }

    @Test("tells that it is open, what changed, and that the server is there")
    func events() async throws {
        let peer = try peer { _, connection in
            connection.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n\r\n")
            connection.write(
                ": welcome\n\nevent: state\ndata: {\"@type\":\"StateChange\",\"changed\":{\"c\":{\"Email\":\"s2\"}}}\n\n"
            )
            connection.write("event: ping\ndata: {\"interval\":30000}\n\nevent: news\ndata: x\n\n")
            connection.close()
        }
        var found: [PushEvent] = []
        for try await event in client(peer).push(types: ["Email", "Mailbox"]) { found.append(event) }
        #expect(found == [.opened, .state(StateChange(changed: ["c": ["Email": "s2"]])), .ping])
        let request = try #require(peer.requests.last)
        #expect(request.path == "/jmap/eventsource/?types=Email%2CMailbox&closeafter=no&ping=30")
        #expect(request.headers["authorization"] == "Bearer k")
    }

    @Test("that the server does not have says so, and ends")
    func unsupported() async throws {
        let answering204 = try peer { _, connection in connection.write("HTTP/1.1 204 No Content\r\n\r\n") }
        var found: [PushEvent] = []
        for try await event in client(answering204).push() { found.append(event) }
        #expect(found == [.unsupported])
        let without = FakeServer(session: #"{"capabilities":{},"accounts":{"a":{}},"apiUrl":"/jmap/"}"#)
        found = []
        for try await event in try without.client().push() { found.append(event) }
        #expect(found == [.unsupported])
    }

    @Test("that is silent for too long is dead, and that may pass")
    func silence() async throws {
        let error = try await failure(silence: .milliseconds(50)) { _, connection in
            connection.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
            connection.waitForEnd()
        }
        #expect(error.cause?.code == .silent)
        #expect(error.isTransient && error.isUnreachable)
    }

    @Test("whose login was withdrawn says so")
    func unauthorized() async throws {
        let error = try await failure { _, connection in connection.answer(401) }
        #expect(error.code == .unauthorized)
        #expect(!error.isTransient)
    }

    @Test("that is a page or holds no state change is an error")
    func wrong() async throws {
        let page = try await failure { _, connection in connection.answer(200, ["Content-Type": "text/html"], "<html>")
        }
        #expect(page.code == .notJMAP)
        let state = try await failure { _, connection in
            connection.write(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nevent: state\ndata: {\"changed\":[]}\n\n")
            connection.waitForEnd()
        }
        #expect(state.code == .malformed)
        #expect(state.path == "changed")
    }
}
