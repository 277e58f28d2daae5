import Foundation
import TestSupport
import Testing

/// What a failed expectation shows.
private func seen(_ tmux: Tmux) -> Comment {
    Comment(rawValue: "\n" + ((try? tmux.screen()) ?? ["no screen"]).joined(separator: "\n"))
}

@Suite("The review desk in a terminal", .serialized, .waiting)
struct ReviewInTmuxTests {
    /// Presses a key until the screen shows a text.
    private func press(_ tmux: Tmux, _ key: String, until text: String) throws -> Bool {
        for _ in 0..<30 {
            if try tmux.screen().contains(where: { $0.contains(text) }) { return true }
            try tmux.press(key)
            _ = try eventually(within: 1) { try tmux.screen().contains { $0.contains(text) } }
        }
        return false
    }

    /// The console's review desk with its cursor on a hold.
    private func desk(_ tmux: Tmux, at subject: String) throws {
        #expect(try tmux.waits(for: "● live"), seen(tmux))
        #expect(try tmux.waits(for: " held"), seen(tmux))
        try tmux.type("H")
        #expect(try tmux.waits(for: "agents › review"), seen(tmux))
        #expect(try tmux.waits(for: subject), seen(tmux))
        try tmux.type("/\(subject)")
        try tmux.press("Enter")
        #expect(try tmux.waits(for: "1/1"), seen(tmux))
    }

    @Test("what a sample agent wants sent is held by itself, read, approved, and arrives once")
    func approved() throws {
        let tmux = try Tmux("'\(Places.program)' --sandbox", columns: 100, rows: 30)
        try desk(tmux, at: "Refund for order")
        try tmux.press("Enter")
        #expect(try tmux.waits(for: "Why it is held"), seen(tmux))
        #expect(try tmux.waits(for: "ES91•••"), seen(tmux))
        #expect(try press(tmux, "Space", until: "all shown"), seen(tmux))
        try tmux.type("A")
        #expect(try tmux.waits(for: "leaving in"), seen(tmux))
        #expect(try tmux.waits(for: "The mail server has accepted it", within: 60), seen(tmux))
        try tmux.type(":inbox operator")
        try tmux.press("Enter")
        #expect(try tmux.waits(for: "› inbox"), seen(tmux))
        func arrived() throws -> Int { try tmux.screen().dropFirst(3).count { $0.contains("Refund for order") } }
        // A notice may name it too until the next key.
        try tmux.press("Home")
        #expect(try eventually { try arrived() == 1 }, seen(tmux))
    }

    @Test("a rejected message is not sent, and the agent finds the note in its mail")
    func rejected() throws {
        let tmux = try Tmux("'\(Places.program)' --sandbox", columns: 100, rows: 30)
        try desk(tmux, at: "Login for the demo")
        try tmux.press("Enter")
        #expect(try tmux.waits(for: "Why it is held"), seen(tmux))
        try tmux.type("R")
        #expect(try tmux.waits(for: "what is the agent told"), seen(tmux))
        try tmux.type("No passwords by mail.")
        try tmux.press("Enter")
        #expect(try tmux.waits(for: "Rejected; the agent reads your note."), seen(tmux))
        try tmux.type(":search rejected")
        try tmux.press("Enter")
        #expect(try tmux.waits(for: "rejected: Login for the demo"), seen(tmux))
        try tmux.press("Enter")
        #expect(try tmux.waits(for: "No passwords by mail."), seen(tmux))
    }
}
