import AgenticMail
import Console
import SafeText
import TerminalUI
import Testing

@Suite("Screens of the review desk")
@UIActor
struct ReviewSnapshotTests {
    /// Each screen by name, the keys that lead there, and what is on it at every size.
    nonisolated static let screens: [(name: String, keys: [String], sign: String)] = [
        ("review", [], "Late"),
        ("review-command", [":"], ":"),
        ("hold", ["j", "Enter"], "held"),
        ("hold-revealed", ["j", "Enter", "m"], "clear"),
        ("hold-end", ["j", "Enter", "G"], "Hold"),
        ("hold-sending", ["j", "j", "Enter"], "sending"),
        ("hold-uncertain", ["j", "j", "j", "Enter"], "uncertain"),
        ("hold-reject", ["j", "Enter", "R", "Tab"], "reject"),
    ]

    private func console(_ columns: Int, _ rows: Int, _ keys: [String], sign: String) async throws -> ConsoleOnMemory {
        let console = try await SampleCache.filled().console(
            columns: columns, rows: rows, services: .desk(ReviewSample()))
        try console.press("H")
        // The queue and the sheet are asked in tasks; the heads of both come with what they are about.
        #expect(await console.becomes { $0.desk.queue != nil })
        for key in keys {
            try console.press(key)
            if key == "Enter" {
                #expect(await console.becomes { ($0.top as? HoldScreen)?.isRead == true })
                _ = console.screen
            }
        }
        #expect(await console.shows(sign), "\(console.screen)")
        return console
    }

    @Test(
        "look as recorded", arguments: screens.map(\.name), SnapshotTests.sizes.map { "\($0.0)x\($0.1)" })
    func look(name: String, size: String) async throws {
        let (columns, rows) = try #require(Script.size(size))
        let screen = try #require(Self.screens.first { $0.name == name })
        let console = try await console(columns, rows, screen.keys, sign: rows > 5 && columns > 30 ? screen.sign : "")
        Snapshot.compare(console.screen, "\(name)-\(size)")
    }

    @Test("look as recorded in every depth of colours", arguments: ["review", "hold", "hold-uncertain", "hold-reject"])
    func colours(name: String) async throws {
        let screen = try #require(Self.screens.first { $0.name == name })
        let console = try await console(80, 24, screen.keys, sign: screen.sign)
        try ColourTests.compare(console.surface, "colours-\(name)")
    }
}
