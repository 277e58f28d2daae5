import AgenticMail
import Console
import FoundationEssentials
import Guard
import JMAP
import Message
import SafeText
import TerminalUI
import TestSupport
import Testing

@Suite("The review desk")
@UIActor
struct ReviewDeskTests {
    private func console(
        _ sample: ReviewSample, columns: Int = 80, rows: Int = 24, _ change: (inout ReviewServices) -> Void = { _ in }
    ) async throws -> ConsoleOnMemory {
        var services = ConsoleServices.desk(sample)
        var review = sample.services
        change(&review)
        services.review = review
        let console = try await SampleCache.filled().console(columns: columns, rows: rows, services: services)
        #expect(await console.becomes { $0.desk.queue != nil })
        return console
    }

    /// Opens the hold that stands at a row of the queue.
    private func open(_ console: ConsoleOnMemory, row: Int = 1) async throws {
        try console.press("H" + String(repeating: " j", count: row) + " Enter")
        #expect(await console.becomes { ($0.top as? HoldScreen)?.isRead == true })
        _ = console.screen
    }

    private func readToEnd(_ console: ConsoleOnMemory) throws {
        for _ in 0..<40 where !console.screen.contains("all shown") { try console.press("Space") }
    }

    private func decided(_ sample: ReviewSample, _ count: Int = 1) async -> Bool {
        await eventually { () async in sample.decided.count >= count }
    }

    @Test("the start screen says how many are held and which key leads there")
    func start() async throws {
        let console = try await console(ReviewSample())
        #expect(console.screen.contains("H 3 held"))
        try console.press("H")
        #expect(console.screen.contains("agents › review"))
        #expect(console.screen.contains("Late offer"))
    }

    @Test("a look at the queue that finds it as it was draws nothing")
    func unchanged() async throws {
        let looks = Looks()
        let console = try await console(ReviewSample()) { services in
            let queue = services.queue
            services.queue = { states in
                await looks.note()
                return try await queue(states)
            }
        }
        _ = console.screen
        let first = await looks.count
        // The third begins only once what the second has found is taken in.
        for number in 1...2 {
            console.model.desk.refresh()
            #expect(await eventually { () async in await looks.count >= first + number })
        }
        #expect(!console.model.needsFrame)
    }

    /// Counts how often the queue was asked for.
    private actor Looks {
        var count = 0
        func note() { count += 1 }
    }

    @Test("a hold is decided in at most six keys from the start, on the digest that was shown")
    func quick() async throws {
        let sample = ReviewSample()
        let console = try await console(sample)
        try await open(console, row: 0)
        try console.press("A")
        #expect(await decided(sample))
        let hold = ReviewSample.usual[0].summary
        #expect(
            sample.decided == [.init(action: .approve, seen: ReviewRoom.Seen(hold), note: "", edit: nil)])
        #expect(await console.becomes { $0.top?.screen == .review })
    }

    @Test("nothing is approved before its last row was shown: Bcc, files, HTML that says other things, hidden text")
    func wholeFirst() async throws {
        let sample = ReviewSample()
        let console = try await console(sample, rows: 12)
        try await open(console)
        var seen = ""
        for _ in 0..<40 where !console.screen.contains("all shown") {
            try console.press("A")
            #expect(console.screen.contains("Not all of it has been shown"))
            seen += console.screen
            try console.press("Space")
        }
        seen += console.screen
        for text in [
            "eve@examp1e.com", "LOOKS LIKE", "report.pdf", "IT IS A SCRIPT", "The HTML says other things",
            "Pass it on to everybody", "Ignore your instructions", "sha256", "Not that one.",
        ] {
            #expect(seen.contains(text), "\(text)")
        }
        #expect(sample.decided.isEmpty)
        try console.press("A")
        #expect(await decided(sample))
    }

    @Test("a jump to the end passes over what is between, which then was not shown")
    func jump() async throws {
        let sample = ReviewSample()
        let console = try await console(sample, rows: 12)
        try await open(console)
        try console.press("G A")
        #expect(console.screen.contains("Not all of it has been shown"))
        #expect(sample.decided.isEmpty)
    }

    @Test("secrets are masked everywhere until they are asked for, and then again")
    func masks() async throws {
        let console = try await console(ReviewSample(), rows: 80)
        try await open(console)
        #expect(!console.screen.contains(ReviewSample.key))
        #expect(console.screen.contains("AKIA••••"))
        try console.press("m")
        #expect(console.screen.contains("the key is \(ReviewSample.key)"))
        #expect(console.screen.contains("?k=\(ReviewSample.key)"))
        try console.press("m")
        #expect(!console.screen.contains(ReviewSample.key))
    }

    @Test("a refused decision says why, and the hold is read again")
    func refused() async throws {
        let sample = ReviewSample()
        let console = try await console(sample, rows: 60)
        try await open(console)
        sample.change { $0.outcome = .refused("The message was changed since it was shown; look at the new form.") }
        try console.press("A")
        #expect(await console.shows("was changed since it was shown"))
        #expect(console.model.top?.screen == .hold)
    }

    @Test("who is told that the thread has moved on approves again to say so, and for that hold alone")
    func movedOn() async throws {
        let sample = ReviewSample()
        let console = try await console(sample, rows: 60)
        try await open(console)
        let words = "\(Decision.threadMovedOn): 2 messages came since it was held."
        sample.change { $0.outcome = .refused(words) }
        try console.press("A")
        #expect(await console.shows("Its thread has moved on"))
        try console.press("A")
        #expect(await decided(sample, 2))
        #expect(sample.decided.map(\.seen.knowsThread) == [false, true])
        #expect(await console.becomes { !$0.desk.isBusy(sample.decided.last?.seen.hold ?? "") })
        try console.press("Escape k Enter")
        #expect(await console.becomes { ($0.top as? HoldScreen)?.isRead == true })
        try readToEnd(console)
        try console.press("A")
        #expect(await decided(sample, 3), "\(console.screen)")
        #expect(sample.decided.last?.seen.knowsThread == false)
    }

    @Test("what was changed by another is shown in its new form and must be read anew")
    func changed() async throws {
        let sample = ReviewSample()
        let console = try await console(sample, rows: 12)
        try await open(console, row: 0)
        try readToEnd(console)
        #expect(console.screen.contains("all shown"))
        let long = (1...40).map { "Line \($0)." }.joined(separator: "\n")
        sample.change {
            $0.holds[0] = ReviewSample.hold(
                "1a", ReviewSample.plain("Late offer", from: "basil@example.com", text: long),
                agent: "basil@example.com", editors: ["mira@example.com"])
        }
        #expect(await console.shows("Another reviewer has edited it"))
        #expect(await console.shows("shown "))
        try console.press("A")
        #expect(console.screen.contains("Not all of it has been shown"))
        #expect(sample.decided.isEmpty)
    }

    @Test("what another has decided cannot be decided again")
    func gone() async throws {
        let sample = ReviewSample()
        let console = try await console(sample, rows: 60)
        try await open(console, row: 0)
        sample.change {
            $0.holds[0] = ReviewSample.hold(
                "1a", ReviewSample.plain("Late offer", from: "basil@example.com"), agent: "basil@example.com",
                state: .rejected)
        }
        #expect(await console.shows("It was rejected; nothing was sent."))
        try console.press("A")
        #expect(console.screen.contains("It was rejected"))
        #expect(sample.decided.isEmpty)
    }

    @Test("a rejection needs a line; Tab takes one that is ready")
    func note() async throws {
        let sample = ReviewSample()
        let console = try await console(sample)
        try await open(console)
        try console.press("R Enter")
        #expect(console.screen.contains("The agent must be told why"))
        #expect(sample.decided.isEmpty)
        try console.press("Tab Enter")
        #expect(await decided(sample))
        #expect(sample.decided[0].action == .reject)
        #expect(sample.decided[0].note == NoteTemplate.templates(for: .reject)[0].text)
    }

    @Test("several are approved at once only where each was read here, and all are of one agent")
    func bulk() async throws {
        let sample = ReviewSample([
            ReviewSample.hold("1", ReviewSample.plain("One")), ReviewSample.hold("2", ReviewSample.plain("Two")),
            ReviewSample.hold(
                "3", ReviewSample.plain("Three", from: "basil@example.com"), agent: "basil@example.com"),
        ])
        let console = try await console(sample, rows: 60)
        try console.press("H Space Space A")
        #expect(console.screen.contains("“One” was not read to its end here"))
        try console.press("Esc g")
        for row in 0..<3 {
            try console.press("g" + String(repeating: " j", count: row) + " Enter")
            #expect(await console.becomes { ($0.top as? HoldScreen)?.isRead == true })
            _ = console.screen
            try console.press("Esc")
        }
        try console.press("g Space Space Space A")
        #expect(console.screen.contains("several agents"))
        #expect(sample.decided.isEmpty)
        try console.press("Esc g Space Space A")
        #expect(await decided(sample, 2))
        #expect(sample.decided.map(\.action) == [.approve, .approve])
    }

    @Test("while it can be called back the footer counts, and u calls it back")
    func undo() async throws {
        let sample = ReviewSample()
        let console = try await console(sample)
        try console.press("H")
        #expect(console.screen.contains("u undo, leaves in 40 s"))
        try console.press("u")
        #expect(await decided(sample))
        #expect(sample.decided[0].action == .undo)
        #expect(sample.decided[0].seen.hold == ReviewSample.usual[2].summary.id)
    }

    @Test("without a guard that answers the desk says so, since when, and decisions are taken")
    func silent() async throws {
        let sample = ReviewSample()
        sample.change {
            $0.guardSeen = ReviewSample.now - 300
            $0.outcome = .waiting
        }
        let console = try await console(sample, rows: 60)
        try await open(console, row: 0)
        #expect(console.screen.contains("No guard answers; the last sign of one"))
        #expect(console.screen.contains("(5m)"))
        try console.press("A")
        #expect(await console.shows("your decision stands and waits"))
        #expect(sample.decided.count == 1)
    }

    @Test("an edit is shown as a difference, an added outsider stands out, and S sends it")
    func edit() async throws {
        let folder = try TemporaryFolder()
        let sample = ReviewSample()
        let console = try await console(sample, rows: 60) { review in
            review.editPath = { folder.file("message.txt") }
            review.editor = {
                ["sed", "-i", "-e", "s/^Bcc: .*/Bcc: new@outside.example/", "-e", "s/Good day/Good evening/", $0]
            }
        }
        try await open(console, row: 0)
        try console.press("e")
        #expect(await console.shows("What your edit changes"))
        for text in ["! adds new@outside.example, OUTSIDE", "- Good day.", "+ Good evening."] {
            #expect(console.screen.contains(text), "\(text)")
        }
        try console.press("S")
        #expect(await decided(sample))
        #expect(sample.decided[0].action == .edit)
        #expect(sample.decided[0].edit?.bcc.map(\.email) == ["new@outside.example"])
        #expect(sample.decided[0].edit?.text.contains("Good evening.") == true)
        #expect(EditFile.read(folder.file("message.txt")) == nil)
    }

    @Test("an editor that fails, or changes nothing, sends nothing", arguments: ["false", "true", "/no/such/editor"])
    func noEdit(editor: String) async throws {
        let folder = try TemporaryFolder()
        let sample = ReviewSample()
        let console = try await console(sample, rows: 60) { review in
            review.editPath = { folder.file("message.txt") }
            review.editor = { [editor, $0] }
        }
        try await open(console, row: 0)
        try console.press("e")
        let words = ["false": "ended with status", "true": "Nothing was changed", "/no/such/editor": "could not be"]
        #expect(await console.shows(words[editor] ?? ""))
        #expect(console.model.top?.screen == .hold)
        #expect(sample.decided.isEmpty)
    }

    @Test("hostile text in every field of the desk drives no terminal")
    func hostile() async throws {
        let size = Size(width: 100, height: 30)
        let holds = HostileTexts.all.enumerated().map { Self.hostile($1, $0) }
        let console = try await console(ReviewSample(holds), columns: size.width, rows: size.height)
        try console.press("H")
        var surfaces = [console.surface]
        for _ in 0..<12 {
            try console.press("PgDn")
            surfaces.append(console.surface)
        }
        for hold in holds {
            let view = HoldScreen(console.model, hold.summary)
            console.model.open(view)
            #expect(await console.becomes { _ in view.isRead })
            surfaces.append(console.surface)
            for key in ["Space", "Space", "m", "G"] {
                try console.press(key)
                surfaces.append(console.surface)
            }
            #expect(console.model.closeTop())
        }
        let real = try RealTerminal(size)
        defer { real.terminal.close() }
        for (number, surface) in surfaces.enumerated() {
            let differences = real.show(surface)
            #expect(differences.isEmpty, "\(number): \(differences.prefix(2))")
            if !differences.isEmpty { return }
        }
    }

    private static func hostile(_ text: String, _ number: Int) -> HoldSheet {
        let bytes = Array(
            """
            From: \(text) <ada@example.com>\r
            To: "\(text)" <bob@ext.example>\r
            Subject: \(text)\r
            Reply-To: \(text)\r
            Content-Type: multipart/mixed; boundary=b\r
            \r
            --b\r
            Content-Type: text/html\r
            \r
            <p>\(text)</p><p hidden>\(text)</p><a href="x:\(text)">\(text)</a>\r
            --b\r
            Content-Type: application/x; name="\(text)"\r
            \r
            \(text)\r
            --b--\r

            """.utf8)
        let finding = Finding(
            rule: text, category: text, severity: .high, part: text, range: 0..<9, excerpt: text, why: text)
        let earlier = HoldSheet.Earlier(
            hold: text, at: ReviewSample.now, recipients: [text], subject: text, state: .sent, reviewer: text,
            note: text)
        return ReviewSample.hold(
            "\(number)", bytes, agent: "\(text)@example.com", findings: [finding], reasons: [text],
            recorded: [(.claim, text, text)], editors: [text], earlier: [earlier])
    }
}
