import FoundationEssentials
import HTTPTransport
import TestSupport
import Testing

@Suite("A server that means harm, or is broken")
struct HostileServerTests {
    private let transport = HTTPTransport(options: .init(compressesLoopback: true))

    private func code(_ request: HTTPRequest) async -> HTTPError.Code? {
        do {
            _ = try await transport.send(request)
            return nil
        } catch { return error.code }
    }

    @Test("cannot fill the memory by a body longer than allowed, announced or not")
    func longBody() async throws {
        var request = HTTPRequest(url: try HTTPPeer(answering: "").url())
        request.limits.bodyBytes = 1000
        let announced = try HTTPPeer(answering: "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n")
        request.url = announced.url()
        #expect(await code(request) == .tooLarge)
        let endless = try HTTPPeer { _, connection in
            connection.write("HTTP/1.1 200 OK\r\n\r\n")
            while connection.write(String(repeating: "x", count: 10_000)) {}
            connection.close()
        }
        request.url = endless.url()
        #expect(await code(request) == .tooLarge)
        let exact = try HTTPPeer(
            answering: "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + String(repeating: "x", count: 1000))
        request.url = exact.url()
        #expect(try await transport.send(request).body.count == 1000)
    }

    @Test("cannot fill the memory by a small body that unpacks to a large one")
    func bomb() async throws {
        let folder = try TemporaryFolder()
        try Data(repeating: 0x61, count: 4_000_000).write(to: URL(filePath: folder.file("a")))
        _ = try run(["gzip", "-9", folder.file("a")])
        let packed = try [UInt8](Data(contentsOf: URL(filePath: folder.file("a.gz"))))
        let peer = try HTTPPeer { _, connection in connection.answer(200, ["Content-Encoding": "gzip"], packed) }
        var request = HTTPRequest(url: peer.url())
        request.limits.bodyBytes = 1_000_000
        #expect(packed.count < 10_000)
        #expect(await code(request) == .tooLarge)
        request.limits.bodyBytes = 4_000_000
        #expect(try await transport.send(request).body.count == 4_000_000)
        #expect(peer.requests.first?.headers["accept-encoding"]?.contains("gzip") == true)
    }

    @Test("that says gzip and sends something else is malformed")
    func brokenCompression() async throws {
        let peer = try HTTPPeer { _, connection in
            connection.answer(200, ["Content-Encoding": "gzip"], "no gzip at all")
        }
        #expect(await code(HTTPRequest(url: peer.url())) == .malformed)
    }

    @Test("cannot send header lines without an end, in number or in size, in interim answers too")
    func headers() async throws {
        let endless = [
            (200, "X: y\r\n"), (200, "X: " + String(repeating: "y", count: 9000) + "\r\n"),
            (103, "\r\nHTTP/1.1 103 Hints\r\n"),
        ]
        for (status, line) in endless {
            let peer = try HTTPPeer { _, connection in
                connection.write("HTTP/1.1 \(status) X\r\n")
                while connection.write(line) {}
                connection.close()
            }
            let found = await code(HTTPRequest(url: peer.url()))
            #expect(found == .headersTooLarge, "\(line.prefix(20)): \(String(describing: found))")
        }
    }

    @Test(
        "that breaks off is noticed",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "HTTP/1.1 200 OK\r\nContent-Le", "",
        ])
    func cut(_ bytes: String) async throws {
        let peer = try HTTPPeer { _, connection in
            connection.write(bytes)
            connection.close()
        }
        #expect(await code(HTTPRequest(url: peer.url())) == .cut)
    }

    @Test(
        "that does not speak HTTP is noticed",
        arguments: [
            "SSH-2.0-OpenSSH_9.2\r\n", "220 mail ESMTP\r\n", "HTTP/1.1 abc\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        ])
    func notHTTP(_ bytes: String) async throws {
        let peer = try HTTPPeer { _, connection in
            connection.write(bytes)
            connection.close()
        }
        let found = await code(HTTPRequest(url: peer.url()))
        #expect(found == .malformed || found == .cut, "\(String(describing: found))")
    }

    @Test("that sends a byte now and then does not hold the client for ever")
    func trickle() async throws {
        let peer = try HTTPPeer { _, connection in
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            while connection.write("x"), !connection.endsWithin(milliseconds: 100) {}
            connection.close()
        }
        var request = HTTPRequest(url: peer.url())
        request.timeouts.stalled = .seconds(1)
        #expect(await code(request) == .stalled)
    }

    @Test("that never answers does not hold the client for ever")
    func silent() async throws {
        let peer = try HTTPPeer { _, connection in connection.waitForEnd() }
        var request = HTTPRequest(url: peer.url())
        request.timeouts.stalled = .seconds(1)
        #expect(await code(request) == .stalled)
        request.timeouts = .init(stalled: nil, total: .seconds(1))
        #expect(await code(request) == .stalled)
    }

    @Test("that does not take the connection does not hold the client for ever")
    func connecting() async throws {
        // A listener whose queue is full answers no further connection.
        let full = try FullListener()
        var request = HTTPRequest(url: full.url)
        request.timeouts.connect = .milliseconds(100)
        #expect(await code(request) == .connectTimeout)
    }

    @Test("cannot put control characters into an error")
    func controlCharacters() {
        let error = HTTPError(
            .malformed, place: "https://h/", detail: "a\u{1B}[31m\u{202E}b\r\n" + String(repeating: "x", count: 500))
        #expect(
            error.detail.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control && $0 != "\u{202E}" })
        #expect(error.detail.unicodeScalars.count == 200)
    }
}
