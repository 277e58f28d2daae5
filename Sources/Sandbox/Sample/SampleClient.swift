import FoundationEssentials
import HTTPTransport

/// Calls the sandbox over HTTP as any JMAP client would, with one login.
struct SampleClient: Sendable {
    /// A call: the method's name and its arguments.
    typealias Call = (name: String, arguments: JSONObject)

    private let url: URL
    private let authorization: String
    private let transport: any HTTPClient

    /// Makes a client; nothing is sent yet.
    init(url: String, authorization: String, transport: any HTTPClient) throws(SampleError) {
        guard let url = URL(string: "\(url)/jmap/") else {
            throw SampleError(place: "/jmap/", sentence: "The sandbox's address is no URL.")
        }
        self.url = url
        self.authorization = authorization
        self.transport = transport
    }

    /// The Authorization value of a name and a password.
    static func basic(_ user: String, _ password: String) -> String {
        "Basic " + Base64.encode(Array("\(user):\(password)".utf8))
    }

    /// Sends calls in one request; the answers in their order. Any error that is answered is thrown.
    func send(_ calls: [Call]) async throws(SampleError) -> [JSONObject] {
        let list = calls.enumerated().map { index, call in
            JSONValue.array([.string(call.name), .object(call.arguments), .string(String(index))])
        }
        let body: JSONValue = [
            "using": [
                "urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail", "urn:ietf:params:jmap:blob",
                "urn:ietf:params:jmap:submission", "urn:stalwart:jmap",
            ],
            "methodCalls": .array(list),
        ]
        let answer = try await post(body.bytes)
        guard let responses = answer["methodResponses"]?.array, responses.count == calls.count else {
            throw SampleError(place: "/jmap/", sentence: "The answer does not have one response for each call.")
        }
        var results: [JSONObject] = []
        for (call, response) in zip(calls, responses) {
            let parts = response.array ?? []
            guard parts.count == 3, parts[0].string == call.name, let result = parts[1].object else {
                throw SampleError(place: call.name, sentence: "The server answered \(parts.dropFirst().first?.text ?? "nothing").")
            }
            results.append(result)
        }
        return results
    }

    /// Creates objects; their answers by creation id. One that is not created is an error.
    func create(
        _ method: String, account: String? = nil, member: String = "create", _ objects: JSONObject
    ) async throws(SampleError) -> JSONObject {
        var arguments: JSONObject = [member: .object(objects)]
        if let account { arguments["accountId"] = .string(account) }
        let answer = try await send([(method, arguments)])[0]
        if let refused = answer["notCreated"]?.object, let first = refused.keys.first {
            throw SampleError(place: "\(method) \(first)", sentence: "The server refused it: \(refused[first]?.text ?? "").")
        }
        return answer["created"]?.object ?? [:]
    }

    private func post(_ body: [UInt8]) async throws(SampleError) -> JSONValue {
        var request = HTTPRequest(method: .post, url: url)
        request.headers = ["Content-Type": "application/json", "Authorization": authorization]
        request.body = .bytes(body)
        do {
            let response = try await transport.send(request)
            guard response.status == 200 else {
                throw SampleError(place: "/jmap/", sentence: "The server answered with status \(response.status).")
            }
            return try JSONValue(parsing: response.body)
        } catch let error as SampleError {
            throw error
        } catch {
            throw SampleError(place: "/jmap/", sentence: "\(error)")
        }
    }
}
