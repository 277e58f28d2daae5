import FoundationEssentials
import HTTPTransport
import JMAP
import Synchronization
import TestSupport
import Testing

@Suite("A client")
struct ClientTests {
    private func client(_ peer: HTTPPeer, _ path: String = "/", stalled: Duration = .seconds(30)) -> JMAPClient {
        JMAPClient(
            origin: peer.url(path), credential: .basic(user: "ada", password: "geheim"),
            options: .init(timeouts: .init(stalled: stalled)))
    }

    private func failure(_ script: @escaping HTTPPeer.Script) async throws -> JMAPError {
        let peer = try HTTPPeer(script)
        return try #require(await #expect(throws: JMAPError.self) { _ = try await client(peer).session() })
    }

    @Test("finds the session behind a redirect, and calls with its login", arguments: [301, 307])
    func discovery(_ status: Int) async throws {
        let peer = try HTTPPeer { request, connection in
            switch request.path {
            case "/.well-known/jmap": connection.answer(status, ["Location": "/jmap/session"])
            case "/jmap/session": connection.answer(200, ["Content-Type": "application/json"], FakeServer.session())
            default:
                connection.answer(200, [:], #"{"methodResponses":[["Core/echo",{"a":1},"0"]],"sessionState":"s1"}"#)
            }
        }
        #expect(try await client(peer).call(CoreEcho(["a": 1])) == ["a": 1])
        #expect(peer.requests.map(\.path) == ["/.well-known/jmap", "/jmap/session", "/jmap/"])
        #expect(peer.requests.allSatisfy { $0.headers["authorization"] == "Basic YWRhOmdlaGVpbQ==" })
        #expect(peer.requests.last?.headers["content-type"] == "application/json")
    }

    @Test("takes a session's own place as it is given")
    func directSession() async throws {
        let peer = try HTTPPeer { _, connection in connection.answer(200, [:], FakeServer.session()) }
        _ = try await client(peer, "/custom/session?x=1").session()
        #expect(peer.requests.map(\.path) == ["/custom/session?x=1"])
    }

    @Test("says what is wrong, and what to do about it")
    func wrongThings() async throws {
        let cases: [(JMAPError.Code, HTTPPeer.Script)] = [
            (
                .unauthorized,
                { _, c in c.answer(401, ["Content-Type": "application/problem+json"], #"{"status":401}"#) }
            ),
            (.forbidden, { _, c in c.answer(403, [:], "suspended") }),
            (.notJMAP, { _, c in c.answer(404, [:], "nothing") }),
            (.notJMAP, { _, c in c.answer(200, ["Content-Type": "text/html"], "<html>") }),
            (.notJMAP, { _, c in c.answer(200, ["Content-Type": "application/json"], "<html>") }),
            (.malformed, { _, c in c.answer(200, [:], String(FakeServer.session().prefix(300))) }),
            (
                .noLogin,
                { _, c in c.answer(200, [:], #"{"capabilities":{},"accounts":{},"apiUrl":"/","username":""}"#) }
            ),
            (.serverUnavailable, { _, c in c.answer(503, ["Retry-After": "9"]) }),
            (.limit(""), { _, c in c.answer(429, ["Retry-After": "9"]) }),
            (.transport, { _, c in c.answer(302, ["Location": "https://elsewhere.example.test/"]) }),
            (
                .transport,
                { _, c in
                    c.write("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{")
                    c.close()
                }
            ),
            (
                .notJMAP,
                { _, c in
                    c.write("220 mail.example.test ESMTP\r\n")
                    c.close()
                }
            ),
        ]
        for (code, script) in cases {
            let error = try await failure(script)
            #expect(error.code == code, "\(error)")
            #expect(error.sentence.hasSuffix(".") && error.cure.hasSuffix("."), "\(error)")
            #expect(error.sentence.contains("127.0.0.1"), "\(error)")
            #expect(!"\(error)".contains("geheim") && !"\(error)".contains("YWRh"), "\(error)")
        }
        let busy = try await failure { _, c in c.answer(503, ["Retry-After": "9"]) }
        #expect(busy.retryAfter == .seconds(9) && busy.cure.contains("9 s"))
    }

    @Test("says when the server never answers")
    func stalled() async throws {
        let peer = try HTTPPeer { _, connection in connection.waitForEnd() }
        let error = await #expect(throws: JMAPError.self) {
            _ = try await client(peer, stalled: .seconds(1)).session()
        }
        #expect(error?.isUnreachable == true && error?.isTransient == true)
    }

    @Test("says when nothing listens, and when the address is none")
    func notReachable() async throws {
        let port = try HTTPPeer(answering: "").port
        for (text, code) in [
            ("http://127.0.0.1:\(port)", HTTPError.Code.refused), ("https://no-such-host.invalid", .unknownHost),
            ("http://192.0.2.1", .insecure), ("mail.example.test", .invalidURL),
        ] {
            let client = JMAPClient(origin: try #require(URL(string: text)), credential: .bearer("geheim"))
            let isSo = try await eventually {
                let error = await #expect(throws: JMAPError.self) { _ = try await client.session() }
                return try #require(error).cause?.code == code
            }
            #expect(isSo, "\(text)")
        }
    }

    @Test("tells the refusals of a whole request apart")
    func requestErrors() async throws {
        let cases: [(Int, String, JMAPError.Code)] = [
            (
                400, #"{"type":"urn:ietf:params:jmap:error:limit","limit":"maxUploads"}"#,
                .limit("maxUploads")
            ),
            (400, #"{"type":"urn:ietf:params:jmap:error:limit","limit":"maxCallsInRequest"}"#, .tooLarge),
            (400, #"{"type":"urn:ietf:params:jmap:error:notRequest","detail":"\u001b[2J"}"#, .request("notRequest")),
            (400, #"{"type":"urn:ietf:params:jmap:error:unknownCapability"}"#, .request("unknownCapability")),
            (413, "", .tooLarge), (404, "", .notJMAP), (500, "<html>", .serverUnavailable), (401, "", .unauthorized),
            (204, "", .notJMAP), (200, "", .malformed), (200, #"{"methodResponses":{}}"#, .malformed),
            (200, "<html>", .notJMAP), (200, #"{"methodResponses":[["Core/echo",{},"0"]"#, .malformed),
            (200, "{}", .malformed),
            (200, #"{"methodResponses":[["Core/echo",[],"0"]]}"#, .malformed),
            (200, #"{"methodResponses":[["Core/echo",{}]]}"#, .malformed),
        ]
        for (status, body, code) in cases {
            let peer = try HTTPPeer { request, connection in
                if request.method == "GET" { return connection.answer(200, [:], FakeServer.session()) }
                connection.answer(status, [:], body)
            }
            let error = await #expect(throws: JMAPError.self) { _ = try await client(peer).call(CoreEcho()) }
            #expect(error?.code == code, "\(status) \(body) \(String(describing: error))")
            #expect(error?.description.contains("\u{1B}") == false)
        }
    }

    @Test("fetches the session once for many calls at once, and again when the server says that it changed")
    func sessionState() async throws {
        let state = Mutex("s1")
        let server = FakeServer { calls in
            ["methodResponses": [["Core/echo", [:], "0"]], "sessionState": .string(state.withLock { $0 })]
        }
        let client = try server.client()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { _ = try await client.call(CoreEcho()) } }
            try await group.waitForAll()
        }
        #expect(server.sessionFetches == 1)
        state.withLock { $0 = "s2" }
        server.set(session: FakeServer.session(state: "s2", username: "new"))
        _ = try await client.call(CoreEcho())
        #expect(try await client.session().username == "new")
        _ = try await client.call(CoreEcho())
        #expect(server.sessionFetches == 2)
    }

    @Test("does not fetch the session again and again when the server always names another state")
    func strangeSessionState() async throws {
        let server = FakeServer { _ in ["methodResponses": [["Core/echo", [:], "0"]], "sessionState": "other"] }
        let client = try server.client()
        for _ in 0..<5 { _ = try await client.call(CoreEcho()) }
        #expect(server.sessionFetches == 2)
    }

    @Test("never has more requests under way than the server allows")
    func concurrency() async throws {
        let now = Mutex((running: 0, most: 0))
        let peer = try HTTPPeer { request, connection in
            if request.method == "GET" { return connection.answer(200, [:], FakeServer.session()) }
            now.withLock { $0 = ($0.running + 1, max($0.most, $0.running + 1)) }
            // Each of the first waits for the others, so that as many as may be are there at once.
            _ = eventually { now.withLock { $0.most >= 4 } }
            now.withLock { $0.running -= 1 }
            connection.answer(200, [:], #"{"methodResponses":[["Core/echo",{},"0"]],"sessionState":"s1"}"#)
        }
        let client = client(peer)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<40 { group.addTask { _ = try await client.call(CoreEcho()) } }
            try await group.waitForAll()
        }
        #expect(now.withLock { $0.most } == 4)
    }

    @Test("asks again while other clients of its login take up the server's slots, and not for ever")
    func takenSlots() async throws {
        let refusals = Mutex(3)
        let fake = FakeServer(FakeServer.echo)
        let busy = HTTPInterceptor(fake.transport) { request, next async throws(HTTPError) in
            let isRefused = refusals.withLock { left in
                defer { left -= request.method == .post ? 1 : 0 }
                return request.method == .post && left > 0
            }
            guard isRefused else { return try await next.send(request) }
            let problem = #"{"type":"urn:ietf:params:jmap:error:limit","limit":"maxConcurrentRequests"}"#
            return HTTPResponse(status: 400, body: Array(problem.utf8))
        }
        let client = JMAPClient(
            origin: try #require(URL(string: "https://mail.example.test")), credential: .bearer("k"), transport: busy,
            options: .init(clock: InstantClock()))
        #expect(try await client.call(CoreEcho(["a": 1])) == ["a": 1])
        refusals.withLock { $0 = 1000 }
        let error = await #expect(throws: JMAPError.self) { _ = try await client.call(CoreEcho()) }
        #expect(error?.code == .limit("maxConcurrentRequests"))
        #expect(refusals.withLock { $0 } == 991)
    }

    @Test("gives its turn on when a waiting call is cancelled")
    func cancelledWhileWaiting() async throws {
        let gate = Gate()
        let peer = try HTTPPeer { request, connection in
            if request.method == "GET" { return connection.answer(200, [:], FakeServer.session()) }
            gate.wait()
            connection.answer(200, [:], #"{"methodResponses":[["Core/echo",{},"0"]],"sessionState":"s1"}"#)
        }
        let client = JMAPClient(origin: peer.url(), credential: .bearer("k"))
        _ = try await client.session()
        let running = (0..<4).map { _ in Task { try await client.call(CoreEcho()) } }
        #expect(await soon { peer.requests.count == 5 })
        let waiting = Task { try await client.call(CoreEcho()) }
        waiting.cancel()
        let error = await #expect(throws: JMAPError.self) { _ = try await waiting.value }
        #expect(error?.code == .cancelled)
        gate.open()
        for task in running { #expect(try await task.value == [:]) }
        #expect(try await client.call(CoreEcho()) == [:])
        #expect(peer.requests.count == 6)
    }

    @Test("uploads and downloads blobs at the places of the session")
    func blobs() async throws {
        let peer = try HTTPPeer { request, connection in
            if request.path.hasPrefix("/jmap/upload/c/") {
                connection.answer(
                    201, [:], #"{"accountId":"c","blobId":"b1","type":"text/plain","size":\#(request.body.count)}"#)
            } else if request.path.hasPrefix("/jmap/download/") {
                connection.answer(request.path.contains("gone") ? 404 : 200, [:], "blob")
            } else {
                connection.answer(200, [:], FakeServer.session())
            }
        }
        let client = client(peer)
        let blob = try await client.upload(.bytes(Array("text".utf8)), to: "c", type: "text/plain")
        #expect(blob.id == "b1" && blob.size == 4)
        let tooLong = await #expect(throws: JMAPError.self) {
            _ = try await client.upload(.bytes(Array(repeating: 0, count: 51)), to: "c")
        }
        #expect(tooLong?.code == .tooLarge)
        #expect(try await client.download("b/1", of: "c", name: "ä.txt", type: "text/plain") == Array("blob".utf8))
        #expect(peer.requests.last?.path == "/jmap/download/c/b%2F1/%C3%A4.txt?accept=text%2Fplain")
        let folder = try TemporaryFolder()
        #expect(try await client.download("b1", of: "c", to: folder.file("a")) == 4)
        let gone = await #expect(throws: JMAPError.self) { _ = try await client.download("gone", of: "c") }
        #expect(gone?.code == .notFound)
        let large = await #expect(throws: JMAPError.self) { _ = try await client.download("b1", of: "c", limit: 3) }
        #expect(large?.code == .tooLarge)
    }
}

/// Something that threads wait at until it is opened.
final class Gate: Sendable {
    private let isOpen = Mutex(false)

    /// Waits until the gate is open.
    func wait() { _ = eventually { isOpen.withLock { $0 } } }

    /// Lets everybody through.
    func open() { isOpen.withLock { $0 = true } }
}
