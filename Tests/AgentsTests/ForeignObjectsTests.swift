import Agents
import JMAP
import Stalwart
import Testing

@Suite struct ForeignObjectsTests {
    /// Whether making the agent is refused as taken, with the server as it was.
    private func expectRefused(_ server: TestServer, _ name: String, _ word: String) async throws {
        let before = try await server.objects()
        let (provisioner, journal) = try server.provisioner()
        let error = await #expect(throws: AgentsError.self) { try await provisioner.create(plan(name)) }
        #expect(error?.code == .taken)
        #expect(error?.message.contains(word) == true, "\(error?.sentence ?? "")")
        #expect(try await server.objects() == before)
        #expect(try await journal.unfinished().isEmpty)
    }

    private func domain(_ server: TestServer) async throws -> JSON {
        .string(try #require(try await server.administration.domain(named: TestServer.domain)).id.rawValue)
    }

    @Test("an existing account of a person is refused and untouched")
    func person() async throws {
        let server = try await TestServer()
        _ = try await server.make(
            "Account",
            ["@type": "User", "name": "ines", "domainId": try await domain(server), "description": "A person"])
        try await expectRefused(server, "ines", "no agent of this program")
    }

    @Test("an existing group is refused and untouched")
    func group() async throws {
        let server = try await TestServer()
        _ = try await server.make("Account", ["@type": "Group", "name": "team", "domainId": try await domain(server)])
        try await expectRefused(server, "team", "a group")
    }

    @Test("a further address of a person is refused and untouched")
    func alias() async throws {
        let server = try await TestServer()
        let domain = try await domain(server)
        _ = try await server.make(
            "Account",
            [
                "@type": "User", "name": "ines", "domainId": domain,
                "aliases": ["0": ["name": "bills", "domainId": domain, "enabled": true]],
            ])
        try await expectRefused(server, "bills", "further address of ines@")
    }

    @Test("a further address in another domain than its person's is read whole, refused and untouched")
    func aliasElsewhere() async throws {
        let server = try await TestServer()
        let other = try await server.administration.makeDomain(named: "people.example.test", detail: "")
        let id = try await server.make(
            "Account",
            [
                "@type": "User", "name": "ines", "domainId": other.json,
                "aliases": ["0": ["name": "bills", "domainId": try await domain(server), "enabled": true]],
            ])
        let account = try await server.administration.account(AccountID(id))
        #expect(account?.aliases == ["bills@\(TestServer.domain)"])
        try await expectRefused(server, "bills", "further address of ines@people.example.test")
    }

    @Test("an account of another tenant is refused and untouched")
    func tenant() async throws {
        let server = try await TestServer()
        _ = try await server.make(
            "Account",
            ["@type": "User", "name": "ines", "domainId": try await domain(server), "memberTenantId": "b"])
        try await expectRefused(server, "ines", "no agent of this program")
    }

    @Test("an agent that is there is refused, its key goes on, and nothing of it changes")
    func agent() async throws {
        let server = try await TestServer()
        let (provisioner, _) = try server.provisioner()
        let first = try await provisioner.create(plan("ada"))
        try await expectRefused(server, "ada", "an agent")
        #expect(try await server.faults(of: first) == [])
    }

    @Test("a domain and a role that were there stay when a creation is undone")
    func places() async throws {
        let server = try await TestServer()
        let (provisioner, _) = try server.provisioner()
        _ = try await provisioner.create(plan("ada"))
        let before = try await server.objects()
        let (failing, _) = try server.provisioner(fault: "step:6")
        await #expect(throws: AgentsError.self) { try await failing.create(plan("bob", makesDomain: true)) }
        #expect(try await server.objects() == before)
    }

    @Test("a domain that this program made stays while somebody else uses it")
    func sharedDomain() async throws {
        let server = try await TestServer(withDomain: false)
        let administration = server.administration
        let prover = Prover { _, _, _, _ throws(AgentsError) in
            let domain = try? await administration.domain(named: TestServer.domain)
            _ = try? await server.make(
                "Account", ["@type": "User", "name": "ines", "domainId": .string(domain?.id.rawValue ?? "")])
            throw AgentsError(.unsafe, "No.", cure: "None.")
        }
        let (provisioner, journal) = try server.provisioner(prover: prover)
        await #expect(throws: AgentsError.self) { try await provisioner.create(plan("ada", makesDomain: true)) }
        #expect(try await administration.account(at: "ines@agents.example.test") != nil)
        #expect(try await administration.account(at: "ada@agents.example.test") == nil)
        #expect(try await journal.unfinished().isEmpty)
    }

    @Test("of operators who make the same name at once, one gets the agent and the others a clear refusal")
    func together() async throws {
        for _ in 0..<5 {
            let server = try await TestServer()
            let outcomes = await withTaskGroup(of: Result<CreatedAgent, AgentsError>.self) { group in
                for number in 0..<4 {
                    group.addTask {
                        do throws(AgentsError) {
                            let provisioner: Provisioner
                            do { provisioner = try server.provisioner(journal: "journal-\(number)").0 } catch {
                                return .failure(AgentsError(.failed, "\(error)", cure: ""))
                            }
                            let plan: AgentPlan
                            do { plan = try AgentsTests.plan("ada") } catch {
                                return .failure(AgentsError(.failed, "\(error)", cure: ""))
                            }
                            return .success(try await provisioner.create(plan))
                        } catch { return .failure(error) }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let made = outcomes.compactMap { try? $0.get() }
            #expect(made.count == 1)
            if let agent = made.first { #expect(try await server.faults(of: agent) == []) }
            for case .failure(let error) in outcomes { #expect(error.code == .taken, "\(error.sentence)") }
            #expect(try await server.administration.roles(named: "agenticmail-agent").count == 1)
        }
    }
}
