import FoundationEssentials
import Glibc
import HTTPTransport
import TestSupport
import Testing

@Suite("A download")
struct DownloadTests {
    private let transport = HTTPTransport()
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func files() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.path) }

    @Test("becomes a file that only its owner can read")
    func plain() async throws {
        let bytes = (0..<500_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let peer = try HTTPPeer { _, connection in connection.answer(200, [:], bytes) }
        let result = try await transport.download(HTTPRequest(url: peer.url()), to: folder.file("a"))
        #expect(result.bytes == bytes.count)
        #expect(try [UInt8](Data(contentsOf: URL(filePath: folder.file("a")))) == bytes)
        var status = stat()
        #expect(stat(folder.file("a"), &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        #expect(try files() == ["a"])
    }

    @Test(
        "leaves nothing behind when it is larger than allowed, refused, or cut",
        arguments: [
            ("HTTP/1.1 200 OK\r\n\r\nthirty-two bytes, two too many...", HTTPError.Code.tooLarge),
            ("HTTP/1.1 404 No\r\nContent-Length: 3\r\n\r\nabc", .notFound),
            ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", .cut),
        ])
    func fails(_ answer: String, _ code: HTTPError.Code) async throws {
        let peer = try HTTPPeer { _, connection in
            connection.write(answer)
            connection.close()
        }
        var request = HTTPRequest(url: peer.url())
        request.limits.bodyBytes = 30
        let ready = request
        let error = await #expect(throws: HTTPError.self) { try await transport.download(ready, to: folder.file("a")) }
        #expect(error?.code == code)
        #expect(try files().isEmpty)
    }

    @Test("leaves nothing behind when it is cancelled")
    func cancelled() async throws {
        let peer = try HTTPPeer { _, connection in
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
            connection.waitForEnd()
        }
        let task = Task { try await transport.download(HTTPRequest(url: peer.url()), to: folder.file("a")) }
        #expect(await soon { peer.requests.count == 1 })
        task.cancel()
        await #expect(throws: HTTPError.self) { try await task.value }
        #expect(try files().isEmpty)
    }

    @Test("never writes over a file or through a link")
    func existing() async throws {
        let peer = try HTTPPeer(answering: "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew")
        try Data("old".utf8).write(to: URL(filePath: folder.file("a")))
        symlink(folder.file("elsewhere"), folder.file("b"))
        for name in ["a", "b"] {
            let error = await #expect(throws: HTTPError.self) {
                try await transport.download(HTTPRequest(url: peer.url()), to: folder.file(name))
            }
            #expect(error?.code == .file)
        }
        #expect(try Data(contentsOf: URL(filePath: folder.file("a"))) == Data("old".utf8))
        #expect(try files().sorted() == ["a", "b"])
        #expect(peer.connections == 0)
    }

    @Test("into a folder that is not there says so")
    func noFolder() async throws {
        let peer = try HTTPPeer(answering: "")
        let error = await #expect(throws: HTTPError.self) {
            try await transport.download(HTTPRequest(url: peer.url()), to: folder.file("no/a"))
        }
        #expect(error?.code == .file)
        #expect(error?.sentence.contains("No such file") == true)
    }
}
