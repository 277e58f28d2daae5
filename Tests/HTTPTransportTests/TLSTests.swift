import FoundationEssentials
import HTTPTransport
import TestSupport
import Testing

@Suite("A server's certificate", .enabled(if: TLSPeer.isPossible))
struct TLSTests {
    private func outcome(_ url: URL, _ options: HTTPTransport.Options) async -> HTTPError.Code? {
        do {
            _ = try await HTTPTransport(options: options).send(HTTPRequest(url: url))
            return nil
        } catch { return error.code }
    }

    @Test("of an unknown authority is refused, and taken once the authority is named")
    func authority() async throws {
        let peer = try TLSPeer()
        #expect(await outcome(peer.url, .init()) == .tls(.unknownIssuer))
        #expect(await outcome(peer.url, .init(extraAuthorities: peer.authority)) == nil)
    }

    @Test("with another name is refused")
    func name() async throws {
        let peer = try TLSPeer(names: "DNS:mail.example.test")
        #expect(await outcome(peer.url, .init(extraAuthorities: peer.authority)) == .tls(.wrongName))
    }

    @Test("that has expired is refused")
    func expired() async throws {
        let peer = try TLSPeer(days: -1)
        #expect(await outcome(peer.url, .init(extraAuthorities: peer.authority)) == .tls(.expired))
    }

    @Test("is taken by its pinned key alone, whoever signed it and whatever name and date it has")
    func pinnedAlone() async throws {
        let other = "sha256//" + Data(repeating: 7, count: 32).base64EncodedString()
        for peer in [try TLSPeer(), try TLSPeer(names: "DNS:mail.example.test"), try TLSPeer(days: -1)] {
            #expect(await outcome(peer.url, .init(pinnedKey: peer.pin)) == nil)
            #expect(await outcome(peer.url, .init(pinnedKey: other)) == .tls(.pinMismatch))
            #expect(await outcome(peer.url, .init()) != nil)
        }
    }

    @Test("must have the key that was pinned beside what its authority says, where both are named")
    func pinned() async throws {
        let peer = try TLSPeer()
        let other = "sha256//" + Data(repeating: 7, count: 32).base64EncodedString()
        #expect(await outcome(peer.url, .init(extraAuthorities: peer.authority, pinnedKey: peer.pin)) == nil)
        #expect(
            await outcome(peer.url, .init(extraAuthorities: peer.authority, pinnedKey: "\(other);\(peer.pin)")) == nil)
        #expect(
            await outcome(peer.url, .init(extraAuthorities: peer.authority, pinnedKey: other)) == .tls(.pinMismatch))
        let stranger = try TLSPeer()
        #expect(
            await outcome(peer.url, .init(extraAuthorities: stranger.authority, pinnedKey: peer.pin))
                == .tls(.unknownIssuer))
    }

    @Test(
        "cannot be pinned by a file or by something that is no key",
        arguments: ["/etc/passwd", "sha256//", "sha256//x", ""])
    func badPin(_ pin: String) async throws {
        let peer = try HTTPPeer(answering: "")
        #expect(await outcome(peer.url(), .init(pinnedKey: pin)) == .invalidRequest)
        #expect(peer.connections == 0)
    }

    @Test("cannot be checked with a file of authorities that is not there")
    func noFile() async throws {
        let folder = try TemporaryFolder()
        let peer = try TLSPeer()
        let options = HTTPTransport.Options(extraAuthorities: folder.file("absent"))
        #expect(await outcome(peer.url, options) == .tls(.unreadableAuthorities))
    }

    @Test("is waited for no longer than a connection may take")
    func neverComes() async throws {
        let peer = try HTTPPeer { _, connection in connection.waitForEnd() }
        var request = HTTPRequest(url: try #require(URL(string: "https://127.0.0.1:\(peer.port)/")))
        request.timeouts.connect = .milliseconds(100)
        let waiting = request
        let error = await #expect(throws: HTTPError.self) { try await HTTPTransport().send(waiting) }
        #expect(error?.code == .connectTimeout)
    }
}
