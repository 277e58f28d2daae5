import JMAP
import Sandbox
import Stalwart
import Testing

@Suite("The whole administration against a server of 0.16")
struct FlowTests {
    @Test("the server is known and says what the login may do")
    func describing() async throws {
        let office = try await SandboxOffice()
        let description = try await office.administration.describe()
        #expect(description.kind == .objects)
        #expect(description.permissions.isSuperset(of: ["impersonate", "sysAccountCreate"]))
        #expect(description.limits.maxCallsInRequest > 0)
    }

    @Test("a domain is made once, found in any case, and kept while an account is in it")
    func domains() async throws {
        let office = try await SandboxOffice()
        let found = try #require(try await office.administration.domain(named: "Agents.Example.Test"))
        #expect(found.id == office.domain)
        #expect(found.zoneText.contains("IN MX"))
        let again = await failure { () async throws(StalwartError) in
            _ = try await office.administration.makeDomain(named: SandboxOffice.domainName, detail: "")
        }
        #expect(again?.code == .alreadyExists(id: office.domain.rawValue))
        let ada = try await office.account("ada")
        let inUse = await failure { () async throws(StalwartError) in
            try await office.administration.removeDomain(office.domain)
        }
        #expect(inUse?.code == .inUse(by: ["Account \(ada)"]))
        try await office.administration.removeAccount(ada)
        try await office.administration.removeDomain(office.domain)
        #expect(try await office.administration.domain(named: SandboxOffice.domainName) == nil)
        #expect(try await office.administration.domains().isEmpty)
    }

    @Test("an account is made, read, changed, suspended, resumed and removed")
    func accounts() async throws {
        let office = try await SandboxOffice()
        let administration = office.administration
        let group = try await administration.makeAccount(
            NewAccount(kind: .group, name: "review", domain: office.domain, detail: "", roles: .standard))
        let ada = try await administration.makeAccount(
            NewAccount(
                name: "ada", domain: office.domain, detail: "intent=1", roles: .custom([office.role]),
                quota: 1 << 20, groups: [group]))
        var account = try #require(try await administration.account(ada))
        #expect(account.address == "ada@agents.example.test")
        #expect(account.detail == "intent=1")
        #expect(account.roles == .custom([office.role]))
        #expect(account.quota == 1 << 20)
        #expect(account.groups == [group])
        #expect(account.kind == .individual && !account.isSuspended)
        try await administration.change(
            ada, AccountChange(detail: "intent=2", quota: 0, access: .noLoginNoMail, leaves: [group]))
        account = try #require(try await administration.account(at: "Ada@agents.example.test"))
        #expect(account.detail == "intent=2")
        #expect(account.quota == nil)
        #expect(account.groups.isEmpty)
        #expect(account.isSuspended && account.disabledPermissions == ["authenticate", "emailReceive"])
        try await administration.change(ada, AccountChange(access: .open, joins: [group]))
        account = try #require(try await administration.account(ada))
        #expect(!account.isSuspended && account.groups == [group])
        try await administration.removeAccount(ada)
        #expect(try await administration.account(ada) == nil)
        let again = await failure { () async throws(StalwartError) in try await administration.removeAccount(ada) }
        #expect(again?.code == .notFound)
    }

    @Test("an address of a person, a group or an alias is taken, and what has it stays untouched")
    func holders() async throws {
        let office = try await SandboxOffice()
        let administration = office.administration
        let person = try await office.account("olga", roles: .standard, detail: "a person")
        let group = try await administration.makeAccount(
            NewAccount(kind: .group, name: "review", domain: office.domain, detail: "", roles: .standard))
        let alias: JSON = ["0": ["name": "olga.k", "domainId": office.domain.json, "enabled": true]]
        _ = try await administration.client.call(
            RawCall("x:Account/set", ["update": .object([person.rawValue: ["aliases": alias]])]))
        let before = try await administration.account(person)
        for (name, owner) in [("olga", person), ("review", group), ("olga.k", person)] {
            let holder = try await administration.holder(of: "\(name.uppercased())@agents.example.test")
            #expect(holder?.account?.id == owner, "\(name)")
            let refused = await failure { () async throws(StalwartError) in
                _ = try await administration.makeAccount(
                    NewAccount(name: name, domain: office.domain, detail: "", roles: .custom([office.role])))
            }
            #expect(refused?.code == .alreadyExists(id: owner.rawValue), "\(name)")
        }
        guard case .alias = try await administration.holder(of: "olga.k@agents.example.test") else {
            Issue.record("an alias is not told from an own address")
            return
        }
        #expect(try await administration.holder(of: "free@agents.example.test") == nil)
        #expect(try await administration.account(person) == before)
    }

    @Test("of two makings of one name at once, one is done and one refused")
    func race() async throws {
        let office = try await SandboxOffice()
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    await failure { () async throws(StalwartError) in
                        _ = try await office.administration.makeAccount(
                            NewAccount(name: "ada", domain: office.domain, detail: "", roles: .custom([office.role])))
                    } == nil
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 } == 1)
    }

    @Test("a key is shown once, works, is listed without its secret, and is dead when revoked")
    func keys() async throws {
        let office = try await SandboxOffice()
        let ada = try await office.account("ada")
        let expiry = try #require(UTCDate("2099-01-01T00:00:00Z"))
        let key = try await office.administration.issueKey(
            NewCredential(name: "runtime", expiresAt: expiry, allowedNetworks: ["127.0.0.0/8"]), for: ada)
        let client = JMAPClient(origin: office.url, credential: key.credential)
        #expect(try await client.session().username == "ada@agents.example.test")
        let listed = try await office.administration.keys(of: ada)
        #expect(listed.map(\.name) == ["runtime"] && listed.first?.id == key.id)
        #expect(listed.first?.expiresAt == expiry && listed.first?.allowedNetworks == ["127.0.0.0/8"])
        try await office.administration.revokeKey(key.id, of: ada)
        #expect(try await office.administration.keys(of: ada).isEmpty)
        await #expect(throws: JMAPError.self) { _ = try await client.session(refresh: true) }
        let again = await failure { () async throws(StalwartError) in
            try await office.administration.revokeKey(key.id, of: ada)
        }
        #expect(again?.code == .notFound)
    }

    @Test("the number of keys has its limit, which is told as such")
    func keyLimit() async throws {
        let office = try await SandboxOffice()
        let ada = try await office.account("ada")
        var refused: StalwartError?
        for number in 0..<12 where refused == nil {
            refused = await failure { () async throws(StalwartError) in
                _ = try await office.administration.issueKey(NewCredential(name: "k\(number)"), for: ada)
            }
        }
        #expect(refused?.code == .quota)
    }

    @Test("accounts are listed page by page, each once")
    func pages() async throws {
        let office = try await SandboxOffice()
        for number in 0..<7 { _ = try await office.account("agent-\(number)") }
        var names: [String] = []
        for number in 0..<10 {
            let page = try await office.administration.accounts(
                AccountFilter(kind: .individual, domain: office.domain), page: number, limit: 3)
            names += page.accounts.map(\.name)
            if page.isLast { break }
        }
        #expect(names == (0..<7).map { "agent-\($0)" })
    }

    @Test("the roles are made once, a role that drifted is told and repaired, and keys in use follow")
    func roles() async throws {
        let office = try await SandboxOffice()
        let administration = office.administration
        #expect(try await administration.requireRole(.agent).isNew == false)
        let first = try await administration.repairRoles()
        #expect(first.filter { $0.role == nil }.count == RoleDefinition.all.count - 1)
        #expect(try await administration.checkRoles().allSatisfy(\.isExact))
        let wanted = RoleDefinition.agent.permissions(on: .objects)
        try await administration.setPermissions(
            wanted.subtracting(["jmapEmailGet"]).union(["emailSend"]), of: office.role)
        let drifted = try await administration.checkRole(.agent)
        #expect(drifted.missing == ["jmapEmailGet"])
        #expect(drifted.extra == ["emailSend"])
        try await administration.repairRoles([.agent])
        #expect(try await administration.checkRole(.agent).isExact)
        let inUse = try await office.account("ada")
        let refused = await failure { () async throws(StalwartError) in
            try await administration.removeRole(office.role)
        }
        #expect(refused?.code == .inUse(by: ["Account \(inUse)"]))
    }

    @Test("a second role of the same name is told, for accounts may carry it")
    func twoRoles() async throws {
        let office = try await SandboxOffice()
        _ = try await office.administration.makeRole(
            named: RoleDefinition.agent.name, detail: "", permissions: ["authenticate", "emailSend"])
        let check = try await office.administration.checkRole(.agent)
        #expect(!check.isExact && check.others.count == 1)
        #expect(check.extra.contains("emailSend"))
        try await office.administration.repairRoles([.agent])
        #expect(try await office.administration.checkRole(.agent).extra.isEmpty)
    }

    @Test("an agent's own key administers nothing")
    func agentsKey() async throws {
        let office = try await SandboxOffice()
        let ada = try await office.account("ada")
        let key = try await office.administration.issueKey(NewCredential(name: "runtime"), for: ada)
        let own = ObjectAdministration(client: JMAPClient(origin: office.url, credential: key.credential))
        let listing = await failure { () async throws(StalwartError) in _ = try await own.domains() }
        #expect(listing?.code == .missingPermission("sysDomainQuery"))
        let making = await failure { () async throws(StalwartError) in
            _ = try await own.issueKey(NewCredential(name: "mine"), for: ada)
        }
        #expect(making?.code == .missingPermission("sysApiKeyCreate"))
        #expect(try await ServerProbe.kind(of: own.client) == .objects)
    }

    @Test("a server that is not there was not reached")
    func unreachable() async throws {
        let office = try await SandboxOffice()
        office.sandbox.stop()
        let error = await failure { () async throws(StalwartError) in
            _ = try await office.administration.makeAccount(
                NewAccount(name: "ada", domain: office.domain, detail: "", roles: .custom([office.role])))
        }
        #expect(error?.code == .notReached)
    }
}
