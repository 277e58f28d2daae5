import FoundationEssentials
import Guard
import JMAP
import Message
import Sandbox
import Stalwart
import TestSupport
import Testing

@Suite("The guard on a server of 0.15")
struct OlderServerTests {
    @Test("it finds the agents by their role, and holds what one wants sent")
    func works() async throws {
        let sandbox = try await Sandbox.start()
        defer { sandbox.stop() }
        let server = PrincipalServer(
            origin: try #require(URL(string: sandbox.url)), login: sandbox.admin.login, password: sandbox.admin.password
        )
        let administration = try await ServerProbe.administration(of: server.administrator)
        try #require(administration.kind == .principals)
        let domain = try await administration.makeDomain(named: "agents.example.com", detail: "")
        func account(_ name: String, _ definition: RoleDefinition) async throws -> JMAPClient {
            let role = try await administration.requireRole(definition).id
            let id = try await administration.makeAccount(
                NewAccount(name: name, domain: domain, detail: "", roles: .custom([role])))
            let key = try await administration.issueKey(NewCredential(name: "test"), for: id)
            return server.client(key.credential)
        }
        let agent = try await account("ada", .agent)
        _ = try await account("bob", .agent)
        let guardian = Guard(
            client: try await account("guard", .guard), options: GuardOptions(now: { MessageBuilder.now.seconds }),
            policy: { .good(Policy()) })
        var builder = MessageBuilder()
        builder.to = [MailAddress(email: "somebody@ext.example")]
        builder.subject = "an offer"
        builder.text = "Good day."
        try await guardian.round()
        #expect(await guardian.status.agents == 2)
        let outbox = try await AgentOutbox.open(agent)
        _ = try await outbox.put(try builder.build())
        try await guardian.round()
        #expect(await guardian.status.holds[.held] == 1)
        #expect(await guardian.status.lastError == nil)
        #expect(try await outbox.list().map(\.state) == ["held"])
    }
}
