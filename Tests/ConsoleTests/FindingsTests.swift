import AgenticMail
import Console
import MailCache
import TerminalUI
import TestSupport
import Testing

@Suite("What the inspection found, in the reader")
@UIActor
struct FindingsTests {
    private static let row = InspectionRow(
        rules: "r", verdict: "quarantine", score: 0.93,
        detail: """
            {"verdict":"quarantine","score":0.93,"origin":"first-contact","passages":["Please"],
            "symbols":[{"name":"instruction-override","weight":0.9,"title":"t","count":2,
            "why":"It tells the reader to set aside its instructions."}]}
            """)

    private func console(_ judgement: MessageJudgement?) async throws -> ConsoleOnMemory {
        var services = ConsoleServices(workspace: "prod", server: "example.com")
        services.inspect = { _ in judgement }
        return try ConsoleOnMemory(try await SampleCache.filled(), Size(width: 100, height: 30), services)
    }

    @Test("a warning says that it is advice; i lists the symbols with their reasons, and again puts them away")
    func warns() async throws {
        let console = try await console(MessageJudgement(Self.row))
        console.run("inbox ada")
        try console.press("Enter")
        #expect(await console.shows("Likely written for a machine to obey (93 %). Advice only"))
        #expect(!console.screen.contains("instruction-override"))
        try console.press("i")
        #expect(console.screen.contains("90 %  instruction-override 2 times: It tells the reader to set aside"))
        #expect(console.screen.contains("From somebody whom nobody vouches for."))
        try console.press("i")
        #expect(!console.screen.contains("instruction-override"))
    }

    @Test("a message in which nothing was found has no warning, and one that is not inspected says so")
    func nothing() async throws {
        let console = try await console(nil)
        console.run("inbox ada")
        try console.press("Enter i")
        #expect(console.screen.contains("It is not inspected yet."))
        #expect(!console.screen.contains("Advice only"))
    }
}
