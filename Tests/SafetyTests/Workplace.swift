import AgenticMail
import FoundationEssentials
import HTTPTransport
import JMAP
import MailCache
import Sandbox
import TestSupport
import Testing

/// A server with an operator and one agent, and what the built program needs to be used on it.
final class Workplace: Sendable {
    let sandbox: Sandbox
    let admin: JMAPClient
    let agent: AccountID
    let login = "olga@agents.example.test"
    let password = "correct horse battery staple 7"
    let folder: TemporaryFolder

    init() async throws {
        sandbox = try await Sandbox.start()
        folder = try TemporaryFolder()
        let admin = JMAPClient(
            origin: try #require(URL(string: sandbox.url)),
            credential: .basic(user: sandbox.admin.login, password: sandbox.admin.password))
        self.admin = admin
        func create(_ method: String, _ object: JSON) async throws -> String {
            let answer = try await admin.call(RawCall(method, ["create": ["x": object]]))
            return try #require(answer["created"]?["x"]?["id"]?.string, "\(method) answers \(answer)")
        }
        let domain = try await create(
            "x:Domain/set",
            [
                "name": "agents.example.test", "certificateManagement": ["@type": "Manual"],
                "dkimManagement": ["@type": "Manual"], "dnsManagement": ["@type": "Manual"],
            ])
        let role = try await create(
            "x:Role/set",
            ["description": "agenticmail-agent", "enabledPermissions": ["authenticate": true, "emailReceive": true]])
        agent = AccountID(
            try await create(
                "x:Account/set",
                [
                    "@type": "User", "name": "ada", "domainId": .string(domain), "credentials": [:],
                    "roles": ["@type": "Custom", "roleIds": .object([role: true])],
                    "permissions": ["@type": "Inherit"], "memberGroupIds": [:],
                ]))
        _ = try await create(
            "x:Account/set",
            [
                "@type": "User", "name": "olga", "domainId": .string(domain), "roles": ["@type": "Admin"],
                "credentials": ["0": ["@type": "Password", "secret": .string(password)]],
                "permissions": ["@type": "Inherit"], "memberGroupIds": [:],
            ])
        try write("password", password + "\n")
    }

    deinit { sandbox.stop() }

    /// Writes a file that its owner alone may read.
    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: folder.file(name)))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.file(name))
    }

    /// Puts messages into the agent's inbox as they are; a message that the server refuses is left out.
    func add(_ messages: [[UInt8]]) async throws -> [EmailID] {
        let inbox = try #require(
            try await admin.call(MailboxGet(account: agent, ids: .all)).list.first { $0.role?.rawValue == "inbox" }
        ).id
        var ids: [EmailID] = []
        for (number, message) in messages.enumerated() {
            let blob = try await admin.upload(.bytes(message), to: agent, type: "message/rfc822").id
            let item = EmailImport.Item(
                blobID: blob, mailboxIDs: [inbox], keywords: [],
                receivedAt: UTCDate(seconds: 1_750_000_000 + Int64(number)))
            let answer = try await admin.call(EmailImport(account: agent, emails: ["m": item]))
            if let id = answer.created["m"]?.id { ids.append(id) }
        }
        return ids
    }

    /// How the agent's messages in a workspace's cache differ from the server's.
    func differences(of workspace: Workspace) async throws -> [String] {
        try await CacheComparison(client: admin, reader: try workspace.cache.reader()).differences(of: [agent])
    }

    /// Variables under which the program keeps everything in the test's folder.
    var environment: [String: String] {
        [
            "HOME": folder.path, "XDG_CONFIG_HOME": folder.file("config"), "XDG_CACHE_HOME": folder.file("cache"),
            "XDG_STATE_HOME": folder.file("state"), "XDG_DATA_HOME": folder.file("data"), "AGENTICMAIL_CONFIG": "",
            "TZ": "UTC",
        ]
    }

    /// The program's words for a server: this one's, or another that stands between.
    func arguments(_ words: [String], url: String? = nil) -> [String] {
        [
            Places.program, "--url", url ?? sandbox.url, "--login", login, "--password-file", folder.file("password"),
        ] + words
    }

    /// Runs the program to its end without a terminal.
    func agenticmail(_ words: String..., url: String? = nil) throws -> Outcome {
        try run(arguments(words, url: url), environment: environment)
    }

    /// Opens the program on a terminal.
    func terminal(
        _ words: [String] = [], url: String? = nil, columns: Int = 80, rows: Int = 24,
        environment more: [String: String] = [:]
    ) throws -> ProgramOnTerminal {
        try ProgramOnTerminal(
            arguments(words, url: url), environment: environment.merging(more) { $1 }, columns: columns, rows: rows)
    }
}
