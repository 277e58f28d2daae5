import AgenticMail
import Agents
import Console
import Foundation
import JMAP
import SafeText
import TerminalUI
import TestSupport
import Testing

@Suite("The form that makes an agent")
struct AgentFormTests {
    private static let names = ["form", "taken", "made", "undone"]
    private static let key = "API_0123456789abcdefghijklmnopqrstuvwxyz"

    private static func services(failing: Bool = false) -> ConsoleServices {
        var services = SampleServices.services
        services.agentDomains = { (["agents.example.com", "example.com"], "agents.example.com") }
        services.checkAgent = { request in
            request.name == "bob"
                ? "bob@agents.example.com is taken: it is a group. Nothing was changed. Choose another name." : nil
        }
        services.createAgent = { request, report in
            for step in ProvisioningStep.Kind.allCases where step != .mail {
                report(.began(step))
                if failing, step == .key {
                    let error = AgentsError(
                        .fault, "Step 5 failed because AGENTICMAIL_FAULT asks for it.",
                        cure: "Unset AGENTICMAIL_FAULT to make the agent.")
                    report(.failed(step, error))
                    report(.undoing(.account))
                    report(.undone(.account))
                    throw WorkspaceError(error)
                }
                report(.done(step))
            }
            return CreatedAgent(
                account: "c", address: "\(request.name)@\(request.domain ?? "")", keyID: "k", key: key, storedAt: nil)
        }
        return services
    }

    /// The form as far as a name leads it, at a size.
    @UIActor
    private func form(_ name: String, _ columns: Int, _ rows: Int) async throws -> ConsoleOnMemory {
        let console = try await SampleCache.filled().console(
            columns: columns, rows: rows, services: Self.services(failing: name == "undone"))
        try console.press("c")
        console.type(name == "taken" ? "bob" : "ada")
        #expect(await console.shows(name == "taken" ? "✗" : "✓"), "\(console.screen)")
        guard name == "made" || name == "undone" else { return console }
        try console.press("Enter")
        #expect(await console.shows(name == "made" ? "y copy" : "⏎ change"), "\(console.screen)")
        return console
    }

    @Test("looks as recorded", arguments: names, SnapshotTests.sizes.map { "\($0.0)x\($0.1)" })
    @UIActor
    func look(name: String, size: String) async throws {
        let (columns, rows) = try #require(Script.size(size))
        Snapshot.compare(try await form(name, columns, rows).screen, "create-\(name)-\(size)")
    }

    @Test("says at each key what is wrong about a name, and Enter makes nothing meanwhile")
    @UIActor
    func checks() async throws {
        let console = try await SampleCache.filled().console(columns: 80, rows: 24, services: Self.services())
        try console.press("c")
        console.type("A")
        #expect(console.screen.contains("upper case"))
        try console.press("Enter")
        #expect(console.screen.contains("create an agent"))
        try console.press("Backspace")
        console.type("guard")
        #expect(console.screen.contains("is kept for mail itself"))
        for _ in 0..<5 { try console.press("Backspace") }
        console.type("bob")
        #expect(await console.shows("it is a group"))
        try console.press("Enter")
        #expect(console.screen.contains("create an agent"))
        try console.press("Esc")
        #expect(!console.screen.contains("create an agent"))
    }

    @Test("the key is on the screen until Esc, is copied by y, and no Enter takes it away")
    @UIActor
    func key() async throws {
        let console = try await form("made", 80, 24)
        #expect(console.screen.contains(Self.key))
        #expect(console.screen.contains("stored nowhere"))
        try console.press("Enter Enter y")
        #expect(console.screen.contains(Self.key))
        #expect(console.terminal.copied.last?.string == Self.key)
        try console.press("Esc")
        #expect(!console.screen.contains("API_"))
    }

    @Test("a failure shows what was undone, and leads back to what was typed")
    @UIActor
    func undone() async throws {
        let console = try await form("undone", 80, 24)
        #expect(console.screen.contains("✗ 5"))
        #expect(console.screen.contains("↶ 3 undone"))
        #expect(console.screen.contains("AGENTICMAIL_FAULT"))
        try console.press("Enter")
        #expect(await console.shows("ada@agents.example.com is free."))
    }

    @Test("an agent's sheet suspends, resumes and makes a new key, which is shown once")
    @UIActor
    func sheet() async throws {
        var services = Self.services()
        let state = StateOfAgent()
        services.describeAgent = { address in
            let word = await state.isSuspended ? "suspended" : "active"
            return AgentDescription(address: address, state: word, lines: ["state     \(word)"])
        }
        services.changeAgent = { act, _, _ in
            if act == .rotate { return AgentActOutcome(key: Self.key) }
            await state.set(act == .suspend)
            return AgentActOutcome()
        }
        let console = try await SampleCache.filled().console(columns: 80, rows: 24, services: services)
        console.run("agent ada")
        #expect(await console.shows("state     active"))
        try console.press("s")
        #expect(await console.shows("state     suspended"))
        try console.press("s")
        #expect(await console.shows("state     active"))
        try console.press("R")
        console.type("new")
        try console.press("Enter")
        #expect(await console.shows(Self.key))
        try console.press("y")
        #expect(console.terminal.copied.last?.string == Self.key)
        try console.press("Esc")
        #expect(!console.screen.contains("API_"))
    }

    @Test("an agent is archived with its progress on the screen, and deleted only when its name is typed")
    @UIActor
    func archived() async throws {
        var services = Self.services()
        let state = StateOfAgent()
        let acts = ActsSeen()
        services.describeAgent = { address in
            let word = await state.isSuspended ? "archived" : "active"
            return AgentDescription(address: address, state: word, lines: ["state     \(word)"])
        }
        services.changeAgent = { act, _, progress in
            await acts.note(act)
            if case .archive = act {
                progress(120, 480)
                await acts.wait()
                await state.set(true)
                return AgentActOutcome(told: ["480 messages are in there."])
            }
            return AgentActOutcome(told: ["ada is deleted."])
        }
        let console = try await SampleCache.filled().console(columns: 80, rows: 24, services: services)
        console.run("agent ada")
        #expect(await console.shows("state     active"))
        try console.press("D")
        #expect(console.screen.contains("Only an archived agent is deleted"))
        try console.press("a")
        #expect(console.screen.contains("archive into: "))
        try console.press("Enter")
        #expect(await console.shows("archiving: 120 of 480"))
        await acts.go()
        #expect(await console.shows("480 messages are in there."))
        #expect(await console.shows("state     archived"))
        try console.press("D Enter")
        #expect(console.screen.contains("type its name to delete it"))
        console.type("bob")
        try console.press("Enter")
        #expect(console.screen.contains("nothing was deleted"))
        try console.press("D Enter")
        console.type("ada")
        try console.press("Enter")
        #expect(await console.shows("ada is deleted."))
        #expect(await acts.seen.count == 2)
    }

    @Test("an archive is restored by a form that asks for the file, and for a name only where another is wanted")
    @UIActor
    func restored() async throws {
        let folder = try TemporaryFolder()
        let archive = folder.file("ada.tar")
        try "archive".write(toFile: archive, atomically: true, encoding: .utf8)
        let console = try await SampleCache.filled().console(columns: 80, rows: 24, services: Self.services())
        console.run("agent-restore /nowhere.tar")
        #expect(console.screen.contains("/nowhere.tar cannot be read."))
        try console.press("Esc")
        console.run("agent-restore \(archive)")
        #expect(console.screen.contains("restore an agent"))
        try console.press("Enter")
        #expect(await console.shows("y copy"))
        #expect(console.screen.contains(Self.key))
    }
}

/// The acts that were asked for; one of them waits until it is let go.
private actor ActsSeen {
    private(set) var seen: [AgentAct] = []
    private var waiting: CheckedContinuation<Void, Never>?
    private var isLetGo = false

    func note(_ act: AgentAct) { seen.append(act) }

    func wait() async {
        if isLetGo { return }
        await withCheckedContinuation { waiting = $0 }
    }

    func go() {
        isLetGo = true
        waiting?.resume()
        waiting = nil
    }
}

private actor StateOfAgent {
    var isSuspended = false

    func set(_ isSuspended: Bool) { self.isSuspended = isSuspended }
}
