import FoundationEssentials
import HTTPTransport
import JMAP
import Synchronization
import Testing

/// A JMAP server in the test's own process: a session, and a script that answers calls.
final class FakeServer: Sendable {
    /// What answers one request: its calls in, the members of the answer out.
    typealias Script = @Sendable (_ calls: [JSON]) -> JSON

    /// A request that came.
    struct Seen: Sendable {
        let method: String
        let url: String
        let authorization: String?
        let body: JSON?
    }

    private let log = Mutex<[Seen]>([])
    private let script: Mutex<Script>
    private let session: Mutex<String>

    init(session: String = FakeServer.session(), _ script: @escaping Script = { _ in [:] }) {
        self.session = Mutex(session)
        self.script = Mutex(script)
    }

    /// Every request so far.
    var seen: [Seen] { log.withLock { $0 } }
    /// The calls of each request so far.
    var calls: [[JSON]] { seen.compactMap { $0.body?["methodCalls"]?.array } }
    /// How often the session was asked for.
    var sessionFetches: Int { seen.count { $0.method == "GET" } }

    /// Replaces the session object.
    func set(session: String) { self.session.withLock { $0 = session } }

    /// A client of the server.
    func client(_ origin: String = "https://mail.example.test") throws -> JMAPClient {
        JMAPClient(
            origin: try #require(URL(string: origin)), credential: .bearer("geheim"),
            transport: transport)
    }

    /// What carries requests to the server.
    var transport: any HTTPClient { HTTPInterceptor(HTTPTransport()) { request, _ in self.answer(request) } }

    private func answer(_ request: HTTPRequest) -> HTTPResponse {
        var body: JSON?
        if case .bytes(let bytes) = request.body { body = try? JSON(parsing: bytes) }
        log.withLock {
            $0.append(
                Seen(
                    method: request.method.rawValue, url: request.url.absoluteString,
                    authorization: request.headers["Authorization"], body: body))
        }
        guard request.method == .post else {
            let text = session.withLock { $0 }
            return HTTPResponse(status: 200, headers: ["Content-Type": "application/json"], body: Array(text.utf8))
        }
        let answer = script.withLock { $0 }(body?["methodCalls"]?.array ?? [])
        return HTTPResponse(status: 200, headers: ["Content-Type": "application/json"], body: answer.encoded())
    }

    /// A session as Stalwart writes it, with the given limits.
    static func session(
        calls: Int = 16, get: Int = 500, set: Int = 500, size: Int = 10_000_000, state: String = "s1",
        host: String = "https://mail.example.test", username: String = "ada@example.test"
    ) -> String {
        """
        {"capabilities":{"urn:ietf:params:jmap:core":{"maxSizeUpload":50,"maxConcurrentUpload":4,
        "maxSizeRequest":\(size),"maxConcurrentRequests":4,"maxCallsInRequest":\(calls),"maxObjectsInGet":\(get),
        "maxObjectsInSet":\(set),"collationAlgorithms":["i;ascii-casemap"]},"urn:ietf:params:jmap:mail":{},
        "urn:ietf:params:jmap:submission":{},"urn:example:new":{"x":[1,2,{"y":null}]}},
        "accounts":{"c":{"name":"ada@example.test","isPersonal":true,"isReadOnly":false,"accountCapabilities":
        {"urn:ietf:params:jmap:mail":{"maxMailboxDepth":10}}},"g":{"name":"review@example.test","isPersonal":false,
        "isReadOnly":false,"accountCapabilities":{}}},
        "primaryAccounts":{"urn:ietf:params:jmap:mail":"c","urn:example:new":null},"username":"\(username)",
        "apiUrl":"\(host)/jmap/","downloadUrl":"\(host)/jmap/download/{accountId}/{blobId}/{name}?accept={type}",
        "uploadUrl":"\(host)/jmap/upload/{accountId}/","eventSourceUrl":
        "\(host)/jmap/eventsource/?types={types}&closeafter={closeafter}&ping={ping}","state":"\(state)","more":{}}
        """
    }

    /// An answer that gives every call back under its own name.
    static let echo: Script = { calls in
        [
            "methodResponses": .array(calls.map { .array([$0[0] ?? .null, $0[1] ?? .null, $0[2] ?? .null]) }),
            "sessionState": "s1",
        ]
    }

    /// An answer to gets that makes an object of each id, with a state that tells the answers apart.
    static func gets(state: String) -> Script {
        { calls in
            let answers = calls.map { call -> JSON in
                let ids = call[1]?["ids"]?.array ?? []
                let list = ids.map { JSON.object(["id": $0]) }
                return [
                    call[0] ?? .null, ["state": .string(state), "list": .array(list), "notFound": []], call[2] ?? .null,
                ]
            }
            return ["methodResponses": .array(answers), "sessionState": "s1"]
        }
    }
}
