internal import FoundationEssentials
internal import JMAP

/// A sandbox with an operator and so many agents, and what another client does there.
final class BenchmarkServer {
    static let password = "correct horse battery staple 7"
    static let login = "operator@agents.example.test"

    let process: ServerProcess
    let admin: JMAPClient
    let operatorID: AccountID
    let url: URL

    init(agents: Int) async throws {
        process = try ServerProcess()
        url = process.url
        let admin = JMAPClient(origin: url, credential: .basic(user: process.login, password: process.password))
        self.admin = admin
        let domain = try await Self.create(
            "x:Domain/set",
            [
                "name": "agents.example.test", "certificateManagement": ["@type": "Manual"],
                "dkimManagement": ["@type": "Manual"], "dnsManagement": ["@type": "Manual"],
            ], by: admin)
        let role = try await Self.create(
            "x:Role/set",
            ["description": "agenticmail-agent", "enabledPermissions": ["authenticate": true, "emailReceive": true]],
            by: admin)
        func account(_ name: String, roles: JSON, credentials: JSON = [:]) async throws -> AccountID {
            AccountID(
                try await Self.create(
                    "x:Account/set",
                    [
                        "@type": "User", "name": .string(name), "domainId": .string(domain), "credentials": credentials,
                        "roles": roles, "permissions": ["@type": "Inherit"], "memberGroupIds": [:],
                    ], by: admin))
        }
        for number in 0..<agents {
            _ = try await account("agent-\(number)", roles: ["@type": "Custom", "roleIds": .object([role: true])])
        }
        operatorID = try await account(
            "operator", roles: ["@type": "Admin"],
            credentials: ["0": ["@type": "Password", "secret": .string(Self.password)]])
    }

    /// Makes an object; gives its id.
    static func create(_ method: String, _ object: JSON, by admin: JMAPClient) async throws -> String {
        let answer = try await admin.call(RawCall(method, ["create": ["x": object]]))
        guard let id = answer["created"]?["x"]?["id"]?.string else {
            throw BenchmarkError("\(method) answers \(answer)")
        }
        return id
    }

    /// Puts messages of about 2 kB into the operator's Inbox; one in twelve is unread.
    ///
    /// - Parameter spread: how many seconds lie between one and the next; the last is received now.
    func add(_ count: Int, subject: String, spread: Int = 0) async throws {
        let mailboxes = try await admin.call(MailboxGet(account: operatorID, ids: .all)).list
        guard let inbox = mailboxes.first(where: { $0.role?.rawValue == "inbox" })?.id else {
            throw BenchmarkError("the operator has no Inbox")
        }
        let now = Int64(Date().timeIntervalSince1970)
        let text = String(repeating: "Some words that stand for a message of an ordinary length. ", count: 33)
        for start in stride(from: 0, to: count, by: 250) {
            var create: [CreationID: JSON] = [:]
            for number in start..<Swift.min(start + 250, count) {
                let received = UTCDate(seconds: now - Int64((count - 1 - number) * spread))
                create[CreationID("n\(number)")] = [
                    "mailboxIds": .object([inbox.rawValue: true]),
                    "keywords": number % 12 == 0 ? [:] : ["$seen": true], "subject": .string("\(subject) \(number)"),
                    "receivedAt": received.json,
                    "from": [["name": "Bob", "email": "bob@ext.example"]],
                    "to": [["email": .string(Self.login)]],
                    "bodyValues": ["1": ["value": .string(text)]], "textBody": [["partId": "1", "type": "text/plain"]],
                ]
            }
            let answer = try await admin.call(EmailSet(account: operatorID, create: create))
            guard answer.notCreated.isEmpty else { throw BenchmarkError("Email/set answers \(answer.notCreated)") }
        }
    }
}
