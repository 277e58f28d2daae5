import HTTPTransport
import JMAP
import Message
import Sodium

/// Makes the accounts of the sample workspace and files its mail.
struct SampleMaker {
    private let url: String
    private let transport = HTTPTransport()
    private let admin: SampleClient
    private let password: String

    init(url: String, admin: (login: String, password: String), password: String?) throws(SampleError) {
        self.url = url
        self.password = password ?? Sodium.randomText(20)
        let login = Credential.basic(user: admin.login, password: admin.password)
        self.admin = try SampleClient(url: url, credential: login, transport: transport)
    }

    /// Makes everything.
    func make(seed: UInt64, now: Int64) async throws(SampleError) -> SampleWorkspace {
        // The mail is written while the server makes the accounts.
        async let mails = Self.write(seed: seed, now: now)
        let domain = try await makeDomain()
        let roles = try await makeRoles()
        let group = try await makeGroup(domain)
        let people = try await makePeople(domain, roles, group)
        let agents = try await makeAgents(domain, roles["agent"] ?? "")
        guard let manager = people["operator"], let reviewer = people["reviewer"], let guardian = people["guard"],
            let login = manager.credential
        else {
            throw SampleError(place: "x:Account/set", sentence: "The operator was not made.")
        }
        let client = try SampleClient(url: url, credential: login, transport: transport)
        let written = await mails
        let filer = SampleFiler(client: client)
        let folders = try await filer.file(written, agents: agents, group: group.id)
        return SampleWorkspace(
            domain: SamplePeople.domain, agents: agents, operator: manager, reviewer: reviewer,
            guardian: guardian, group: group, messageCount: written.count, folders: folders, url: url)
    }

    private static func write(seed: UInt64, now: Int64) async -> [SampleMail] {
        var bag = SampleMailbag(now: now, seed: seed)
        bag.addSupport()
        bag.addBilling()
        bag.addResearch()
        bag.addScheduling()
        bag.addDeploys()
        bag.addOddities()
        return bag.mails.sorted { $0.received < $1.received }
    }

    // MARK: Accounts

    private func makeDomain() async throws(SampleError) -> String {
        try await admin.create(
            "x:Domain/set",
            one: [
                "name": .string(SamplePeople.domain), "certificateManagement": ["@type": "Manual"],
                "dkimManagement": ["@type": "Manual"], "dnsManagement": ["@type": "Manual"],
                "subAddressing": ["@type": "Enabled"],
            ])["id"]?.string ?? ""
    }

    private func makeRoles() async throws(SampleError) -> [String: String] {
        func role(_ description: String, _ permissions: JSON) -> JSON {
            [
                "description": .string(description), "roleIds": [:], "enabledPermissions": permissions,
                "disabledPermissions": [:],
            ]
        }
        let made = try await admin.create(
            "x:Role/set",
            [
                "agent": role("agenticmail-agent", SamplePermissions.agent),
                "guard": role("agenticmail-guard", SamplePermissions.guardian),
                "operator": role("agenticmail-operator", SamplePermissions.manager),
                "reviewer": role("agenticmail-reviewer", SamplePermissions.reviewer),
            ])
        return made.compactMapValues { $0["id"]?.string }
    }

    private func makeGroup(_ domain: String) async throws(SampleError) -> SampleWorkspace.Account {
        let made = try await admin.create(
            "x:Account/set",
            one: [
                "@type": "Group", "name": "review", "domainId": .string(domain),
                "description": "Mail that waits for a decision",
                "roles": ["@type": "Default"], "permissions": ["@type": "Inherit"],
            ])
        return SampleWorkspace.Account(
            id: AccountID(made["id"]?.string ?? ""),
            address: MailAddress(name: "Review", email: "review@\(SamplePeople.domain)"),
            key: nil, password: nil)
    }

    private func makePeople(
        _ domain: String, _ roles: [String: String], _ group: SampleWorkspace.Account
    ) async throws(SampleError) -> [String: SampleWorkspace.Account] {
        var people: [String: SampleWorkspace.Account] = [:]
        for (role, address, job) in [
            ("operator", SamplePeople.ines, "Manages the agents"),
            ("reviewer", SamplePeople.jonas, "Decides on held mail"),
            ("guard", SamplePeople.guardian, "Sends what may be sent, holds the rest"),
        ] {
            var object = user(address, domain: domain, role: roles[role] ?? "", job: job)
            object["credentials"] = ["0": ["@type": "Password", "secret": .string(password)]]
            object["memberGroupIds"] = .object([group.id.rawValue: true])
            let id = try await admin.create("x:Account/set", one: object)["id"]?.string ?? ""
            people[role] = SampleWorkspace.Account(
                id: AccountID(id), address: address, key: try await key(for: id), password: password)
        }
        return people
    }

    private func makeAgents(
        _ domain: String, _ role: String
    ) async throws(SampleError) -> [SampleAgent: SampleWorkspace.Account] {
        var objects: [String: JSON] = [:]
        for agent in SampleAgent.allCases {
            objects[agent.rawValue] = .object(user(agent.address, domain: domain, role: role, job: agent.job))
        }
        let made = try await admin.create("x:Account/set", objects)
        var agents: [SampleAgent: SampleWorkspace.Account] = [:]
        for agent in SampleAgent.allCases {
            let id = made[agent.rawValue]?["id"]?.string ?? ""
            agents[agent] = SampleWorkspace.Account(
                id: AccountID(id), address: agent.address, key: try await key(for: id), password: nil)
        }
        return agents
    }

    private func user(_ address: MailAddress, domain: String, role: String, job: String) -> [String: JSON] {
        let name = address.email.prefix { $0 != "@" }
        return [
            "@type": "User", "name": .string(String(name)), "domainId": .string(domain), "description": .string(job),
            "credentials": [:], "roles": ["@type": "Custom", "roleIds": .object([role: true])],
            "permissions": ["@type": "Inherit"], "memberGroupIds": [:],
        ]
    }

    private func key(for account: String) async throws(SampleError) -> String {
        let made = try await admin.create(
            "x:ApiKey/set", account: account,
            one: ["description": "sample", "permissions": ["@type": "Inherit"], "allowedIps": [:]])
        return made["secret"]?.string ?? ""
    }
}
