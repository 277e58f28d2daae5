import AgenticMail
import Console
import JMAP
import MailCache
import SafeText
import TerminalUI
import Testing

extension ActReceipt {
    /// A receipt of an act that is done.
    static func of(_ kind: ActKind, _ count: Int, place: String = "") -> ActReceipt {
        var receipt = ActReceipt()
        receipt.act = row(kind, [.waiting: count], place: place)
        return receipt
    }

    static func row(
        _ kind: ActKind, _ counts: [ActState: Int], place: String = "", reason: String = "", id: Int64 = 1
    ) -> ActRow {
        ActRow(
            id: ActID(rawValue: id), kind: kind, place: place, made: SampleCache.now - 60, accounts: ["a"],
            counts: counts, reason: reason, isTakenBack: false, isOwn: true)
    }
}

@UIActor
@Suite("Acts on the console")
struct ActTests {
    /// A console over a cache with a journal, whose acts are done by the cache's writer and sent nowhere.
    private func console() async throws -> ConsoleOnMemory {
        let sample = try await SampleCache.filled()
        let writer = sample.cache.writer
        var services = ConsoleServices(workspace: "prod", server: "example.com")
        services.act = { act, keys, from in
            let change: ActRequest.Change =
                switch act {
                case .seen(let isSet): .keyword("$seen", isSet: isSet)
                case .flagged(let isSet): .keyword("$flagged", isSet: isSet)
                case .trash: .role(.trash)
                case .archive: .role(.archive)
                case .move(let name): .move(to: ["a": "old"], from: from, name: name)
                }
            return try await writer.perform(ActRequest(change, on: keys))
        }
        services.undo = { try await writer.undo($0) }
        services.dismiss = { try await writer.dismiss($0) }
        services.acts = { writer.acts.subscribe() }
        let console = try sample.console(services: services)
        console.model.connectionChanged(.offline(since: SampleCache.now - 300, reason: "No route."))
        return console
    }

    @Test("an archived row is gone at once, the footer says how it comes back, and u brings it")
    func archive() async throws {
        let console = try await console()
        console.run("inbox ada")
        let before = console.screen
        try console.press("a")
        #expect(await console.shows("Moved 1 to Archive · u undo"))
        #expect(await console.shows("1 waiting"))
        try console.press("u")
        #expect(await console.shows("Taken back before it was sent: Moved 1 to Archive."))
        try console.press("Esc")
        console.run("inbox ada")
        #expect(console.screen.contains("agents › ada › inbox"))
        #expect(before.contains("agents › ada › inbox"))
        try console.press("u")
        #expect(await console.shows("There is nothing to take back."))
    }

    @Test("without a mailbox for it, d says why and what helps")
    func noTrash() async throws {
        let console = try await console()
        console.run("inbox ada")
        try console.press("d")
        #expect(await console.shows("no mailbox for that (role or name “trash”)"))
    }

    @Test("marked rows move together, and a flagged row that waits has its letter")
    func marked() async throws {
        let console = try await console()
        console.run("inbox ada")
        try console.press("Space Space")
        console.run("move Archive")
        #expect(await console.shows("Moved 2 to Archive · u undo"))
        try console.press("z")
        #expect(await console.shows("Taken back before it was sent: Moved 2 to Archive."))
        try console.press("*")
        #expect(await console.shows("1 waiting"))
        #expect(console.screen.split(separator: "\n").contains { $0.contains("w") && $0.contains("F") })
    }

    @Test("acts are listed with their reasons, and a refusal is told when it comes")
    func list() async throws {
        let console = try await console()
        var summary = ActSummary()
        summary.acts = [ActReceipt.row(.trash, [.refused: 2], reason: "The login may not do this.", id: 7)]
        summary.refused = 2
        console.model.actsChanged(summary)
        #expect(console.screen.contains("Moved 2 to Trash: 2 refused. The login may not do this."))
        console.run("acts")
        #expect(console.screen.contains("2 refused"))
        #expect(console.screen.contains("The login may not do this."))
    }
}
