import FoundationEssentials
import Guard
import HTTPTransport
import JMAP
import Message
import Sandbox
import Sodium
import Synchronization
import TestSupport
import Testing

/// A sandbox with two agents, reviewers with their keys, the group of reviewers and the guard's account.
struct GuardFixture: Sendable {
    /// An account with a login of its own.
    struct Person: Sendable {
        let id: AccountID
        let address: String
        let client: JMAPClient
        /// The API key of the login.
        let key: String
    }

    static let domain = "agents.test"
    static let guardPermissions = """
        authenticate impersonate unlimitedRequests unlimitedUploads fetchAnyBlob emailReceive
        jmapMailboxGet jmapMailboxCreate jmapEmailGet jmapEmailQuery jmapEmailChanges jmapEmailCreate jmapEmailUpdate
        jmapEmailDestroy jmapEmailImport jmapIdentityGet jmapEmailSubmissionCreate jmapEmailSubmissionQuery
        jmapEmailSubmissionGet jmapEmailSubmissionUpdate sysAccountGet sysAccountQuery sysRoleGet sysRoleQuery
        sysQueuedMessageGet sysQueuedMessageQuery
        """
    static let agentPermissions = """
        authenticate emailReceive jmapMailboxGet jmapMailboxCreate jmapEmailGet jmapEmailQuery jmapEmailCreate
        jmapEmailUpdate jmapEmailDestroy jmapIdentityGet jmapBlobUpload jmapEmailImport
        """
    static let reviewerPermissions = """
        authenticate emailReceive jmapMailboxGet jmapMailboxCreate jmapEmailGet jmapEmailQuery jmapEmailCreate
        jmapEmailUpdate jmapEmailDestroy
        """

    let sandbox: ServerForTests
    /// The administrator's login; another one after the server was started again.
    var admin: JMAPClient
    let agent: Person
    let other: Person
    let guardian: Person
    let reviewers: [Person]
    let keys: [Signing.KeyPair]
    let group: AccountID
    /// What the guards of the test go by.
    let clock = TestClock()

    init(reviewers count: Int = 1) async throws {
        var options = SandboxOptions()
        options.smtpPort = 0
        try await self.init(reviewers: count, on: try await ServerForTests.start(options))
    }

    /// The same on an empty server.
    init(reviewers count: Int = 1, on server: ServerForTests) async throws {
        sandbox = server
        let url = try #require(URL(string: sandbox.url))
        admin = sandbox.adminClient
        let maker = AccountMaker(admin: admin, url: url)
        let domain = try await maker.domain(Self.domain)
        group = try await maker.group("review", domain)
        let agentRole = try await maker.role("agenticmail-agent", Self.agentPermissions)
        let guardRole = try await maker.role("agenticmail-guard", Self.guardPermissions)
        let reviewerRole = try await maker.role("agenticmail-reviewer", Self.reviewerPermissions)
        agent = try await maker.user("ada", domain, agentRole)
        other = try await maker.user("bob", domain, agentRole)
        guardian = try await maker.user("guard", domain, guardRole, group: group)
        var people: [Person] = []
        var keys: [Signing.KeyPair] = []
        for number in 1...max(1, count) {
            people.append(try await maker.user("rev\(number)", domain, reviewerRole, group: group))
            keys.append(try #require(Signing.newKeyPair()))
        }
        reviewers = people
        self.keys = keys
    }

    /// The key of the guard's login.
    var guardianKey: String { guardian.key }

    /// A policy that holds everything, for the reviewers of the fixture.
    func policy(approvals: Int = 1, deadline: Int = 3_600, mode: Policy.Mode = .reviewAll) -> Policy {
        var policy = Policy()
        policy.group = "review@\(Self.domain)"
        policy.workspace.mode = mode
        policy.workspace.approvals = approvals
        policy.workspace.deadline = deadline
        policy.reviewers = zip(reviewers, keys).map { .init(address: $0.address, publicKey: $1.publicKey) }
        return policy
    }

    /// A guard on the fixture; its lease and hold times are short.
    func makeGuard(
        _ policy: Policy? = nil, holdFor: Int64 = 1, lease: Int64 = 3_600, client: JMAPClient? = nil,
        hookSecret: String? = nil,
        reached: @escaping @Sendable (GuardStep) async throws(GuardError) -> Void = { _ in }
    ) -> Guard {
        let clock = clock
        var options = GuardOptions(now: { clock.now }, reached: reached)
        options.holdFor = holdFor
        options.leaseDuration = lease
        options.settling = 0
        options.interval = 50
        options.hookSecret = hookSecret.map { Array($0.utf8) }
        let chosen = policy ?? self.policy()
        return Guard(client: client ?? guardian.client, options: options, policy: { .good(chosen) })
    }

    /// A guard whose policy's file says something else from time to time.
    func makeGuard(policyFrom reading: @escaping @Sendable () -> PolicyReading) -> Guard {
        let clock = clock
        var options = GuardOptions(now: { clock.now })
        options.holdFor = 1
        options.leaseDuration = 3_600
        options.settling = 0
        return Guard(client: guardian.client, options: options, policy: reading)
    }

    /// Sets up a hook at DATA; gives its id.
    func addHook(_ address: String, secret: String, basic: Bool = false) async throws -> String {
        let value: JSON = ["@type": "Value", "secret": .string(secret)]
        let bearer: JSON = ["@type": "Bearer", "bearerToken": value]
        let password: JSON = ["@type": "Basic", "username": "stalwart", "secret": value]
        let object: JSON = [
            "url": .string("http://\(address)/hook"), "stages": ["data": true], "enable": ["else": "true"],
            "timeout": 5000, "tempFailOnError": true, "httpAuth": basic ? password : bearer,
        ]
        let answer = try await admin.call(RawCall("x:MtaHook/set", ["create": ["h": object]]))
        return try #require(answer["created"]?["h"]?["id"]?.string)
    }

    /// Another account that only receives.
    func makeUser(_ name: String) async throws -> Person {
        let maker = AccountMaker(admin: admin, url: try #require(URL(string: sandbox.url)))
        let role = try await maker.role(
            "plain \(name)", "authenticate emailReceive jmapMailboxGet jmapEmailGet jmapEmailQuery")
        let domains = try await admin.call(RawCall("x:Domain/query", ["filter": ["name": .string(Self.domain)]]))
        return try await maker.user(name, try #require(domains["ids"]?[0]?.string), role)
    }

    /// A draft in the agent's outbox.
    func draft(
        _ subject: String, to recipients: [String]? = nil, text: String = "Good day.", from person: Person? = nil
    ) async throws -> String {
        var builder = MessageBuilder()
        let writer = person ?? agent
        builder.from = [MailAddress(email: writer.address)]
        builder.to = (recipients ?? [other.address]).map { MailAddress(email: $0) }
        builder.subject = subject
        builder.text = text
        return try await AgentOutbox.open(writer.client).put(try builder.build())
    }

    /// A reviewer's decision, signed and handed in.
    @discardableResult
    func decide(
        _ action: Decision.Action, _ hold: ReviewDesk.Hold, by number: Int = 0, note: String = ""
    ) async throws -> String {
        let desk = try await ReviewDesk.open(reviewers[number].client)
        return try await desk.decide(
            action, on: hold.entry, note: note, at: clock.now, secretKey: keys[number].secretKey)
    }

    /// A reviewer's edit, signed and handed in.
    @discardableResult
    func edit(_ hold: ReviewDesk.Hold, to bytes: [UInt8], by number: Int = 0, note: String = "") async throws -> String
    {
        let desk = try await ReviewDesk.open(reviewers[number].client)
        return try await desk.edit(
            hold.entry, to: bytes, note: note, at: clock.now, secretKey: keys[number].secretKey)
    }

    /// What the guard has answered to a decision.
    func answer(to subject: String, of number: Int = 0) async throws -> ReviewDesk.Answer {
        try await ReviewDesk.open(reviewers[number].client).answer(to: subject, seconds: 0)
    }

    /// Lets a guard work until all holds are sent.
    func isSent(by guardian: Guard) async throws -> Bool {
        try await eventually {
            try await guardian.round()
            return try await ledger().values.allSatisfy { $0 == ["sent"] }
        }
    }

    /// The first message in a person's Inbox that the guard did not write.
    func firstArrived(_ person: Person? = nil, subject: String? = nil) async throws -> ParsedMessage {
        let reader = person ?? other
        let query = try await reader.client.call(EmailQuery(account: reader.id, filter: .matching(["inMailbox": "a"])))
        let list = try await reader.client.call(
            EmailGet(account: reader.id, ids: .list(query.ids), properties: [.blobID, .from, .subject])
        ).list
        let mail = try #require(
            list.first { $0.from?.first?.email != guardian.address && (subject == nil || $0.subject == subject) })
        return ParsedMessage(
            try await reader.client.download(try #require(mail.blobID), of: reader.id, limit: 96 << 20))
    }

    /// The only hold, or nil where none is there yet.
    func heldNow() async -> ReviewDesk.Hold? {
        let holds = try? await ReviewDesk.open(reviewers[0].client).holds(in: [.held]).holds
        return holds?.count == 1 ? holds?[0] : nil
    }

    /// The only hold in some states, as the reviewers see it.
    func onlyHold(_ states: [HoldState] = [.held]) async throws -> ReviewDesk.Hold {
        let holds = try await ReviewDesk.open(reviewers[0].client).holds(in: states).holds
        try #require(holds.count == 1)
        return holds[0]
    }

    /// The subjects in a person's Inbox that the guard did not write.
    func arrived(_ person: Person? = nil) async throws -> [String] {
        let reader = person ?? other
        let query = try await reader.client.call(EmailQuery(account: reader.id, filter: .matching(["inMailbox": "a"])))
        let list = try await reader.client.call(
            EmailGet(account: reader.id, ids: .list(query.ids), properties: [.subject, .from])
        ).list
        return list.filter { $0.from?.first?.email != guardian.address }.compactMap(\.subject).sorted()
    }

    /// In which states of the ledger each hold lies.
    func ledger() async throws -> [String: [String]] {
        let boxes = try await guardian.client.call(MailboxGet(account: guardian.id, ids: .all)).list
        let states = Set(HoldState.allCases.map(\.rawValue))
        var found: [String: [String]] = [:]
        for box in boxes where states.contains(box.name ?? "") {
            let query = try await guardian.client.call(EmailQuery(account: guardian.id, filter: .inMailbox(box.id)))
            let list = try await guardian.client.call(
                EmailGet(account: guardian.id, ids: .list(query.ids), properties: [.subject])
            ).list
            for email in list { found[email.subject ?? "", default: []].append(box.name ?? "") }
        }
        return found
    }
}

/// Time that tests move; it goes on with the system's.
final class TestClock: Sendable {
    private let offset = Mutex<Int64>(0)

    var now: Int64 { MessageBuilder.now.seconds + offset.withLock { $0 } }

    func advance(_ seconds: Int64) {
        offset.withLock { $0 += seconds }
    }
}

/// Makes the accounts of a fixture by the administrator's login.
private struct AccountMaker {
    let admin: JMAPClient
    let url: URL

    private func create(_ method: String, account: AccountID? = nil, _ object: JSON) async throws -> JSON {
        var arguments: [String: JSON] = ["create": ["k": object]]
        if let account { arguments["accountId"] = account.json }
        let answer = try await admin.call(RawCall(method, arguments))
        return try #require(answer["created"]?["k"], "\(answer)")
    }

    func domain(_ name: String) async throws -> String {
        let manual: JSON = ["@type": "Manual"]
        let made = try await create(
            "x:Domain/set",
            [
                "name": .string(name), "certificateManagement": manual, "dkimManagement": manual,
                "dnsManagement": manual,
            ])
        return made["id"]?.string ?? ""
    }

    func role(_ name: String, _ words: String) async throws -> String {
        let names = words.split { $0 == " " || $0 == "\n" }.map(String.init)
        let permissions = JSON.object(Dictionary(names.map { ($0, true) }, uniquingKeysWith: { $1 }))
        let made = try await create(
            "x:Role/set",
            [
                "description": .string(name), "roleIds": [:], "enabledPermissions": permissions,
                "disabledPermissions": [:],
            ])
        return made["id"]?.string ?? ""
    }

    func group(_ name: String, _ domain: String) async throws -> AccountID {
        let made = try await create(
            "x:Account/set",
            [
                "@type": "Group", "name": .string(name), "domainId": .string(domain), "roles": ["@type": "Default"],
                "permissions": ["@type": "Inherit"],
            ])
        return AccountID(made["id"]?.string ?? "")
    }

    func user(
        _ name: String, _ domain: String, _ role: String, group: AccountID? = nil
    ) async throws -> GuardFixture.Person {
        let groups: JSON = group.map { .object([$0.rawValue: true]) } ?? [:]
        let made = try await create(
            "x:Account/set",
            [
                "@type": "User", "name": .string(name), "domainId": .string(domain), "credentials": [:],
                "roles": ["@type": "Custom", "roleIds": .object([role: true])], "permissions": ["@type": "Inherit"],
                "memberGroupIds": groups,
            ])
        let id = AccountID(made["id"]?.string ?? "")
        let key = try await create(
            "x:ApiKey/set", account: id,
            ["description": "test", "permissions": ["@type": "Inherit"], "allowedIps": [:]])
        return GuardFixture.Person(
            id: id, address: "\(name)@\(GuardFixture.domain)",
            client: JMAPClient(origin: url, credential: .bearer(key["secret"]?.string ?? "")),
            key: key["secret"]?.string ?? "")
    }
}

/// Waits until there is a value to look at; nil where none comes.
func eventuallyValue<Value>(_ look: () async -> Value?) async -> Value? {
    var value: Value?
    _ = await eventually {
        value = await look()
        return value != nil
    }
    return value
}
