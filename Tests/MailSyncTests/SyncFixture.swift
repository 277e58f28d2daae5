import FoundationEssentials
import HTTPTransport
import JMAP
import MailCache
import MailSync
import Sandbox
import Synchronization
import TestSupport
import Testing

/// A server with an operator (whose own account is pushed) and agents, a cache, and a synchronisation between them.
final class SyncFixture: Sendable {
    let sandbox: Sandbox
    /// May do everything and changes things as another client would.
    let admin: JMAPClient
    let operatorID: AccountID
    let operatorLogin: Credential
    let agents: [AccountID]
    let folder: TemporaryFolder
    let transport: any HTTPClient
    /// While it is on, nothing reaches the server.
    let isCut = Switch()

    /// Starts a server and makes the accounts; `wrap` puts faults around the synchronisation's transport.
    init(agents count: Int = 1, wrap: (any HTTPClient) -> any HTTPClient = { $0 }) async throws {
        sandbox = try await Sandbox.start()
        folder = try TemporaryFolder()
        let isCut = isCut
        transport = HTTPInterceptor(
            wrap(HTTPTransport()),
            send: { request, base async throws(HTTPError) in
                if isCut.isOn { throw HTTPError(.refused, place: "the server") }
                return try await base.send(request)
            })
        let url = try #require(URL(string: sandbox.url))
        let admin = JMAPClient(
            origin: url, credential: .basic(user: sandbox.admin.login, password: sandbox.admin.password))
        self.admin = admin
        var made: [String: String] = [:]
        func create(_ method: String, _ name: String, _ object: JSON) async throws {
            let answer = try await admin.call(RawCall(method, ["create": ["x": object]]))
            made[name] = try #require(answer["created"]?["x"]?["id"]?.string, "\(method) answers \(answer)")
        }
        try await create(
            "x:Domain/set", "domain",
            [
                "name": "agents.example.test", "certificateManagement": ["@type": "Manual"],
                "dkimManagement": ["@type": "Manual"], "dnsManagement": ["@type": "Manual"],
            ])
        let domain = JSON.string(made["domain"] ?? "")
        try await create(
            "x:Role/set", "role",
            ["description": "agenticmail-agent", "enabledPermissions": ["authenticate": true, "emailReceive": true]])
        let roles: JSON = ["@type": "Custom", "roleIds": .object([made["role"] ?? "": true])]
        for number in 0..<count {
            try await create(
                "x:Account/set", "agent-\(number)",
                [
                    "@type": "User", "name": .string("agent-\(number)"), "domainId": domain, "credentials": [:],
                    "roles": roles, "permissions": ["@type": "Inherit"], "memberGroupIds": [:],
                ])
        }
        try await create(
            "x:Account/set", "operator",
            [
                "@type": "User", "name": "olga", "domainId": domain, "roles": ["@type": "Admin"],
                "credentials": ["0": ["@type": "Password", "secret": .string(Self.password)]],
                "permissions": ["@type": "Inherit"], "memberGroupIds": [:],
            ])
        agents = (0..<count).map { AccountID(made["agent-\($0)"] ?? "") }
        operatorID = AccountID(made["operator"] ?? "")
        operatorLogin = .basic(user: Self.login, password: Self.password)
    }

    /// The operator's login.
    static let login = "olga@agents.example.test"
    static let password = "correct horse battery staple 7"

    /// Every account that the synchronisation keeps.
    var accounts: [AccountID] { [operatorID] + agents }

    /// Short waits, so that tests wait for little.
    static var options: SyncOptions {
        var options = SyncOptions()
        options.busyInterval = .milliseconds(20)
        options.quietInterval = .milliseconds(60)
        options.suspendedInterval = .milliseconds(200)
        options.firstBackoff = .milliseconds(5)
        options.longestBackoff = .milliseconds(100)
        options.pollInterval = .milliseconds(500)
        options.pollIntervalWithoutPush = .milliseconds(100)
        return options
    }

    /// A synchronisation that has not begun, and its cache.
    ///
    /// - Parameter home: The folder of the files; the fixture's own otherwise.
    func sync(
        _ options: SyncOptions = SyncFixture.options, silence: Duration = .seconds(75), in home: String? = nil,
        clock: SyncClock = .system
    ) throws -> (MailSync, MailCache) {
        let home = home ?? folder.path
        let cache = try MailCache.open(at: home + "/cache.sqlite", journal: home + "/acts.sqlite", now: clock.date)
        let client = JMAPClient(
            origin: try #require(URL(string: sandbox.url)), credential: operatorLogin, transport: transport,
            options: JMAPClient.Options(pushSilence: silence))
        return (MailSync(client: client, cache: cache, options: options, clock: clock, random: { 0.5 }), cache)
    }

    /// Runs a synchronisation beside the closure and ends it afterwards.
    func running<T>(
        _ options: SyncOptions = SyncFixture.options, silence: Duration = .seconds(75), in home: String? = nil,
        clock: SyncClock = .system, _ body: (MailSync, MailCache) async throws -> T
    ) async throws -> T {
        let (sync, cache) = try sync(options, silence: silence, in: home, clock: clock)
        let task = Task { await sync.run() }
        let result: Result<T, any Error>
        do { result = .success(try await body(sync, cache)) } catch { result = .failure(error) }
        task.cancel()
        await task.value
        return try result.get()
    }

    /// Waits until the cache equals the server; the differences that are left otherwise.
    ///
    /// - Parameter orThrow: Ends the test where they differ: what follows would differ too.
    func settle(
        _ cache: MailCache, seconds: Double = 30, orThrow: Bool = false,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let comparison = CacheComparison(client: admin, reader: try cache.reader())
        var differences: [String] = ["nothing was compared"]
        _ = await eventually(within: seconds) {
            differences = (try? await comparison.differences(of: accounts)) ?? ["the comparison failed"]
            return differences.isEmpty
        }
        let comment = Comment(rawValue: differences.prefix(5).joined(separator: "\n"))
        #expect(differences.isEmpty, comment, sourceLocation: sourceLocation)
        if orThrow { try #require(differences.isEmpty, sourceLocation: sourceLocation) }
    }
}

/// What is looked at in a cache.
extension SyncFixture {
    /// The newest messages.
    func keys(_ cache: MailCache, _ count: Int = 100) throws -> [MessageKey] {
        try cache.reader().messages(in: .all, limit: count).rows.map(\.key)
    }

    /// Waits until the server has said its word on every act, and the cache has read it back.
    func hasSent(_ cache: MailCache) async -> Bool {
        await until { cache.writer.acts.value.waiting == 0 && cache.writer.acts.value.confirmed.isEmpty }
    }
}

/// What another client does on the server.
extension SyncFixture {
    /// Takes permissions from the operator.
    func disable(_ permission: String) async throws {
        let permissions: JSON = [
            "@type": "Merge", "enabledPermissions": [:], "disabledPermissions": .object([permission: true]),
        ]
        _ = try await admin.call(
            RawCall("x:Account/set", ["update": .object([operatorID.rawValue: ["permissions": permissions]])]))
    }

    /// A message as Email/set creates it, whose references put it into the thread of others.
    func message(_ id: String, references: [String] = [], in mailbox: MailboxID) -> JSON {
        [
            "mailboxIds": .object([mailbox.rawValue: true]), "subject": "Plans", "messageId": [.string(id)],
            "references": .array(references.map { .string($0) }), "from": [["email": "bob@ext.example"]],
            "bodyValues": ["1": ["value": "zebra"]], "textBody": [["partId": "1", "type": "text/plain"]],
        ]
    }

    func mailbox(_ role: String, of account: AccountID) async throws -> MailboxID {
        let all = try await admin.call(MailboxGet(account: account, ids: .all)).list
        return try #require(all.first { $0.role?.rawValue == role || $0.name == role }).id
    }

    /// Puts messages into an account; gives their ids.
    @discardableResult
    func add(
        _ count: Int, to account: AccountID, in mailbox: MailboxID? = nil, subject: String = "Message",
        text: String = "Some words.", from second: Int64 = 1_750_000_000
    ) async throws -> [EmailID] {
        var ids: [EmailID] = []
        let box: MailboxID
        if let mailbox { box = mailbox } else { box = try await self.mailbox("inbox", of: account) }
        for start in stride(from: 0, to: count, by: 250) {
            var create: [CreationID: JSON] = [:]
            for number in start..<min(start + 250, count) {
                create[CreationID("n\(number)")] = [
                    "mailboxIds": .object([box.rawValue: true]), "subject": .string("\(subject) \(number)"),
                    "from": [["name": "Bob", "email": "bob@ext.example"]], "to": [["email": "ada@agents.example.test"]],
                    "receivedAt": UTCDate(seconds: second + Int64(number) * 10).json,
                    "bodyValues": ["1": ["value": .string("\(text) \(number)")]],
                    "textBody": [["partId": "1", "type": "text/plain"]],
                ]
            }
            let answer = try await admin.call(EmailSet(account: account, create: create))
            try #require(answer.notCreated.isEmpty, "\(answer.notCreated)")
            for number in start..<min(start + 250, count) {
                if let id = answer.created[CreationID("n\(number)")]?.id { ids.append(id) }
            }
        }
        return ids
    }

    func update(_ ids: [EmailID], in account: AccountID, _ patch: JMAP.EmailPatch) async throws {
        let answer = try await admin.call(
            EmailSet(account: account, update: Dictionary(uniqueKeysWithValues: ids.map { ($0, patch.changes) })))
        try #require(answer.notUpdated.isEmpty)
    }

    func destroy(_ ids: [EmailID], in account: AccountID) async throws {
        let answer = try await admin.call(EmailSet(account: account, destroy: .list(ids)))
        try #require(answer.notDestroyed.isEmpty)
    }
}

/// A transport that hands an answer on once the closure, which gets the request's text, has ended.
func answered(
    _ base: any HTTPClient, _ body: @escaping @Sendable (String) async -> Void
) -> any HTTPClient {
    HTTPInterceptor(
        base,
        send: { request, base async throws(HTTPError) in
            let response = try await base.send(request)
            if case .bytes(let bytes) = request.body { await body(String(decoding: bytes, as: UTF8.self)) }
            return response
        })
}

/// Waits until the condition holds without holding up the threads that the synchronisation runs on.
func until(_ condition: () -> Bool) async -> Bool {
    await eventually { () async in condition() }
}

/// A switch that closures of any isolation look at.
final class Switch: Sendable {
    private let state = Mutex(false)

    var isOn: Bool { state.withLock { $0 } }

    func set(_ isOn: Bool) { state.withLock { $0 = isOn } }
}

/// Counts from any isolation.
final class Counter: Sendable {
    private let number = Mutex(0)

    var count: Int { number.withLock { $0 } }

    func add() { number.withLock { $0 += 1 } }
}
