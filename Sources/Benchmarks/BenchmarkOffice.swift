internal import FoundationEssentials
internal import Glibc
internal import Guard
internal import JMAP
internal import Message
internal import Sodium

/// A sandbox with agents, a guard, a reviewer and the group of reviewers, each with a login.
final class BenchmarkOffice {
    static let domain = "agents.example.test"
    private static let roles = [
        "agenticmail-agent": """
        authenticate emailReceive jmapMailboxGet jmapMailboxCreate jmapEmailGet jmapEmailQuery jmapEmailCreate
        jmapEmailUpdate jmapEmailDestroy jmapIdentityGet jmapBlobUpload
        """,
        "agenticmail-guard": """
        authenticate impersonate unlimitedRequests unlimitedUploads fetchAnyBlob emailReceive
        jmapMailboxGet jmapMailboxCreate jmapEmailGet jmapEmailQuery jmapEmailChanges jmapEmailCreate jmapEmailUpdate
        jmapEmailDestroy jmapEmailImport jmapIdentityGet jmapEmailSubmissionCreate jmapEmailSubmissionQuery
        jmapEmailSubmissionGet jmapEmailSubmissionUpdate sysAccountGet sysAccountQuery sysRoleGet sysRoleQuery
        sysQueuedMessageGet sysQueuedMessageQuery
        """,
        "agenticmail-reviewer": """
        authenticate emailReceive jmapMailboxGet jmapMailboxCreate jmapEmailGet jmapEmailQuery jmapEmailCreate
        jmapEmailUpdate jmapEmailDestroy
        """,
    ]

    let server: ServerProcess
    let agents: [JMAPClient]
    let guardian: JMAPClient
    let guardianID: AccountID
    let guardianKey: String
    let reviewer: JMAPClient
    let key: Signing.KeyPair

    init(agents count: Int) async throws {
        server = try ServerProcess()
        let admin = JMAPClient(origin: server.url, credential: .basic(user: server.login, password: server.password))
        let url = server.url
        let manual: JSON = ["@type": "Manual"]
        let domain = try await BenchmarkServer.create(
            "x:Domain/set",
            [
                "name": .string(Self.domain), "certificateManagement": manual, "dkimManagement": manual,
                "dnsManagement": manual,
            ], by: admin)
        var roles: [String: String] = [:]
        for (name, words) in Self.roles {
            let permissions = words.split { $0 == " " || $0 == "\n" }.map { (String($0), JSON.bool(true)) }
            roles[name] = try await BenchmarkServer.create(
                "x:Role/set",
                [
                    "description": .string(name), "roleIds": [:], "disabledPermissions": [:],
                    "enabledPermissions": .object(Dictionary(permissions) { $1 }),
                ], by: admin)
        }
        let group = try await BenchmarkServer.create(
            "x:Account/set",
            [
                "@type": "Group", "name": "review", "domainId": .string(domain), "roles": ["@type": "Default"],
                "permissions": ["@type": "Inherit"],
            ], by: admin)
        func user(_ name: String, _ role: String, isReviewer: Bool) async throws -> (AccountID, String) {
            let id = try await BenchmarkServer.create(
                "x:Account/set",
                [
                    "@type": "User", "name": .string(name), "domainId": .string(domain), "credentials": [:],
                    "roles": ["@type": "Custom", "roleIds": .object([roles[role] ?? "": true])],
                    "permissions": ["@type": "Inherit"],
                    "memberGroupIds": .object(isReviewer ? [group: true] : [:]),
                ], by: admin)
            let answer = try await admin.call(
                RawCall(
                    "x:ApiKey/set",
                    [
                        "accountId": .string(id),
                        "create": [
                            "k": ["description": "bench", "permissions": ["@type": "Inherit"], "allowedIps": [:]]
                        ],
                    ]))
            guard let key = answer["created"]?["k"]?["secret"]?.string else {
                throw BenchmarkError("x:ApiKey/set answers \(answer)")
            }
            return (AccountID(id), key)
        }
        var clients: [JMAPClient] = []
        for number in 0..<count {
            let (_, key) = try await user("agent-\(number)", "agenticmail-agent", isReviewer: false)
            clients.append(JMAPClient(origin: url, credential: .bearer(key)))
        }
        agents = clients
        (guardianID, guardianKey) = try await user("guard", "agenticmail-guard", isReviewer: true)
        guardian = JMAPClient(origin: url, credential: .bearer(guardianKey))
        reviewer = JMAPClient(
            origin: url, credential: .bearer(try await user("rev", "agenticmail-reviewer", isReviewer: true).1))
        guard let pair = Signing.newKeyPair() else { throw BenchmarkError("the system gives no random bytes") }
        key = pair
    }

    /// Holds everything, for the reviewer of the office.
    var policy: Policy {
        var policy = Policy()
        policy.group = "review@\(Self.domain)"
        policy.workspace.mode = .reviewAll
        policy.reviewers = [.init(address: "rev@\(Self.domain)", publicKey: key.publicKey)]
        return policy
    }

    /// The same as a file.
    var policyText: String {
        """
        group = "review@\(Self.domain)"

        [workspace]
        mode = "review-all"

        [[reviewer]]
        address = "rev@\(Self.domain)"
        key = "ed25519:\(Data(key.publicKey).base64EncodedString())"

        """
    }

    /// A message of about so many bytes.
    static func message(_ subject: String, to recipient: String, bytes: Int) throws -> [UInt8] {
        var builder = MessageBuilder()
        builder.from = [MailAddress(email: "agent-0@\(domain)")]
        builder.to = [MailAddress(email: recipient)]
        builder.subject = subject
        let line = "Some words that stand for a message of an ordinary length, number "
        var text = ""
        var number = 0
        while text.utf8.count < bytes {
            text += "\(line)\(number).\n"
            number += 1
        }
        builder.text = text
        return try builder.build()
    }

    /// Waits until a guard is active and has looked at every agent.
    func waitUntilWatched(_ guardian: Guard, agents: Int) async throws {
        for _ in 0..<600 {
            if await guardian.rounds > 1, await guardian.status.agents == agents {
                // The first sweeps ring for every agent once.
                try await Task.sleep(for: .seconds(3))
                return
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw BenchmarkError("the guard did not become active: \(await guardian.status.lastError ?? "nothing is said")")
    }

    /// Puts closed entries into the guard's ledger, all of them a month old.
    func fillLedger(_ numbers: Range<Int>) async throws {
        var boxes: [MailboxID] = []
        for _ in 0..<100 where boxes.isEmpty {
            let list = try await guardian.call(MailboxGet(account: guardianID, ids: .all)).list
            let names = ["sent", "rejected", "expired"]
            boxes = list.filter { $0.parentID != nil && names.contains($0.name ?? "") }.map(\.id)
            if boxes.isEmpty { _ = try await GuardHealth.read(guardian, now: MessageBuilder.now.seconds) }
        }
        guard boxes.count == 3 else { throw BenchmarkError("the ledger has no mailboxes") }
        let received = UTCDate(seconds: MessageBuilder.now.seconds - 30 * 86_400).json
        for start in stride(from: numbers.lowerBound, to: numbers.upperBound, by: 400) {
            var create: [CreationID: JSON] = [:]
            for number in start..<min(start + 400, numbers.upperBound) {
                // Ids are the beginnings of digests: well spread.
                let digits = [UInt64(number) &* 0x9E37_79B9_7F4A_7C15, UInt64(number) &* 0xC2B2_AE3D_27D4_EB4F]
                let id = digits.map { String($0, radix: 16) }.joined().padded(with: "0", to: 24)
                create[CreationID("n\(number)")] = [
                    "mailboxIds": .object([boxes[number % 3].rawValue: true]), "keywords": ["$seen": true],
                    "subject": .string("hold \(id) x\(number % 100)"), "receivedAt": received,
                    "from": [["email": "guard@agents.example.test"]],
                    "bodyValues": ["1": ["value": "An entry."]], "textBody": [["partId": "1", "type": "text/plain"]],
                ]
            }
            let answer = try await guardian.call(EmailSet(account: guardianID, create: create))
            guard answer.notCreated.isEmpty else { throw BenchmarkError("Email/set answers \(answer.notCreated)") }
        }
    }
}

extension String {
    /// The first characters, or the text with others before it.
    fileprivate func padded(with character: Character, to width: Int) -> String {
        String(repeating: character, count: Swift.max(0, width - count)) + prefix(width)
    }
}
