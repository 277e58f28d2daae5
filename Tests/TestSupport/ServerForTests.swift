import FoundationEssentials
internal import Glibc
package import JMAP
package import Sandbox

/// The server that a test works on: a sandbox of its own, or the one that `AGENTICMAIL_TEST_SERVER` names, emptied.
///
/// `AGENTICMAIL_TEST_SERVER=URL AGENTICMAIL_TEST_ADMIN=user:password` name one that is there for tests alone: every test
/// begins by destroying all domains, accounts, roles and hooks on it.
package final class ServerForTests: Sendable {
    /// The server's URL without a path.
    package let url: String
    /// The administrator who may do everything.
    package let admin: (login: String, password: String)
    /// The port for mail from outside; nil where none is known.
    package let smtpPort: UInt16?
    private let sandbox: Sandbox?

    /// Whether the environment names a server: then nothing can be switched in it by which it would misbehave.
    package static var isGiven: Bool { given != nil }

    private static let given: (url: String, login: String, password: String)? = {
        guard let url = getenv("AGENTICMAIL_TEST_SERVER").map({ String(cString: $0) }), !url.isEmpty else { return nil }
        let admin = getenv("AGENTICMAIL_TEST_ADMIN").map { String(cString: $0) } ?? ""
        let words = admin.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        return (url, words.first ?? "", words.count > 1 ? words[1] : "")
    }()

    /// Starts a sandbox, or empties the server that the environment names.
    package static func start(_ options: SandboxOptions = SandboxOptions()) async throws -> ServerForTests {
        guard let given else {
            let sandbox = try await Sandbox.start(options)
            return ServerForTests(url: sandbox.url, admin: sandbox.admin, smtpPort: sandbox.smtpPort, sandbox: sandbox)
        }
        let client = client(url: given.url, login: given.login, password: given.password)
        try await empty(client)
        try await liftLimits(client)
        return ServerForTests(
            url: given.url, admin: (given.login, given.password), smtpPort: try await smtpPort(client), sandbox: nil)
    }

    /// A server that somebody else has started and that is empty.
    package convenience init(url: String, login: String, password: String, smtpPort: UInt16? = nil) {
        self.init(url: url, admin: (login, password), smtpPort: smtpPort, sandbox: nil)
    }

    private init(url: String, admin: (login: String, password: String), smtpPort: UInt16?, sandbox: Sandbox?) {
        self.url = url
        self.admin = admin
        self.smtpPort = smtpPort
        self.sandbox = sandbox
    }

    deinit { stop() }

    /// A client with the administrator's login.
    package var adminClient: JMAPClient { Self.client(url: url, login: admin.login, password: admin.password) }

    /// The switches by which it misbehaves. For tests that are enabled for a sandbox of their own alone.
    package var faults: Faults {
        guard let sandbox else { preconditionFailure("A test with faults must be enabled for its own sandbox alone.") }
        return sandbox.faults
    }

    /// Stops a sandbox of the test's own.
    package func stop() { sandbox?.stop() }

    private static func client(url: String, login: String, password: String) -> JMAPClient {
        // What is no URL is found by the first request, with a sentence that says so.
        JMAPClient(
            origin: URL(string: url) ?? URL(filePath: "/"), credential: .basic(user: login, password: password))
    }

    /// Destroys what earlier tests have made; what a server needs itself it keeps.
    private static func empty(_ client: JMAPClient) async throws {
        // Accounts go before the domains and roles that they are linked to.
        for kind in ["MtaHook", "QueuedMessage", "DkimSignature", "Account", "Role", "Domain"] {
            var left = Int.max
            while true {
                let ids = try await client.call(RawCall("x:\(kind)/query", [:]))["ids"]?.array ?? []
                guard !ids.isEmpty, ids.count < left else { break }
                left = ids.count
                _ = try await client.call(RawCall("x:\(kind)/set", ["destroy": .array(Array(ids.prefix(500)))]))
            }
        }
    }

    /// Switches limits of mail off: tests send more in an hour than a new server takes, and some have made limits.
    private static func liftLimits(_ client: JMAPClient) async throws {
        let ids = try await client.call(RawCall("x:MtaInboundThrottle/query", [:]))["ids"]?.array ?? []
        let off: [String: JSON] = Dictionary(
            ids.compactMap(\.string).map { ($0, ["enable": false]) }, uniquingKeysWith: { first, _ in first })
        guard !off.isEmpty else { return }
        _ = try await client.call(RawCall("x:MtaInboundThrottle/set", ["update": .object(off)]))
        _ = try await client.call(RawCall("x:Action/set", ["create": ["r": ["@type": "ReloadSettings"]]]))
    }

    private static func smtpPort(_ client: JMAPClient) async throws -> UInt16? {
        var request = Request()
        let query = request.call(RawCall("x:NetworkListener/query", [:]))
        let get = request.call(RawCall("x:NetworkListener/get", ["#ids": query.reference("/ids").json]))
        for listener in try await client.send(request).get(get)["list"]?.array ?? []
        where listener["protocol"]?.string == "smtp" && listener["name"]?.string == "smtp" {
            let binding = listener["bind"]?.object?.keys.first ?? ""
            return binding.split(separator: ":").last.flatMap { UInt16($0) }
        }
        return nil
    }
}
