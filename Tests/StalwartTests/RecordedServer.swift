import FoundationEssentials
import HTTPTransport
import JMAP
import Stalwart
import Synchronization

/// A server that gives answers that were written down, each request its own, and keeps what it was asked.
final class RecordedServer: HTTPClient {
    /// A request that was made, with its body as JSON where it is JSON.
    struct Asked: Sendable {
        let method: String
        let path: String
        let body: JSON
    }

    /// What is answered, given the request; nil for a request that nobody expects.
    typealias Answer = @Sendable (Asked) -> HTTPResponse?

    private let session: String
    private let answer: Answer
    private let log = Mutex<[Asked]>([])

    init(session: String, answer: @escaping Answer) {
        self.session = session
        self.answer = answer
    }

    /// Everything that was asked beside the session.
    var asked: [Asked] { log.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let target = try HTTPTarget(request.url)
        if target.path == "/.well-known/jmap" { return Self.json(session) }
        var body = JSON.null
        if case .bytes(let bytes) = request.body { body = (try? JSON(parsing: bytes)) ?? .null }
        let asked = Asked(method: request.method.rawValue, path: target.path, body: body)
        log.withLock { $0.append(asked) }
        return answer(asked) ?? HTTPResponse(status: 404, body: Array(#"{"status":404,"detail":"nothing here"}"#.utf8))
    }

    func download(_ request: HTTPRequest, to path: String) async throws(HTTPError) -> HTTPDownload {
        throw HTTPError(.notFound, place: "the recording")
    }

    func events(_ request: HTTPRequest) -> AsyncThrowingStream<HTTPStreamElement, any Error> {
        AsyncThrowingStream { $0.finish() }
    }

    /// An answer in JSON.
    static func json(_ text: String, status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, headers: ["Content-Type": "application/json"], body: Array(text.utf8))
    }

    /// A client of the server.
    func client() throws -> JMAPClient {
        guard let url = URL(string: "http://127.0.0.1:1") else { throw HTTPError(.invalidURL, place: "test") }
        return JMAPClient(origin: url, credential: .basic(user: "admin", password: "secret"), transport: self)
    }

    /// The session of an administrator, with or without the capability of 0.16.
    static func session(isObjects: Bool) -> String {
        let stalwart = isObjects ? #","urn:stalwart:jmap":{}"# : ""
        return """
            {"capabilities":{"urn:ietf:params:jmap:core":{},"urn:ietf:params:jmap:mail":{}},
             "accounts":{"d333333":{"name":"admin","isPersonal":true,"isReadOnly":false,
              "accountCapabilities":{"urn:ietf:params:jmap:mail":{}\(stalwart)}}},
             "primaryAccounts":{"urn:ietf:params:jmap:mail":"d333333"},"username":"admin",
             "apiUrl":"http://127.0.0.1:1/jmap/","downloadUrl":"http://127.0.0.1:1/d","uploadUrl":"http://127.0.0.1:1/u",
             "eventSourceUrl":"http://127.0.0.1:1/e","state":"s1"}
            """
    }
}

/// An administration of 0.15 whose server answers what is given, by method and path.
func principals(
    _ answers: [String: String]
) throws -> (server: RecordedServer, administration: PrincipalAdministration) {
    let server = RecordedServer(session: RecordedServer.session(isObjects: false)) { asked in
        if let text = answers["\(asked.method) \(asked.path)"] { return RecordedServer.json(text) }
        if asked.path == "/api/reload" { return RecordedServer.json(#"{"data":{}}"#) }
        if asked.path == "/jmap/" {
            return RecordedServer.json(
                #"{"methodResponses":[["error",{"type":"unknownMethod"},"0"]],"sessionState":"s1"}"#)
        }
        return nil
    }
    return (server, PrincipalAdministration(client: try server.client()))
}

/// An administration of 0.16 whose server answers each method with what is given for it.
func objects(_ answers: [String: String]) throws -> (server: RecordedServer, administration: ObjectAdministration) {
    let server = RecordedServer(session: RecordedServer.session(isObjects: true)) { asked in
        var responses: [JSON] = []
        for call in asked.body["methodCalls"]?.array ?? [] {
            let name = call[0]?.string ?? ""
            let text = answers[name] ?? #"{"type":"unknownMethod"}"#
            let answer = (try? JSON(parsing: Array(text.utf8))) ?? .null
            let isError = answer["type"] != nil
            responses.append([.string(isError ? "error" : name), answer, call[2] ?? .null])
        }
        let body: JSON = ["methodResponses": .array(responses), "sessionState": "s1"]
        return RecordedServer.json(body.description)
    }
    return (server, ObjectAdministration(client: try server.client()))
}

/// The error of something that has to fail; nil when it does not.
func failure(_ body: () async throws(StalwartError) -> Void) async -> StalwartError? {
    do throws(StalwartError) {
        try await body()
        return nil
    } catch {
        return error
    }
}
