import Foundation
import TestSupport
import Testing

/// Agents made and kept in the built program's console, in tmux as a person would do it.
@Suite("Agents in a terminal", .serialized, .waiting)
struct AgentsInTmuxTests {
    private func console(_ columns: Int, _ rows: Int, fault: String = "") throws -> Tmux {
        let tmux = try Tmux("\(fault)'\(Places.program)' --sandbox", columns: columns, rows: rows)
        #expect(try tmux.waits(for: "billing"), seen(tmux))
        return tmux
    }

    private func seen(_ tmux: Tmux) -> Comment {
        Comment(rawValue: "\n" + ((try? tmux.screen()) ?? ["no screen"]).joined(separator: "\n"))
    }

    @Test(
        "c, a name and Enter make an agent, whose key is shown once; its sheet suspends it",
        arguments: [(80, 24), (200, 60)])
    func made(columns: Int, rows: Int) throws {
        let tmux = try console(columns, rows)
        #expect(try tmux.waits(for: "c create"), seen(tmux))
        try tmux.press("c")
        #expect(try tmux.waits(for: "create an agent"), seen(tmux))
        try tmux.type("Zoe")
        #expect(try tmux.waits(for: "upper case"), seen(tmux))
        try tmux.press("BSpace", "BSpace", "BSpace")
        try tmux.type("zoe")
        #expect(try tmux.waits(for: "is free"), seen(tmux))
        try tmux.press("Enter")
        #expect(try tmux.waits(for: "zoe is made"), seen(tmux))
        #expect(try tmux.waits(for: "API_"), seen(tmux))
        #expect(try tmux.waits(for: "stored nowhere"), seen(tmux))
        try tmux.press("y")
        #expect(try tmux.waits(for: "on the clipboard"), seen(tmux))
        try tmux.press("Escape")
        #expect(try eventually { try !tmux.screen().contains { $0.contains("API_") } }, seen(tmux))
        try tmux.type(":agent zoe")
        try tmux.press("Enter")
        #expect(try tmux.waits(for: "state     active"), seen(tmux))
        try tmux.press("s")
        #expect(try tmux.waits(for: "state     suspended"), seen(tmux))
    }

    @Test("a step that fails shows what was undone, and the form comes back as it was")
    func undone() throws {
        let tmux = try console(80, 24, fault: "AGENTICMAIL_FAULT=step:5 ")
        try tmux.press("c")
        try tmux.type("zoe")
        #expect(try tmux.waits(for: "is free"), seen(tmux))
        try tmux.press("Enter")
        #expect(try tmux.waits(for: "zoe was not made"), seen(tmux))
        #expect(try tmux.waits(for: "undone: Make the account"), seen(tmux))
        try tmux.press("Enter")
        #expect(try tmux.waits(for: "zoe@kestrel.example is free"), seen(tmux))
    }

    @Test("on the smallest screen the form and the key can be used")
    func small() throws {
        let tmux = try console(20, 5)
        try tmux.press("c")
        #expect(try tmux.waits(for: "create"), seen(tmux))
        try tmux.type("zoe")
        #expect(try tmux.waits(for: "✓ zoe"), seen(tmux))
        try tmux.press("Enter")
        #expect(try tmux.waits(for: "y copy"), seen(tmux))
        try tmux.press("Escape")
        #expect(try tmux.waits(for: "zoe"), seen(tmux))
    }
}
