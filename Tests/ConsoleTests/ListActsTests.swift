import AgenticMail
import Console
import MailCache
import TerminalUI
import Testing

@Suite("Acting on lists and texts")
@UIActor
struct ListActsTests {
    @Test("rows stand in the order that is asked for, and say so")
    func sorting() async throws {
        let console = try await SampleCache.filled().console()
        console.run("inbox ada")
        console.run("sort size")
        #expect(console.cursorRow.contains("Re: Invoice 4411"))
        #expect(console.screen.contains("Sorted largest first."))
        console.run("sort oldest")
        #expect(console.cursorRow.contains("Report 60"))
        try console.press("o o")
        #expect(console.screen.contains("Sorted by subject."))
        console.run("sort sideways")
        #expect(console.screen.contains("cannot be sorted by sideways"))
    }

    @Test("a range is marked from where it began to where the cursor went")
    func ranges() async throws {
        let console = try await SampleCache.filled().console()
        console.run("inbox ada")
        try console.press("j v j j v")
        #expect(console.screen.contains("3 marked."))
        try console.press("Esc")
        #expect(console.model.top?.screen == .inbox)
        console.run("mark-none")
        #expect(console.screen.contains("Nothing is marked"))
    }

    @Test("another mailbox is chosen from a list, by its name, or by how its name begins")
    func mailboxes() async throws {
        let console = try await SampleCache.filled().console()
        console.run("inbox ada")
        try console.press("c")
        #expect(console.screen.contains("Archive"))
        console.type("held")
        try console.press("Enter")
        #expect(console.screen.contains("agents › ada › held"))
        #expect(console.cursorRow.contains("Customer list"))
        console.run("mailbox sen")
        #expect(console.screen.contains("agents › ada › sent"))
        console.run("mailbox all")
        #expect(console.screen.contains("agents › ada › all mail"))
        console.run("mailbox nowhere")
        #expect(console.screen.contains("This agent has no mailbox nowhere"))
    }

    @Test("Tab goes through what is unread, around the end, and says when nothing is")
    func unread() async throws {
        let console = try await SampleCache.filled().console()
        console.run("inbox ada")
        var subjects: [String] = []
        for _ in 0..<4 {
            try console.press("Tab")
            subjects.append(console.cursorRow)
        }
        #expect(subjects[0].contains("mallory"))
        #expect(subjects[2].contains("Ten ways"))
        #expect(subjects[3].contains("Re: Invoice 4411"))
        console.run("inbox chen")
        try console.press("Tab")
        #expect(console.screen.contains("Nothing here is unread."))
    }

    @Test("from a thread the next message of the list is opened, other conversations only")
    func neighbours() async throws {
        let console = try await SampleCache.filled().console()
        console.run("inbox ada")
        try console.press("Enter Ctrl-n")
        #expect(console.screen.contains("mallory@ext.example"))
        try console.press("Ctrl-p")
        #expect(console.screen.contains("I have paid it"))
        try console.press("Ctrl-p")
        #expect(console.screen.contains("This is the first of the list."))
        try console.press("Esc")
        #expect(console.model.top?.screen == .inbox)
    }

    @Test("the keys of a sequence show what can follow, Esc gives up, the last one runs it")
    func sequences() async throws {
        let sample = try await SampleCache.filled()
        // "g l" in the place of "g", as a configuration may bind it.
        let kept = CommandTable.standard.commands.filter { $0.id != "cursor.first" && $0.id != "go.live" }
        let live = Command(
            "go.live", "Show every message of every agent", console: .init("live", keys: ["g l", "g x"]))
        let model = ConsoleModel(
            services: ConsoleServices(workspace: "prod", server: "example.com"), reader: try sample.cache.reader(),
            clock: SampleCache.clock, table: CommandTable(kept + [live]))
        model.start()
        defer { model.close() }
        var surface = Surface(size: Size(width: 80, height: 24))
        model.handle(.key(Key("g")))
        model.draw(on: &surface)
        #expect(surface.text.contains("Show every message of every agent"))
        model.handle(.key(Key(.escape)))
        #expect(model.pendingKeys.isEmpty)
        model.handle(.key(Key("g")))
        model.handle(.key(Key("l")))
        #expect(model.top?.screen == .live)
    }

    @Test(
        "whose message is open is on the screen, wherever it was opened from",
        arguments: ["Enter", "y", "h", "Enter y"])
    func owner(keys: String) async throws {
        for line in ["live", "inbox", "search paid", "inbox ada"] {
            for columns in [20, 80] {
                let console = try await SampleCache.filled().console(
                    columns: columns, services: SampleServices.services)
                console.run(line)
                console.run("filter from:example subject:invoice")
                try console.press(keys)
                #expect(console.surface.rows.prefix(2).joined().contains("ada › "), "\(line) at \(columns)")
            }
        }
    }

    @Test("in a text, / finds, n and N go from match to match")
    func findingInText() async throws {
        let console = try await SampleCache.filled().console()
        console.run("inbox ada")
        try console.press("Enter /")
        console.type("receipt")
        try console.press("Enter")
        #expect(console.screen.contains("match 1/2"))
        try console.press("n")
        #expect(console.screen.contains("match 2/2"))
        try console.press("N")
        #expect(console.screen.contains("match 1/2"))
        try console.press("/")
        console.type("zzz")
        #expect(console.screen.contains("is not in the text"))
    }

    @Test("a job is cancelled by its key, and one that cannot be says so")
    func cancelling() async throws {
        let services = SampleServices.services
        let console = try await SampleCache.filled().console(services: services)
        console.run("jobs")
        try console.press("x")
        #expect(console.screen.contains("There is no job under the cursor."))
        try console.press("j x")
        #expect(console.screen.contains("Asked it to stop."))
    }
}
