import AgenticMail
import Console
import FoundationEssentials
import JMAP
import MailCache
import SafeText
import TerminalUI
import TestSupport
import Testing

/// Every hostile text in every field, on every screen, on a real terminal: what the terminal then holds is the screen that
/// was drawn, the cursor is where it belongs, and no byte came that the renderer does not make.
@Suite("Hostile text on a real terminal")
@UIActor
struct HostileTextTests {
    private static let size = Size(width: 110, height: 36)

    /// A cache in which each field of everything holds a hostile text.
    private static func filled() async throws -> SampleCache {
        let sample = try SampleCache()
        let writer = sample.cache.writer
        let texts = HostileTexts.all
        try await writer.write(
            accounts: texts.enumerated().map { number, text in
                AccountRecord(
                    id: AccountID("a\(number)"), kind: .agent, name: text, address: text, detail: text,
                    condition: number.isMultiple(of: 3) ? .refused : .active, reason: text)
            })
        var batch = CacheBatch(account: "a0")
        batch.mailboxes = texts.enumerated().map { number, text in
            MailboxRecord(id: MailboxID("m\(number)"), name: text, sortOrder: number)
        }
        batch.mailboxes.append(MailboxRecord(id: "in", name: "Inbox", role: "inbox"))
        batch.fill = FillProgress(stage: .complete)
        batch.emails = texts.enumerated().map { number, text in
            EmailRecord(
                id: EmailID("e\(number)"), threadID: ThreadID("t\(number)"), blobID: BlobID("b\(number)"),
                mailboxIDs: ["in"], keywords: [text], receivedAt: SampleCache.now - Int64(number) * 60, size: number,
                from: [Correspondent(name: text, address: text)], to: [Correspondent(name: text, address: text)],
                subject: text, preview: text, hasAttachment: true)
        }
        _ = try await writer.apply(batch)
        _ = try await writer.store(
            bodies: texts.enumerated().map { number, text in
                BodyRecord(account: "a0", emailID: EmailID("e\(number)"), content: body(text), text: text)
            })
        return sample
    }

    private static func body(_ text: String) -> BodyRow {
        var body = BodyRow()
        let person = Correspondent(name: text, address: text)
        (body.cc, body.bcc, body.replyTo, body.sender) = ([person], [person], [person], [person])
        (body.messageID, body.inReplyTo, body.sentAt) = ([text], [text], text)
        let plain = BodyRow.Part(partID: "1", blobID: nil, type: "text/plain", size: 1)
        let html = BodyRow.Part(partID: "2", blobID: nil, type: "text/html", size: 1)
        body.textBody = [plain, html]
        body.htmlBody = [html]
        body.values["1"] = BodyRow.Value(text: text + "\n> \(text)", isTruncated: true, isEncodingProblem: true)
        body.values["2"] = BodyRow.Value(
            text: """
                <h1>\(text)</h1><a href="https://ext.example/\(text)" title="\(text)">\(text)</a><pre>\(text)</pre>
                <table><tr><td>\(text)<td>\(text)</table><img alt="\(text)"><div hidden>\(text)</div><ul><li>\(text)</ul>
                """, isTruncated: false, isEncodingProblem: false)
        body.attachments = [BodyRow.Part(partID: "3", blobID: "x", type: text, name: text, size: 9)]
        body.headers = [.init(name: text, value: text)]
        return body
    }

    private static func services(_ text: String) -> ConsoleServices {
        let now = Date(timeIntervalSince1970: Double(SampleCache.now))
        var services = ConsoleServices(
            workspace: text, server: text, log: Log(now: { now }), jobs: JobList(now: { now }))
        let texts = HostileTexts.all
        services.source = { _ in Array(texts.joined(separator: "\r\n").utf8) }
        services.checks = { texts.map { .init(name: $0, result: .failed, detail: $0, cure: $0) } }
        for text in texts {
            services.log.write(.error, text, text)
            services.jobs.end(services.jobs.begin(text, unit: text), .failed(text))
        }
        return services
    }

    /// Every page of the view that is shown.
    private func pages(_ console: ConsoleOnMemory, most: Int = 40) throws -> [Surface] {
        var pages = [console.surface]
        for _ in 0..<most {
            try console.press("PgDn")
            let next = console.surface
            if next.text == pages.last?.text { break }
            pages.append(next)
        }
        return pages
    }

    /// Shows all screens on one terminal, one over the other.
    private func expectShown(_ surfaces: [Surface], _ place: String) throws {
        let real = try RealTerminal(Self.size)
        defer { real.terminal.close() }
        for (number, surface) in surfaces.enumerated() {
            let differences = real.show(surface)
            #expect(differences.isEmpty, "\(place), page \(number): \(differences.prefix(3))")
            if !differences.isEmpty { return }
        }
    }

    @Test("in lists of agents, mailboxes and messages")
    func lists() async throws {
        let console = try await Self.filled().console(columns: Self.size.width, rows: Self.size.height)
        let agents = try pages(console)
        console.model.run(commandLine: "inbox a0")
        let messages = try pages(console)
        console.run("live")
        let live = try pages(console)
        #expect(agents.count > 3 && messages.count > 3)
        try expectShown(agents, "agents")
        try expectShown(messages, "inbox")
        try expectShown(live, "live")
    }

    @Test("in each message's people, texts, links, hidden passages and attachments")
    func threads() async throws {
        let sample = try await Self.filled()
        let console = try sample.console(columns: Self.size.width, rows: Self.size.height)
        let reader = try sample.cache.reader()
        var surfaces: [Surface] = []
        for number in HostileTexts.all.indices {
            let row = try #require(try reader.message(EmailID("e\(number)"), in: "a0"))
            console.model.replaceTop(ThreadScreen(console.model, row: row, from: nil))
            surfaces.append(console.surface)
            try console.press("l")
            surfaces.append(console.surface)
            try console.press("G")
            surfaces.append(console.surface)
        }
        #expect(surfaces.count == HostileTexts.all.count * 3)
        try expectShown(surfaces, "thread")
    }

    @Test("in sources, headers, the log, jobs, checks and the names of workspace and server")
    func others() async throws {
        let sample = try await Self.filled()
        let console = try sample.console(
            columns: Self.size.width, rows: Self.size.height, services: Self.services(HostileTexts.all[34]))
        for line in ["log", "jobs"] {
            console.run(line)
            try expectShown(try pages(console, most: 10), line)
        }
        console.run("doctor")
        #expect(await console.shows("failed"))
        try expectShown(try pages(console, most: 10), "doctor")
        let row = try #require(try sample.cache.reader().message("e40", in: "a0"))
        for view in [SourceScreen(console.model, row: row), HeadersScreen(console.model, row: row)] {
            console.model.open(view)
            _ = await console.shows("2J")
            try expectShown(try pages(console, most: 10), "\(type(of: view))")
        }
    }

    @Test("in notices, reasons, filters, searches, titles and the clipboard")
    func spoken() async throws {
        let sample = try await SampleCache.filled()
        var surfaces: [Surface] = []
        for text in HostileTexts.all {
            let console = try sample.console(
                columns: Self.size.width, rows: Self.size.height,
                services: ConsoleServices(workspace: text, server: text))
            console.model.connectionChanged(.offline(since: SampleCache.now, reason: SafeText(untrusted: text)))
            console.model.say(SafeText(untrusted: text), .failure)
            surfaces.append(console.surface)
            try console.press("/")
            console.terminal.feed(.paste(text))
            console.session.loop.turn()
            surfaces.append(console.surface)
        }
        try expectShown(surfaces, "frame")
        let real = try RealTerminal(Self.size)
        defer { real.terminal.close() }
        for text in HostileTexts.all {
            real.pair.reading {
                real.terminal.setTitle(SafeText(untrusted: text))
                real.terminal.copy(SafeText(untrusted: text))
            }
        }
        #expect(real.pair.screen.faults.isEmpty, "\(real.pair.screen.faults)")
        #expect(real.pair.screen.titles.count == HostileTexts.all.count)
        let copies = real.pair.screen.copied.map { String(decoding: $0, as: UTF8.self) }
        #expect(copies.count == HostileTexts.all.count)
        for copy in copies {
            #expect(copy.unicodeScalars.allSatisfy { !VirtualTerminal.isForbidden($0) }, "\(copy.debugDescription)")
        }
    }
}
