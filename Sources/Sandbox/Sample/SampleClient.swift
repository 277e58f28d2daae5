import FoundationEssentials
import HTTPTransport
import JMAP

/// Calls the sandbox over HTTP as any JMAP client would, with one login.
struct SampleClient: Sendable {
    private let client: JMAPClient
    private static let capabilities: [JMAP.Capability] = [.mail, .submission, .blob]

    /// Makes a client; nothing is sent yet.
    init(url: String, credential: Credential, transport: any HTTPClient) throws(SampleError) {
        guard let url = URL(string: url) else { throw SampleError(place: url, sentence: "It is no URL.") }
        client = JMAPClient(origin: url, credential: credential, transport: transport)
    }

    /// Sends one call; its answer.
    func call(_ method: String, _ arguments: [String: JSON]) async throws(SampleError) -> JSON {
        do throws(JMAPError) {
            return try await client.call(RawCall(method, arguments, capabilities: Self.capabilities))
        } catch {
            throw SampleError(place: method, sentence: "\(error.sentence) \(error.cure)")
        }
    }

    /// Creates objects; the answers by creation id. One that is not created is an error.
    func create(
        _ method: String, account: String? = nil, member: String = "create", _ objects: [String: JSON]
    ) async throws(SampleError) -> [String: JSON] {
        var arguments: [String: JSON] = [member: .object(objects)]
        if let account { arguments["accountId"] = .string(account) }
        let answer = try await call(method, arguments)
        if let first = answer["notCreated"]?.object?.first {
            throw SampleError(place: "\(method) \(first.key)", sentence: "The server refused it: \(first.value).")
        }
        return answer["created"]?.object ?? [:]
    }

    /// Creates one object; its answer.
    func create(_ method: String, account: String? = nil, one object: [String: JSON]) async throws(SampleError) -> JSON
    {
        let created = try await create(method, account: account, ["new": .object(object)])
        guard let answer = created["new"] else {
            throw SampleError(place: method, sentence: "The server made nothing.")
        }
        return answer
    }
}
