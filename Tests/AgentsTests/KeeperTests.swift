import Agents
import JMAP
import Stalwart
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
}
