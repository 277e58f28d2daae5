import JMAP
import Synchronization
import TestSupport
import Testing

@Suite("A login that is asked for")
struct SignInTests {
    private static let refusal = JMAPError(
        .noSecret(cure: "Run it by hand."), place: "here", detail: "The command failed.")

    @Test("nobody is asked before the first request, and once for all of them")
    func askedOnce() async throws {
        let peer = try HTTPPeer { _, connection in connection.answer(200, [:], FakeServer.session()) }
        let asked = Atomic(0)
        let client = JMAPClient(origin: peer.url("/session")) { () async throws(JMAPError) in
            asked.add(1, ordering: .relaxed)
            return .basic(user: "ada", password: "geheim")
        }
        #expect(asked.load(ordering: .relaxed) == 0)
        for _ in 0..<3 { _ = try await client.session(refresh: true) }
        #expect(asked.load(ordering: .relaxed) == 1)
        #expect(peer.requests.allSatisfy { $0.headers["authorization"] == "Basic YWRhOmdlaGVpbQ==" })
    }

    @Test("nothing is sent while there is no login, what is wrong is said, and it is asked for again")
    func askedAgain() async throws {
        let peer = try HTTPPeer { _, connection in connection.answer(200, [:], FakeServer.session()) }
        let asked = Atomic(0)
        let client = JMAPClient(origin: peer.url("/session")) { () async throws(JMAPError) in
            guard asked.add(1, ordering: .relaxed).newValue > 1 else { throw Self.refusal }
            return .bearer("key")
        }
        let error = try #require(await #expect(throws: JMAPError.self) { _ = try await client.session() })
        #expect(error.description == "The command failed. Run it by hand.")
        #expect(peer.requests.isEmpty)
        _ = try await client.session()
        #expect(peer.requests.map { $0.headers["authorization"] } == ["Bearer key"])
    }
}
