import Console
import SafeText
import TerminalUI
import Testing

@Suite("A server that is trusted by more than the machine's authorities")
@UIActor
struct TrustTests {
    @Test("is shown as such on every screen of every size, in every state", arguments: [(20, 5), (40, 12), (80, 24)])
    func shown(columns: Int, rows: Int) async throws {
        var services = ConsoleServices(workspace: "prod", server: "mail.example.com")
        services.trust = "pinned"
        let console = try await SampleCache.filled().console(columns: columns, rows: rows, services: services)
        for state in [ConnectionState.live, .connecting, .offline(since: SampleCache.now, reason: "Gone.")] {
            console.model.connectionChanged(state)
            for line in ["agents", "inbox ada", "live", "log"] {
                console.run(line)
                #expect(console.screen.contains("pinned"), "\(line):\n\(console.screen)")
            }
        }
        let plain = try console.sample.console(columns: columns, rows: rows)
        #expect(!plain.screen.contains("pinned"))
    }
}
