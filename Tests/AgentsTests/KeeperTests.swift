import Agents
import JMAP
import Stalwart
import TestSupport
import Testing

@Suite struct KeeperTests {
    private func made() async throws -> (server: TestServer, keeper: Keeper, agent: CreatedAgent) {
        let server = try await TestServer()
        let agent = try await server.provisioner().0.create(plan("ada"))
        return (server, Keeper(server.administration, prover: Prover.trying { server.client($0) }), agent)
    }

    private func find(_ server: TestServer) async throws -> RosterEntry {
        try await Roster(server.administration).find("ada")
    }

    @Test("a suspended agent cannot log in, and can again when it is resumed")
    func suspended() async throws {
        let (server, keeper, agent) = try await made()
        try await keeper.suspend(try await find(server), refusingMail: false)
        #expect(try await find(server).state == .suspended)
        await #expect(throws: JMAPError.self) { try await server.client(.bearer(agent.key)).session() }
        try await keeper.resume(try await find(server))
        #expect(try await server.faults(of: agent) == [])
    }

    @Test("a new key works and the old one has ended; the record knows the new one")
    func rotated() async throws {
        let (server, keeper, agent) = try await made()
        let rotation = try await keeper.rotate(try await find(server))
        #expect(rotation.ended == [agent.keyID])
        await #expect(throws: JMAPError.self) { try await server.client(.bearer(agent.key)).session() }
        _ = try await server.client(.bearer(rotation.key)).session()
        #expect(try await find(server).record?.keyHash?.matches(rotation.key) == true)
    }

    @Test("a new key that is not proven ends, and the old one goes on")
    func notRotated() async throws {
        let (server, _, agent) = try await made()
        let keeper = Keeper(
            server.administration,
            prover: Prover { _, _, _, _ throws(AgentsError) in throw AgentsError(.unsafe, "It can send.", cure: "No.") }
        )
        let error = await #expect(throws: AgentsError.self) { try await keeper.rotate(try await find(server)) }
        #expect(error?.code == .unsafe)
        #expect(try await server.faults(of: agent) == [])
    }

    @Test("a revoked key does not log in any more, and an unknown one is named")
    func revoked() async throws {
        let (server, keeper, agent) = try await made()
        let entry = try await find(server)
        await #expect(throws: AgentsError.self) { try await keeper.revoke(entry, key: "zzz") }
        #expect(try await keeper.revoke(entry, key: nil) == [agent.keyID])
        await #expect(throws: JMAPError.self) { try await server.client(.bearer(agent.key)).session() }
    }

    @Test("an agent that was made by other means gets a key, and a record that keeps what was written about it")
    func adopted() async throws {
        let server = try await TestServer()
        let first = try await server.provisioner().0.create(plan("first"))
        let role = try #require(try await server.administration.roles(named: "agenticmail-agent").first)
        let domain = try #require(try await server.administration.domain(named: TestServer.domain))
        let account = try await server.administration.makeAccount(
            NewAccount(name: "ada", domain: domain.id, detail: "Answers bills", roles: .custom([role.id])))
        let keeper = Keeper(server.administration, prover: Prover.trying { server.client($0) })
        let entry = try await find(server)
        #expect(entry.record == nil && entry.account == account)
        let rotation = try await keeper.rotate(entry)
        #expect(rotation.isAdopted)
        _ = try await server.client(.bearer(rotation.key)).session()
        let adopted = try await find(server)
        #expect(adopted.record?.details.purpose == "Answers bills")
        #expect(adopted.record?.keyHash?.matches(rotation.key) == true)
        #expect(try await server.faults(of: first) == [])
        let archive = try await Archiver(keeper).archive(adopted, to: server.folder.file("ada.tar"))
        #expect(archive.messages == 0)
    }

    @Test(
        "of two operators who give an agent a new key at once, each gets one that works or a refusal, and the agent keeps one"
    )
    func together() async throws {
        let (server, keeper, agent) = try await made()
        let entry = try await find(server)
        let keys = await withTaskGroup(of: Keeper.Rotation?.self) { group in
            for _ in 0..<2 { group.addTask { try? await keeper.rotate(entry) } }
            var rotations: [Keeper.Rotation] = []
            for await one in group { rotations += one.map { [$0] } ?? [] }
            return rotations
        }
        #expect(!keys.isEmpty)
        await #expect(throws: JMAPError.self) { try await server.client(.bearer(agent.key)).session() }
        let known = try #require(try await find(server).record?.keyHash)
        var working = 0
        for one in keys {
            guard (try? await server.client(.bearer(one.key)).session()) != nil else { continue }
            working += 1
        }
        #expect(working == 1)
        #expect(try await server.administration.keys(of: entry.account).count == 1)
        #expect(keys.contains { known.matches($0.key) })
    }
}
