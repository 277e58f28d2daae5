import AgenticMail
import Console
import SafeText
import Setup
import TerminalUI
import Testing

@Suite("The form that sets a workspace up")
struct SetupFormTests {
    private static func services(failing: Bool = false) -> ConsoleServices {
        var services = SampleServices.services
        services.setUp = { request, _, _, report in
            for step in SetupStep.Kind.allCases.prefix(failing ? 4 : 12) {
                report(.began(step))
                guard failing, step == .guardAccount else {
                    report(.done(step))
                    continue
                }
                let error = WorkspaceError(
                    .taken, "guard@\(request.domain ?? "") is taken: it is a group. It was not touched.",
                    cure: "Name another with --guard.")
                report(.failed(step, error))
                report(.undone(.group))
                throw error
            }
            throw CancellationError()
        }
        return services
    }

    @UIActor
    private func form(_ columns: Int, _ rows: Int, failing: Bool = false) async throws -> ConsoleOnMemory {
        let console = try await SampleCache.filled().console(
            columns: columns, rows: rows, services: Self.services(failing: failing))
        console.run("setup")
        return console
    }

    @UIActor
    private func fill(_ console: ConsoleOnMemory) throws {
        for text in ["https://mail.example.com", "admin", "correct horse", "agents.example.com", "jonas"] {
            console.type(text)
            try console.press("Down")
        }
    }

    @Test("looks as recorded", arguments: ["80x24", "200x60", "20x5"])
    @UIActor
    func look(size: String) async throws {
        let (columns, rows) = try #require(Script.size(size))
        let console = try await form(columns, rows)
        Snapshot.compare(console.screen, "setup-empty-\(size)")
        try fill(console)
        Snapshot.compare(console.screen, "setup-filled-\(size)")
    }

    @Test("Enter leads to what is missing, and a wrong address is told while it is typed")
    @UIActor
    func missing() async throws {
        let console = try await form(80, 24)
        console.type("http://mail.example.com")
        #expect(console.screen.contains("is not encrypted"))
        try console.press("Enter")
        #expect(console.screen.contains("set a workspace up"))
        for _ in 0..<24 { try console.press("Backspace") }
        console.type("https://mail.example.com")
        try console.press("Enter")
        console.type("admin")
        try console.press("Enter")
        console.type("correct horse")
        #expect(!console.screen.contains("correct"), "a password is not shown")
        try console.press("Esc")
        #expect(!console.screen.contains("set a workspace up"))
    }

    @Test("a failure shows what was undone, its sentence, and leads back to what was typed")
    @UIActor
    func failure() async throws {
        let console = try await form(80, 24, failing: true)
        try fill(console)
        try console.press("Enter")
        #expect(await console.shows("it was not set up"), "\(console.screen)")
        #expect(console.screen.contains("✗ 4"))
        #expect(console.screen.contains("↶ 3 undone"))
        #expect(console.screen.contains("it is a group"))
        try console.press("Enter")
        #expect(await console.shows("agents.example.com"))
    }
}
