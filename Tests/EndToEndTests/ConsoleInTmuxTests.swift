import Foundation
import TestSupport
import Testing

/// The built program on its sandbox, used in tmux as a person would use it.
private func console(columns: Int, rows: Int, before: String = "") throws -> Tmux {
    let tmux = try Tmux("\(before)'\(Places.program)' --sandbox", columns: columns, rows: rows)
    return tmux
}

/// What a failed expectation shows.
private func seen(_ tmux: Tmux) -> Comment {
    Comment(rawValue: "\n" + ((try? tmux.screen()) ?? ["no screen"]).joined(separator: "\n"))
}

@Suite("The console in a terminal", .serialized, .waiting)
struct ConsoleInTmuxTests {
    @Test(
        "the agents appear by themselves, one is opened, a thread is read, and Esc leads back",
        arguments: [(80, 24), (200, 60)])
    func reading(columns: Int, rows: Int) throws {
        let tmux = try console(columns: columns, rows: rows)
        #expect(try tmux.waits(for: "live"), seen(tmux))
        #expect(try tmux.waits(for: "billing"), seen(tmux))
        try tmux.type(":inbox billing")
        try tmux.press("Enter")
        #expect(try tmux.waits(for: "billing › "), seen(tmux))
        #expect(try tmux.waits(for: "nvoice"), seen(tmux))
        try tmux.press("Enter")
        #expect(try tmux.waits(for: "▾ "), seen(tmux))
        try tmux.press("Escape")
        #expect(try tmux.waits(for: "billing › "), seen(tmux))
        try tmux.press("Escape")
        #expect(try tmux.waits(for: "last 24 hours"), seen(tmux))
    }

    @Test("what is typed after / narrows the list while it is typed")
    func filter() throws {
        let tmux = try console(columns: 100, rows: 30)
        #expect(try tmux.waits(for: "billing"), seen(tmux))
        try tmux.type(":inbox")
        try tmux.press("Enter")
        #expect(try tmux.waits(for: "subject"), seen(tmux))
        try tmux.type("/invoice")
        #expect(
            try eventually {
                let rows = try tmux.screen().dropFirst(4).dropLast(2).filter { $0.contains(":") }
                return !rows.isEmpty
                    && rows.allSatisfy { row in
                        // The guard's own mail has the word further on in its text.
                        ["invoice", "billing", "guard"].contains { row.lowercased().contains($0) }
                    }
            }, seen(tmux))
    }

    @Test("the window may be made smaller and larger at any moment")
    func resize() throws {
        let tmux = try console(columns: 120, rows: 40)
        #expect(try tmux.waits(for: "billing"), seen(tmux))
        for (columns, rows) in [(20, 5), (5, 2), (200, 60), (40, 12), (80, 24)] {
            try tmux.resize(columns: columns, rows: rows)
        }
        #expect(
            try eventually {
                let screen = try tmux.screen()
                return screen.first?.hasPrefix("agenticmail") == true && screen.contains { $0.hasPrefix("agents") }
                    && screen.contains { $0.contains("billing") }
            }, seen(tmux))
    }

    @Test("after q the terminal is as it was found: the shell's screen, echo, cursor and keys")
    func quit() throws {
        let tmux = try console(columns: 80, rows: 24, before: "echo 'what was there'; stty -a > before; ")
        #expect(try tmux.waits(for: "billing"), seen(tmux))
        #expect(try tmux.value("#{alternate_on}") == "1")
        try tmux.press("q")
        #expect(try tmux.waits(for: "ended 0"), seen(tmux))
        #expect(try tmux.waits(for: "what was there"), seen(tmux))
        #expect(try tmux.value("#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{keypad_flag}") == "0 1 0 0")
        try tmux.type("stty -a | cmp - before && echo the 'same'")
        try tmux.press("Enter")
        #expect(try tmux.waits(for: "the same"), seen(tmux))
    }

    @Test("Ctrl-Z gives the terminal to the shell and fg takes it back")
    func suspend() throws {
        let tmux = try Tmux("exec sh -i", columns: 80, rows: 24)
        try tmux.type("'\(Places.program)' --sandbox")
        try tmux.press("Enter")
        #expect(try tmux.waits(for: "billing"), seen(tmux))
        try tmux.press("C-z")
        #expect(try tmux.waits(for: "Stopped"), seen(tmux))
        #expect(try tmux.value("#{alternate_on}") == "0")
        try tmux.type("fg")
        try tmux.press("Enter")
        #expect(try tmux.waits(for: "last 24 hours"), seen(tmux))
        try tmux.press("q")
        #expect(try eventually { try tmux.value("#{alternate_on}") == "0" }, seen(tmux))
    }
}
