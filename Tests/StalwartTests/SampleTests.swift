import FoundationEssentials
import JMAP
import Sandbox
import Stalwart
import Testing

@Suite("The sample workspace is one that this program could have made")
struct SampleTests {
    @Test("its roles are exactly what they should be")
    func roles() async throws {
        let sandbox = try await Sandbox.start()
        defer { sandbox.stop() }
        _ = try await SampleWorkspace.fill(sandbox)
        let client = JMAPClient(
            origin: try #require(URL(string: sandbox.url)),
            credential: .basic(user: sandbox.admin.login, password: sandbox.admin.password))
        let administration = ObjectAdministration(client: client)
        for definition in [RoleDefinition.agent, .reviewer, .operator] {
            let check = try await administration.checkRole(definition)
            #expect(check.isExact, "\(check.sentence)")
        }
    }
}
