import FoundationEssentials
import HTTPTransport
import Synchronization
import TestSupport
import Testing

@Suite("A request")
struct TransportTests {
    private let transport = HTTPTransport(options: .init(compressesLoopback: true))

    private func code(_ request: HTTPRequest) async -> HTTPError.Code? {
        do {
            _ = try await transport.send(request)
            return nil
        } catch { return error.code }
    }

    @Test("brings its body to the server and the answer back")
    func plain() async throws {
        let peer = try HTTPPeer { request, connection in
            connection.answer(201, ["X-A": " b ", "Content-Type": "Text/Plain; charset=x"], request.body)
        }
        let response = try await transport.send(
            HTTPRequest(method: .post, url: peer.url("/a?b=c"), headers: ["X-Empty": ""], body: .bytes([0, 1, 255])))
        #expect(response.status == 201)
        #expect(response.body == [0, 1, 255])
        #expect(response.headers["x-a"] == "b")
        #expect(response.head.mediaType == "text/plain")
        let request = try #require(peer.requests.first)
        #expect(request.method == "POST")
        #expect(request.path == "/a?b=c")
        #expect(request.headers["x-empty"] == "")
        #expect(request.headers["content-type"] == nil)
        #expect(request.headers["expect"] == nil)
    }

    @Test("after another uses the same connection")
    func keepsConnections() async throws {
        let peer = try HTTPPeer { _, connection in connection.answer(200, [:], "x") }
        for _ in 0..<5 { _ = try await transport.send(HTTPRequest(url: peer.url())) }
        #expect(peer.requests.count == 5)
        #expect(peer.connections == 1)
    }

    @Test("that acts is never sent twice, not even when a kept connection dies; one that reads is")
    func neverTwice() async throws {
        for method in [HTTPRequest.Method.post, .get] {
            let peer = try HTTPPeer { request, connection in
                // The first request on each connection is answered, any further one is taken and dropped.
                if request.path == "/first" { return connection.answer(200) }
                if request.connection == 0 { connection.close() } else { connection.answer(200) }
            }
            let transport = HTTPTransport()
            _ = try await transport.send(HTTPRequest(method: method, url: peer.url("/first"), body: .none))
            let act = HTTPRequest(method: method, url: peer.url("/act"), body: method == .get ? .none : .bytes([1]))
            if method == .get {
                #expect(try await transport.send(act).status == 200)
                #expect(peer.requests.count == 3)
            } else {
                let error = await #expect(throws: HTTPError.self) { try await transport.send(act) }
                #expect(error?.code == .cut)
                #expect(peer.requests.count == 2)
            }
        }
    }

    @Test("is one of many at once that all get their own answer")
    func many() async throws {
        let peer = try HTTPPeer { request, connection in connection.answer(200, [:], request.path) }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<60 {
                group.addTask {
                    let body = try await self.transport.send(HTTPRequest(url: peer.url("/\(number)"))).body
                    return body == Array("/\(number)".utf8)
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }

    @Test("whose task is cancelled ends, and its connection with it")
    func cancelled() async throws {
        let peer = try HTTPPeer { _, connection in
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
            connection.waitForEnd()
        }
        let task = Task { await code(HTTPRequest(url: peer.url())) }
        #expect(await soon { peer.requests.count == 1 })
        task.cancel()
        #expect(await task.value == .cancelled)
        #expect(await soon { peer.openConnections == 0 })
    }

    @Test("of a task that is cancelled already sends nothing")
    func cancelledBefore() async throws {
        let peer = try HTTPPeer(answering: "")
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await code(HTTPRequest(url: peer.url()))
        }
        task.cancel()
        #expect(await task.value == .cancelled)
        #expect(peer.requests.isEmpty)
    }

    @Test("under way fails when the transport is released")
    func released() async throws {
        let peer = try HTTPPeer { _, connection in connection.waitForEnd() }
        let stream: AsyncThrowingStream<HTTPStreamElement, any Error>
        do {
            let short = HTTPTransport()
            stream = short.events(HTTPRequest(url: peer.url(), timeouts: .stream()))
        }
        let error = await #expect(throws: HTTPError.self) { for try await _ in stream {} }
        #expect(error?.code == .closed)
    }

    @Test("to a port where nobody listens says so")
    func refused() async throws {
        let port = try HTTPPeer(answering: "").port
        let url = try #require(URL(string: "http://127.0.0.1:\(port)/"))
        #expect(await eventually { await code(HTTPRequest(url: url)) == .refused })
    }

    @Test("to a name that does not exist says so")
    func unknownHost() async throws {
        let url = try #require(URL(string: "https://no-such-host.invalid/"))
        #expect(await code(HTTPRequest(url: url)) == .unknownHost)
    }

    @Test("in plain http to another machine is refused before anything is sent")
    func insecure() async throws {
        let url = try #require(URL(string: "http://192.0.2.1/"))
        #expect(await code(HTTPRequest(url: url)) == .insecure)
    }

    @Test("with a line break in a header is refused and does not show the value")
    func headerInjection() async throws {
        let peer = try HTTPPeer(answering: "")
        let request = HTTPRequest(url: peer.url(), headers: ["Authorization": "Bearer geheim\r\nX: y"])
        let error = await #expect(throws: HTTPError.self) { try await transport.send(request) }
        #expect(error?.code == .invalidRequest)
        #expect(!"\(String(describing: error))".contains("geheim"))
        #expect(peer.connections == 0)
    }

    @Test("does not show its credential in any description")
    func secrets() throws {
        let url = try #require(URL(string: "https://h/?token=geheim"))
        let request = HTTPRequest(url: url, headers: ["Authorization": "Bearer geheim", "cookie": "geheim"])
        var dumped = ""
        dump(request.headers, to: &dumped)
        for text in ["\(request)", "\(request.headers)", String(reflecting: request.headers), dumped] {
            #expect(!text.contains("geheim"), "\(text)")
        }
    }

    @Test(
        "whose answer is a refusal gives the status, and the error it stands for",
        arguments: [
            (401, HTTPError.Code.unauthorized), (403, .forbidden), (404, .notFound), (429, .rateLimited),
            (500, .unavailable), (503, .unavailable), (418, .status),
        ])
    func statuses(_ status: Int, _ code: HTTPError.Code) async throws {
        let peer = try HTTPPeer { _, connection in connection.answer(status, ["Retry-After": "3"], "why") }
        let response = try await transport.send(HTTPRequest(url: peer.url("/x?secret=1")))
        #expect(response.body == Array("why".utf8))
        let error = #expect(throws: HTTPError.self) { try response.checked() }
        #expect(error?.code == code)
        #expect(error?.status == status)
        #expect(error?.retryAfter == .seconds(3))
        #expect(error?.description.contains("secret") == false)
    }

    @Test("is sent again to another place of the same origin, with its credential and its body")
    func redirect() async throws {
        let peer = try HTTPPeer { request, connection in
            if request.path == "/a" {
                connection.answer(307, ["Location": "/b?c"])
            } else {
                connection.answer(200, [:], "there")
            }
        }
        let response = try await transport.send(
            HTTPRequest(method: .post, url: peer.url("/a"), headers: ["Authorization": "Bearer k"], body: .bytes([7])))
        #expect(response.body == Array("there".utf8))
        #expect(response.head.place.hasSuffix("/b"))
        let second = try #require(peer.requests.last)
        #expect(second.path == "/b?c")
        #expect(second.method == "POST")
        #expect(second.body == [7])
        #expect(second.headers["authorization"] == "Bearer k")
    }

    @Test("is never sent to another origin", arguments: ["other", "https", "scheme"])
    func redirectElsewhere(_ kind: String) async throws {
        let other = try HTTPPeer(answering: "")
        let peer = try HTTPPeer { request, connection in
            let host = request.headers["host"] ?? ""
            switch kind {
            case "other": connection.answer(302, ["Location": "http://127.0.0.1:\(other.port)/"])
            case "https": connection.answer(302, ["Location": "https://\(host)/"])
            default: connection.answer(302, ["Location": "//localhost:\(host.split(separator: ":")[1])/"])
            }
        }
        #expect(await code(HTTPRequest(url: peer.url())) == .redirectElsewhere)
        #expect(other.connections == 0)
        #expect(peer.connections == 1)
    }

    @Test("follows five redirects and no more")
    func redirectLoop() async throws {
        let peer = try HTTPPeer { _, connection in connection.answer(301, ["Location": "/again"]) }
        #expect(await code(HTTPRequest(url: peer.url())) == .redirectLoop)
        #expect(peer.requests.count == 6)
    }

    @Test("does not follow a redirect without a usable place", arguments: ["javascript:x", "https://a@b/"])
    func redirectNowhere(_ location: String) async throws {
        let peer = try HTTPPeer { _, connection in connection.answer(302, ["Location": location]) }
        #expect(await code(HTTPRequest(url: peer.url())) == .redirectLoop)
    }

    @Test("sends a file, and its redirect sends it again")
    func uploads() async throws {
        let folder = try TemporaryFolder()
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try Data(bytes).write(to: URL(filePath: folder.file("up")))
        let peer = try HTTPPeer { request, connection in
            if request.path == "/a" { connection.answer(308, ["Location": "/b"]) } else { connection.answer(200) }
        }
        let response = try await transport.upload(file: folder.file("up"), as: HTTPRequest(url: peer.url("/a")))
        #expect(response.status == 200)
        #expect(peer.requests.map(\.body) == [bytes, bytes])
    }

    @Test("for a file that is none says which")
    func uploadsNothing() async throws {
        let folder = try TemporaryFolder()
        let peer = try HTTPPeer(answering: "")
        for path in [folder.path, folder.file("absent")] {
            let error = await #expect(throws: HTTPError.self) {
                try await transport.upload(file: path, as: HTTPRequest(url: peer.url()))
            }
            #expect(error?.code == .file)
            #expect(error?.detail.contains(path) == true)
        }
        #expect(peer.connections == 0)
    }
}
