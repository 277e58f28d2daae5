import Agents
import FoundationEssentials
import JMAP
import Sandbox
import Stalwart
import TestSupport
import Testing

/// A server of 0.15 with one domain, and what an operator needs there.
private final class OlderServer: Sendable {
    let sandbox: Sandbox
    let server: PrincipalServer
    let folder: TemporaryFolder
    let administration: any Administration

    init() async throws {
        sandbox = try await Sandbox.start()
        folder = try TemporaryFolder()
        server = PrincipalServer(
            origin: try #require(URL(string: sandbox.url)), login: sandbox.admin.login, password: sandbox.admin.password
        )
        administration = try await ServerProbe.administration(of: server.administrator)
        _ = try await administration.makeDomain(named: TestServer.domain, detail: "People's own")
    }

    deinit { sandbox.stop() }

    var prover: Prover { Prover.trying { [server] in server.client($0) } }
    var keeper: Keeper { Keeper(administration, prover: prover) }

    func create(_ name: String, fault: String? = nil) async throws -> CreatedAgent {
        let provisioner = Provisioner(
            administration: administration, journal: try IntentJournal(at: folder.file("journal.sqlite")),
            prover: prover,
            fault: fault.flatMap { FaultPoint($0) }, clock: ContinuousClock())
        return try await provisioner.create(plan(name))
    }

    func find(_ name: String) async throws -> RosterEntry { try await Roster(administration).find(name) }

    func session(_ agent: CreatedAgent, _ secret: String? = nil) async throws -> Session {
        try await server.client(.basic(user: agent.address, password: secret ?? agent.key)).session()
    }
}

@Suite("An agent's life on a server of 0.15")
struct PrincipalFlowTests {
    @Test("it is found to be administered by principals")
    func found() async throws {
        let server = try await OlderServer()
        #expect(server.administration.kind == .principals)
        #expect(try await server.administration.describe().version == "0.15.5")
    }

    @Test("an agent is made whole: its role, its mailboxes, a key that is kept as a hash and cannot send")
    func created() async throws {
        let server = try await OlderServer()
        let agent = try await server.create("ada")
        #expect(agent.address == "ada@\(TestServer.domain)")
        #expect(try await server.session(agent).accounts[agent.account] != nil)
        let account = try #require(try await server.administration.account(at: agent.address))
        #expect(account.id == agent.account)
        #expect(account.roles == .custom(["agenticmail-agent"]))
        #expect(AgentRecord(description: account.detail)?.stage == .active)
        let boxes = try await server.administration.client.call(MailboxGet(account: agent.account, ids: .all)).list
        #expect(Set(["Outbox", "Held", "Rejected"]).isSubset(of: Set(boxes.compactMap(\.name))))
        #expect(try await server.administration.keys(of: agent.account).count == 1)
        let all = try await Roster(server.administration).all()
        #expect(all.map(\.address) == [agent.address])
        let proof = try await SendingProver(
            client: server.server.client(.basic(user: agent.address, password: agent.key)),
            credential: .basic(user: agent.address, password: agent.key), account: agent.account,
            address: agent.address,
            operator: server.administration
        ).prove()
        #expect(proof.holds, "\(proof.sentence)")
    }

    @Test("a making that fails at any step leaves nothing of it", arguments: 3...7)
    func failed(step: Int) async throws {
        let server = try await OlderServer()
        await #expect(throws: AgentsError.self) { _ = try await server.create("ada", fault: "step:\(step)") }
        #expect(try await Roster(server.administration).all().isEmpty)
        #expect(try await server.administration.holder(of: "ada@\(TestServer.domain)") == nil)
        _ = try await server.create("ada")
    }

    @Test("a name that somebody has is refused, and stays as it is")
    func taken() async throws {
        let server = try await OlderServer()
        let account = try await server.administration.makeAccount(
            NewAccount(
                name: "ada", domain: DomainID(TestServer.domain), detail: "Ada herself", roles: .standard))
        let error = await #expect(throws: AgentsError.self) { _ = try await server.create("ada") }
        #expect(error?.code == .taken)
        #expect(try await server.administration.account(account)?.detail == "Ada herself")
    }

    @Test("it is suspended and resumed, gets a new key, and is removed once it is archived")
    func life() async throws {
        let server = try await OlderServer()
        let agent = try await server.create("ada")
        let keeper = server.keeper
        try await keeper.suspend(try await server.find("ada"), refusingMail: true)
        #expect(try await server.find("ada").state == .suspended)
        await #expect(throws: JMAPError.self) { try await server.session(agent) }
        try await keeper.resume(try await server.find("ada"))
        _ = try await server.session(agent)
        let rotation = try await keeper.rotate(try await server.find("ada"))
        #expect(rotation.ended == [agent.keyID])
        await #expect(throws: JMAPError.self) { try await server.session(agent) }
        _ = try await server.session(agent, rotation.key)
        #expect(try await server.find("ada").record?.keyHash?.matches(rotation.key) == true)
        let path = server.folder.file("ada.tar")
        let archiver = Archiver(keeper)
        _ = try await archiver.archive(try await server.find("ada"), to: path)
        _ = try await archiver.remove(try await server.find("ada"), archive: path)
        #expect(try await Roster(server.administration).all().isEmpty)
        await #expect(throws: JMAPError.self) { try await server.session(agent, rotation.key) }
    }
}
