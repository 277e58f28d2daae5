import AgenticMail
import Console
import Guard
import JMAP
import SafeText
import Synchronization
import TerminalUI
import TestSupport
import Testing

@Suite("Words for pairs, mail that came in, and the policy on the screen")
@UIActor
struct DeskWordsTests {
    private func console(
        _ sample: ReviewSample, columns: Int = 100, rows: Int = 60, _ change: (inout ConsoleServices) -> Void = { _ in }
    ) async throws -> ConsoleOnMemory {
        var services = ConsoleServices.desk(sample)
        change(&services)
        let console = try await SampleCache.filled().console(columns: columns, rows: rows, services: services)
        #expect(await console.becomes { $0.desk.queue != nil })
        return console
    }

    private func open(_ console: ConsoleOnMemory) async throws {
        try console.press("Enter")
        #expect(await console.becomes { ($0.top as? HoldScreen)?.isRead == true })
        _ = console.screen
    }

    private nonisolated static var mixed: [HoldSheet] {
        [
            ReviewSample.hold("1a", ReviewSample.plain("To be sent")),
            ReviewSample.hold("2b", ReviewSample.plain("Came in", from: "eve@evil.example"), direction: .inbound),
        ]
    }

    @Test("mail that came in has a queue of its own, is read with its sender, and is discarded without a note")
    func inbound() async throws {
        let sample = ReviewSample(Self.mixed)
        let console = try await console(sample)
        try console.press("H")
        #expect(console.screen.contains("To be sent") && !console.screen.contains("Came in"))
        #expect(console.screen.contains("1 came in"))
        try console.press("i")
        #expect(console.screen.contains("Came in") && !console.screen.contains("To be sent"))
        try await open(console)
        #expect(console.screen.contains("came in for") && console.screen.contains("eve@evil.example"))
        try console.press("e")
        #expect(console.screen.contains("A releases it"))
        try console.press("R")
        #expect(await eventually { () async in sample.decided.map(\.action) == [.reject] })
        #expect(sample.decided.first?.note == "")
    }

    @Test("a word for a pair is previewed with what it would do, and given until the day that is typed")
    func allow() async throws {
        let sample = ReviewSample(Self.mixed)
        let box = Box()
        let console = try await console(sample) { Self.previewing(&$0, box) }
        try console.press("H")
        try await open(console)
        try console.press("L")
        #expect(await console.shows("would have left by itself"), "\(console.screen)")
        #expect(console.screen.contains("the floor") && console.screen.contains("need not wait until"))
        try console.press("Enter")
        #expect(await console.shows("this hold still waits for its decision"))
        #expect(box.given.withLock { $0?.terms.recipients } == ["bob@ext.example"])
        #expect(sample.decided.isEmpty)
    }

    @Test("a word is not given before all of its preview was on the screen, however small that is")
    func allowOnSmall() async throws {
        let box = Box()
        let console = try await console(ReviewSample(Self.mixed), columns: 20, rows: 5) { Self.previewing(&$0, box) }
        try console.press("H")
        try await open(console)
        try console.press("L")
        #expect(await console.shows("reads on"), "\(console.screen)")
        var seen = ""
        for _ in 0..<60 where !seen.contains("floor") {
            #expect(box.given.withLock { $0 } == nil)
            try console.press("Enter")
            seen += console.screen
        }
        #expect(seen.contains("floor"), "\(seen)")
        for _ in 0..<3 where console.model.prompt != nil {
            try console.press("Enter")
            _ = console.screen
        }
        #expect(await eventually { () async in box.given.withLock { $0 } != nil })
    }

    private nonisolated static func previewing(_ services: inout ConsoleServices, _ box: Box) {
        services.review?.preview = { _, until in
            let hold = mixed[0].summary
            return AllowPreview(
                .init(agent: hold.entry.agent, recipients: hold.entry.waiting, until: .init(seconds: until)),
                on: hold, by: "jonas@example.com", holds: [hold], lists: ReviewLists())
        }
        services.review?.allow = { preview in
            box.given.withLock { $0 = preview }
            return .accepted(holdFor: 0)
        }
    }

    private final class Box: Sendable {
        let given = Mutex<AllowPreview?>(nil)
    }

    @Test("the only reviewer is told before an edit, and at approval, that nobody could approve it")
    func alone() async throws {
        let edited = ReviewSample.hold("3c", ReviewSample.plain("Edited"), editors: ["jonas@example.com"])
        let sample = ReviewSample([edited])
        sample.change { $0.reviewers = ["jonas@example.com"] }
        let console = try await console(sample)
        try console.press("H")
        try await open(console)
        try console.press("e")
        #expect(console.screen.contains("You are the only reviewer"))
        try console.press("A")
        #expect(console.screen.contains("nobody can approve it"))
        #expect(sample.decided.isEmpty)
    }

    @Test("the policy is shown with the place of each value, and a mistake with its line")
    func policy() async throws {
        let file = File()
        let console = try await console(ReviewSample(Self.mixed)) { services in
            var policy = PolicyServices(path: "/etc/guard.toml", editPath: { "" }, editor: { [$0] })
            policy.read = {
                PolicyFile(checking: file.text.withLock { $0 }, path: "/etc/guard.toml", at: ReviewSample.now)
            }
            services.policy = policy
        }
        try console.press(": p o l i c y Enter")
        #expect(await console.shows("review-new"), "\(console.screen)")
        #expect(console.screen.contains("guard.toml:2 [workspace]") && console.screen.contains("guard.toml:4 [floor]"))
        #expect(console.screen.contains("built in"))
        file.text.withLock { $0 = "[workspace]\nmode = \"open\"\n" }
        try console.press("Esc")
        try console.press(": p o l i c y Enter")
        #expect(await console.shows("/etc/guard.toml:2"), "\(console.screen)")
        #expect(console.screen.contains("holds all mail"))
    }

    private final class File: Sendable {
        let text = Mutex("[workspace]\nmode = \"review-new\"\n[floor]\nturns = 4\n")
    }
}
