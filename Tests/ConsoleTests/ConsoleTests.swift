import AgenticMail
import Console
import Foundation
import JMAP
import MailCache
import SafeText
import TerminalUI
import TestSupport
import Testing

@Suite("Console")
@UIActor
struct ConsoleTests {
    @Test("the first frame is drawn from the cache before anything is asked of the network")
    func firstFrame() async throws {
        let sample = try await SampleCache.filled()
        let console = try sample.console()
        // The loop was turned once; the services have not run yet.
        #expect(console.terminal.surface.text.contains("ada"))
    }

    @Test("going offline is told with its reason once, and the top line says since when")
    func offline() async throws {
        let console = try await SampleCache.filled().console()
        console.model.connectionChanged(.offline(since: SampleCache.now - 60, reason: "The server is away. Wait."))
        #expect(console.screen.contains("○ offline since 12:03"))
        #expect(console.screen.contains("The server is away. Wait."))
        try console.press("j")
        console.model.connectionChanged(.offline(since: SampleCache.now, reason: "The server is away. Wait."))
        #expect(!console.screen.contains("The server is away."))
        console.run("sync")
        #expect(console.screen.contains("The server is not reached"))
        console.model.connectionChanged(.catchingUp(3_120))
        #expect(console.screen.contains("◌ catching up 3,120"))
    }

    @Test("a frame is drawn only when something changed")
    func idle() async throws {
        let console = try await SampleCache.filled().console()
        console.session.loop.turn()
        let frames = console.session.loop.frames
        for _ in 0..<20 { console.session.loop.turn() }
        #expect(console.session.loop.frames <= frames + 1)
    }

    @Test("Enter opens an agent's inbox, then a thread; Esc leads back level by level")
    func levels() async throws {
        let console = try await SampleCache.filled().console()
        try console.press("Enter")
        #expect(console.model.top?.screen == .inbox)
        #expect(console.screen.contains("agents › ada › inbox"))
        try console.press("Enter")
        #expect(console.model.top?.screen == .thread)
        #expect(console.screen.contains("I have paid it"))
        try console.press("Esc Esc")
        #expect(console.model.top?.screen == .agents)
        try console.press("Esc")
        #expect(console.model.top?.screen == .agents)
        #expect(console.model.exitStatus == nil)
    }

    @Test("q leaves the view, and on the first view the program")
    func leaving() async throws {
        let console = try await SampleCache.filled().console()
        try console.press("Enter q")
        #expect(console.model.top?.screen == .agents)
        try console.press("q")
        #expect(console.model.exitStatus == 0)
    }

    @Test("history goes back to earlier views as they were, and forward again")
    func history() async throws {
        let console = try await SampleCache.filled().console()
        console.run("inbox ada")
        try console.press("j j")
        let row = console.cursorRow
        console.run("log")
        console.run("live")
        try console.press("[ [")
        #expect(console.model.top?.screen == .inbox)
        #expect(console.cursorRow == row)
        try console.press("] ]")
        #expect(console.model.top?.screen == .live)
        try console.press("]")
        #expect(console.model.notice?.text == "There is no later view.")
    }

    @Test(
        "a key that cannot act says why",
        arguments: [
            ("]", "There is no later view."), ("n", "There is no filter"), ("F9", "has no meaning here"),
            ("y", "does not act here"), (".", "No command was run yet."),
        ])
    func refusal(key: String, reason: String) async throws {
        let console = try await SampleCache.filled().console()
        try console.press(key)
        #expect(console.screen.contains(reason))
        try console.press("j")
        #expect(!console.screen.contains(reason))
    }

    @Test(
        "an unknown command, a wrong argument and too many of them are told, and change nothing",
        arguments: [
            ("nonsense", "There is no command nonsense"), ("inbox zoe", "There is no agent zoe"),
            ("sort sideways", "sideways is none of"), ("live now", "takes nothing after it"),
            ("theme none", "There are no themes"), ("inbox a b", "takes 1 word"),
        ])
    func wrongCommands(line: String, reason: String) async throws {
        let console = try await SampleCache.filled().console()
        console.run(line)
        #expect(console.screen.contains(reason))
        #expect(console.model.top?.screen == .agents)
    }

    @Test("the filter is in force at every key; Esc in the line brings back what was, Esc in the list takes it away")
    func filter() async throws {
        let console = try await SampleCache.filled().console()
        console.run("inbox ada")
        try console.press("/")
        console.type("from:bo")
        #expect(console.screen.contains("/from:bo"))
        #expect(console.screen.contains("Invoice 4411"))
        #expect(!console.screen.contains("Newsletter"))
        try console.press("Enter /")
        console.type("zzz")
        #expect(console.screen.contains("Nothing matches from:bozzz"))
        try console.press("Esc")
        #expect(console.model.top?.filter == "from:bo")
        try console.press("Esc")
        #expect(console.model.top?.filter == "")
        #expect(console.screen.contains("Newsletter"))
        #expect(console.model.top?.screen == .inbox)
    }

    @Test(
        "a filter may leave out, look at one field, at flags, or be a pattern",
        arguments: [
            ("!bob", "Newsletter", "Bob Example"), ("re:^Re: .*[0-9]+$", "Re: Invoice", "Newsletter"),
            ("is:flagged", "Newsletter", "Bob Example"), ("is:unread !is:flagged", "Bob Example", "Newsletter"),
            ("invoice !from:newsletter", "Bob Example", "Newsletter"),
        ])
    func filterKinds(filter: String, shown: String, hidden: String) async throws {
        let console = try await SampleCache.filled().console()
        console.run("inbox ada")
        console.run("filter \"\(filter)\"")
        #expect(console.screen.contains(shown))
        #expect(!console.screen.contains(hidden))
    }

    @Test("a message that arrives shows itself, and the cursor stays on its row")
    func arrival() async throws {
        let sample = try await SampleCache.filled()
        let console = try sample.console()
        console.run("inbox ada")
        try console.press("j j")
        let row = console.cursorRow.suffix(60)
        try await sample.write([SampleMail(id: "new", ago: 1, subject: "Just in", keywords: [])], to: "a")
        #expect(await console.shows("Just in"))
        #expect(console.cursorRow.suffix(60) == row)
        #expect(console.screen.contains("4/67"))
    }

    @Test("the live view follows what comes, stands still while paused, and catches up")
    func live() async throws {
        let sample = try await SampleCache.filled()
        let console = try sample.console()
        console.run("live")
        try await sample.write([SampleMail(id: "n1", ago: 2, subject: "First in", keywords: [])], to: "a")
        #expect(await console.shows("First in"))
        #expect(console.cursorRow.contains("First in"))
        try console.press("p")
        try await sample.write([SampleMail(id: "n2", ago: 1, subject: "Second in", keywords: [])], to: "b")
        #expect(await console.shows("1 new"))
        #expect(!console.screen.contains("Second in"))
        try console.press("p")
        #expect(console.screen.contains("Second in"))
    }

    @Test("the agents' list counts what came since an agent was looked at")
    func delta() async throws {
        let sample = try await SampleCache.filled()
        let console = try sample.console()
        try await sample.write([SampleMail(id: "n1", ago: 2, subject: "In", keywords: [])], to: "b")
        #expect(await console.shows("+1"))
        try console.press("j Enter Esc")
        #expect(!console.screen.contains("+1"))
    }

    @Test("resizing at any size keeps the program drawing, and back at the old size the screen is as it was")
    func resizing() async throws {
        let console = try await SampleCache.filled().console()
        for line in ["agents", "live", "inbox ada", "log", "jobs", "doctor", "help"] {
            console.run(line)
            let before = console.screen
            for (columns, rows) in [(5, 2), (1, 1), (20, 5), (200, 60), (40, 12), (3, 40), (300, 3)] {
                console.resize(columns, rows)
                #expect(console.surface.size == Size(width: columns, height: rows))
            }
            console.resize(80, 24)
            #expect(console.screen == before, "after \(line)")
        }
    }

    @Test("a thread may be resized while it is read; its message stays in sight")
    func resizeInThread() async throws {
        let console = try await SampleCache.filled().console()
        console.run("inbox ada")
        try console.press("Enter")
        for (columns, rows) in [(30, 8), (5, 2), (120, 40), (20, 5), (80, 24)] {
            console.resize(columns, rows)
            if columns >= 20 { #expect(console.screen.contains("Bob")) }
        }
        #expect(console.screen.contains("I have paid it"))
    }

    @Test("quotes fold and unfold, folded messages open, and all at once")
    func folding() async throws {
        let console = try await SampleCache.filled().console()
        console.run("inbox ada")
        try console.press("Enter")
        #expect(console.screen.contains("8 quoted lines"))
        try console.press(">")
        #expect(console.screen.contains("> please find the invoice attached"))
        try console.press("> k k Enter")
        #expect(console.screen.contains("Could you send the invoice again?\n"))
        try console.press("Enter e")
        #expect(console.screen.contains("▾ Ada"))
    }

    @Test("a message without its text is asked for, and shown when it has come")
    func fetching() async throws {
        let sample = try await SampleCache.filled()
        var services = ConsoleServices(workspace: "prod", server: "example.com")
        services.fetchBody = { _ in
            try await sample.write(
                [SampleMail(id: "h2", ago: 2_000, from: ("", ""), subject: "", keywords: [], text: "Here it is.")],
                to: "a")
        }
        let console = try sample.console(services: services)
        console.run("inbox ada")
        try console.press("j j Enter")
        #expect(await console.shows("Here it is."))
    }

    @Test("a text that cannot be fetched says why")
    func fetchFails() async throws {
        var services = ConsoleServices(workspace: "prod", server: "example.com")
        services.fetchBody = { _ in throw WorkspaceError(.notReachable, "The server does not answer.", cure: "Wait.") }
        let console = try await SampleCache.filled().console(services: services)
        console.run("inbox ada")
        try console.press("j j Enter")
        #expect(await console.shows("The server does not answer. Wait."))
    }

    @Test("several attachments are asked about before they are saved, and where they went is told")
    func saving() async throws {
        var services = ConsoleServices(workspace: "prod", server: "example.com")
        services.save = { _, numbers, folder in
            [SavedFile(path: "\(folder)/\(numbers)", name: "receipt.pdf", type: "application/pdf", bytes: 812)]
        }
        let console = try await SampleCache.filled().console(services: services)
        console.run("inbox ada")
        try console.press("s")
        #expect(console.screen.contains("receipt.pdf"))
        console.type("receipt")
        try console.press("Enter")
        #expect(await console.shows("Saved ./[1], 812."))
    }

    @Test("reading changes no flag; marking does, for the marked rows together")
    func marking() async throws {
        let calls = Calls()
        var services = ConsoleServices(workspace: "prod", server: "example.com")
        services.act = { act, keys, _ in
            await calls.add("\(keys.count) \(act)")
            return .of(.seen, keys.count)
        }
        let console = try await SampleCache.filled().console(services: services)
        console.run("inbox ada")
        try console.press("Enter Esc")
        #expect(await calls.list.isEmpty)
        try console.press("Space Space U")
        #expect(await console.shows("Marked 2 as read · u undo"))
        #expect(await calls.list.count == 1)
        #expect(await calls.list.first?.hasPrefix("2 ") == true)
        #expect(console.model.top?.screen == .inbox)
        #expect(!console.screen.contains("*"))
    }

    @Test("completion shows what a command would become, Tab takes it, and it runs")
    func completion() async throws {
        let console = try await SampleCache.filled().console()
        try console.press(":")
        console.type("inb")
        #expect(console.screen.contains(":inbox"))
        try console.press("Tab Space")
        console.type("ba")
        #expect(console.screen.contains(":inbox basil"))
        try console.press("Tab Enter")
        #expect(console.screen.contains("agents › basil › inbox"))
        try console.press(": Up")
        #expect(console.screen.contains(":inbox basil"))
        try console.press("Esc -")
        #expect(console.screen.contains(":inbox basil"))
    }

    @Test("the palette finds commands and agents and runs what is picked")
    func palette() async throws {
        let console = try await SampleCache.filled().console()
        try console.press("Ctrl-k")
        console.type("basil")
        try console.press("Enter")
        #expect(console.screen.contains("agents › basil › inbox"))
    }

    @Test("the help lists the keys of the screen below, narrowed by a filter, and runs what is picked")
    func help() async throws {
        let console = try await SampleCache.filled().console()
        try console.press("? /")
        console.type("order of the rows")
        try console.press("Enter")
        #expect(console.screen.contains("Change the order of the rows"))
        try console.press("Enter")
        #expect(console.model.top?.screen == .agents)
        #expect(console.screen.contains("Agents by unread first."))
    }

    @Test("a click selects, a double click opens, the wheel scrolls")
    func mouse() async throws {
        let console = try await SampleCache.filled().console()
        console.terminal.feed(.mouse(MouseEvent(.press, at: Point(x: 3, y: 5))))
        console.session.loop.turn()
        #expect(console.cursorRow.hasPrefix("basil"))
        console.terminal.feed(.mouse(MouseEvent(.doublePress, at: Point(x: 3, y: 5))))
        console.session.loop.turn()
        #expect(console.screen.contains("agents › basil › inbox"))
        console.run("inbox ada")
        console.terminal.feed(.mouse(MouseEvent(.wheelDown, at: Point(x: 30, y: 8), button: 0)))
        console.session.loop.turn()
        #expect(!console.screen.contains("Re: Invoice 4411"))
    }

    @Test("pasted text never acts as keys")
    func paste() async throws {
        let console = try await SampleCache.filled().console()
        console.terminal.feed(.paste("q\nq\n"))
        console.session.loop.turn()
        #expect(console.model.exitStatus == nil)
        try console.press("/")
        console.terminal.feed(.paste("ada\n:quit\n"))
        console.session.loop.turn()
        #expect(console.model.exitStatus == nil)
        #expect(console.model.top?.filter == "ada :quit ")
    }

    @Test("no byte of a stranger's control characters reaches a cell on any screen")
    func hostile() async throws {
        let console = try await SampleCache.filled().console(columns: 120, rows: 40, services: SampleServices.services)
        for line in ["agents", "live", "inbox ada", "inbox", "search mallory", "log", "jobs", "doctor"] {
            console.run(line)
            let scalars = console.screen.unicodeScalars
            #expect(!scalars.contains { $0.value < 0x20 && $0 != "\n" || (0x7F...0x9F).contains($0.value) }, "\(line)")
            #expect(!scalars.contains { ["\u{202E}", "\u{200B}", "\u{2066}"].contains($0) }, "\(line)")
        }
    }

    @Test("in linear mode there are no rules and no boxes")
    func linear() async throws {
        let console = try await SampleCache.filled().console()
        console.terminal.isLinear = true
        for keys in ["Enter", "Enter", "Ctrl-k"] {
            try console.press(keys)
            #expect(!console.screen.contains { "─│┌┐└┘".contains($0) })
        }
    }

    @Test("the cursor is on the focused row, for screen readers")
    func cursor() async throws {
        let console = try await SampleCache.filled().console()
        #expect(console.cursorRow.hasPrefix("ada"))
        try console.press("j")
        #expect(console.cursorRow.hasPrefix("basil"))
    }
}

/// Calls that were made, in order.
private actor Calls {
    private(set) var list: [String] = []

    func add(_ call: String) { list.append(call) }
}
