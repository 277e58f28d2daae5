import Configuration
import Guard
import Message
import Synchronization
import TestSupport
import Testing

@Suite("The policy's file") struct PolicyFileTests {
    private static let now = EndDate.parse("2026-06-01", now: 0) ?? 0
    private let ada = "ada@agents.test"

    private func policy(_ text: String) throws -> Policy { try Policy.decode(Array(text.utf8), file: "guard.toml") }

    private func outcome(_ policy: Policy, to recipients: [String], at now: Int64 = PolicyFileTests.now) -> Verdict {
        let message = ParsedMessage(Array("From: ada@agents.test\r\nSubject: x\r\n\r\nGood day.\r\n".utf8))
        return Verdict(
            message, envelope: OutboundEnvelope(sender: ada, recipients: recipients), inspector: NothingFound(),
            policy: policy, lately: Lately(), at: now)
    }

    private struct NothingFound: OutboundInspector {
        func inspect(_ message: ParsedMessage, envelope: OutboundEnvelope) -> Inspected {
            Inspected(findings: [], holds: false, isUnsure: false)
        }
    }

    @Test("a recipient that is allowed until a day gets mail through that day, and not after it")
    func allowedUntil() throws {
        let policy = try policy("[recipient.\"bob@ext.test\"]\nallow = true\nuntil = 2026-12-31\n")
        let last = try #require(EndDate.parse("2026-12-31", now: 0)) - 1
        #expect(outcome(policy, to: ["bob@ext.test"], at: last).outcome == .release)
        #expect(outcome(policy, to: ["bob@ext.test"], at: last + 1).outcome == .hold)
        #expect(outcome(policy, to: ["bob@ext.test", "eve@ext.test"], at: last).outcome == .hold)
    }

    @Test("a recipient that is refused until a day is refused that long, and by its domain after that")
    func refusedUntil() throws {
        let policy = try policy(
            """
            [recipient."bob@ext.test"]
            refuse = true
            until = 2026-12-31
            [recipient."@ext.test"]
            allow = true
            """)
        #expect(outcome(policy, to: ["bob@ext.test"]).outcome == .refuse)
        let after = try #require(EndDate.parse("2026-12-31", now: 0))
        #expect(outcome(policy, to: ["bob@ext.test"], at: after).outcome == .release)
    }

    @Test("an end that has passed is said with its line, and so are reviewers too few for what is asked")
    func notes() throws {
        let key = "ed25519:" + String(repeating: "A", count: 43) + "="
        let policy = try policy(
            """
            [workspace]
            approvals = 2
            [recipient."bob@ext.test"]
            allow = true
            until = 2025-12-31
            [[reviewer]]
            address = "rev@agents.test"
            key = "\(key)"
            """)
        let notes = policy.notes(at: Self.now, file: "guard.toml").map(\.sentence)
        #expect(notes.contains { $0.contains("guard.toml:5") && $0.contains("has passed, 2025-12-31") }, "\(notes)")
        #expect(notes.contains { $0.contains("guard.toml:2") && $0.contains("nothing can be approved") }, "\(notes)")
        #expect(notes.contains { $0.contains("can never be approved") }, "\(notes)")
    }

    @Test(
        "mistakes in ends, copies and allowances are named with their line",
        arguments: [
            ("[recipient.\"a@b.test\"]\nuntil = \"soon\"\n", "guard.toml:2"),
            ("[recipient.\"a@b.test\"]\nuntil = 2026-02-30\n", "guard.toml:2"),
            ("[recipient.\"a@b.test\"]\nallow = true\nrefuse = true\n", "does not go with"),
            ("[workspace]\nuntil = 2026-12-31\n", "it goes with a recipient"),
            ("[workspace]\ncopy-to = [\"nobody\"]\n", "no address"),
            ("[workspace]\nmode = \"review-nwe\"\n", "review-new"),
        ])
    func mistakes(_ text: String, _ words: String) {
        do throws(ConfigurationError) {
            _ = try Policy.decode(Array(text.utf8), file: "guard.toml")
            Issue.record("a mistake was taken")
        } catch {
            #expect(error.sentence.contains(words), "\(error.sentence)")
        }
    }

    @Test("the floor's copies are added to those of the agent, and nobody is a stranger because of them")
    func copies() throws {
        let policy = try policy(
            """
            [workspace]
            mode = "review-outside"
            copy-to = ["owner@elsewhere.test"]
            [floor]
            copy-to = ["audit@elsewhere.test"]
            [agent."ada@agents.test"]
            copy-to = ["ada.owner@elsewhere.test"]
            """)
        let verdict = outcome(policy, to: ["bob@agents.test"])
        #expect(verdict.outcome == .release)
        #expect(verdict.required.copies == ["ada.owner@elsewhere.test", "audit@elsewhere.test"])
    }

    @Test("under review-new the first mail to somebody is held and the next one is not")
    func reviewNew() throws {
        let policy = try policy("[workspace]\nmode = \"review-new\"\n")
        #expect(outcome(policy, to: ["bob@ext.test"]).outcome == .hold)
        var relations = Relations()
        relations.known = ["bob@ext.test"]
        let message = ParsedMessage(Array("From: ada@agents.test\r\n\r\nHello.\r\n".utf8))
        func verdict(_ recipients: [String]) -> Verdict {
            Verdict(
                message, envelope: OutboundEnvelope(sender: ada, recipients: recipients), inspector: NothingFound(),
                policy: policy, lately: Lately(), relations: relations, at: Self.now)
        }
        #expect(verdict(["Bob@ext.test"]).outcome == .release)
        #expect(verdict(["bob@ext.test", "eve@ext.test"]).waiting == ["eve@ext.test"])
    }

    @Test("while the file has a mistake the last good policy holds, and every message waits with the reason")
    func mistakeHolds() async throws {
        let fixture = try await GuardFixture()
        let good = fixture.policy(mode: .releaseAll)
        let reading = Mutex<PolicyReading>(.good(good))
        let guardian = fixture.makeGuard(policyFrom: { reading.withLock { $0 } })
        _ = try await fixture.draft("before")
        try await guardian.round()
        #expect(try await fixture.ledger().values.flatMap { $0 } != ["held"])
        reading.withLock { $0 = .fault("guard.toml:3: workspace.mode: is “open”") }
        _ = try await fixture.draft("while", text: "Another text.")
        try await guardian.round()
        let hold = try await fixture.onlyHold()
        #expect(hold.entry.subject == "while" && hold.entry.grounds == [.floor, .fault])
        #expect(hold.entry.reasons.contains { $0.contains("guard.toml:3") }, "\(hold.entry.reasons)")
        // Reviewers of the last good policy still decide.
        try await fixture.decide(.approve, hold)
        reading.withLock { $0 = .good(good) }
        _ = try await fixture.draft("after", text: "A third text.")
        #expect(try await fixture.isSent(by: guardian))
        #expect(try await eventually { try await fixture.arrived() == ["after", "before", "while"] })
    }
}
