import AgenticMail
import Configuration
import Foundation
import Guard
import JMAP
import Setup
import Stalwart
import TestSupport
import Testing

@Suite("An empty server becomes a workspace")
struct SetupTests {
    @Test("one run makes everything, and a second changes nothing on the server and in the files")
    func twice() async throws {
        let office = try await SetupOffice()
        let report = try await office.setup().run { _ in }
        #expect(report.done == SetupStep.Kind.allCases.filter { $0 != .hook })
        #expect(report.signIn?.login == "jonas@agents.example.org")
        #expect(try await office.faults() == [])
        let policy = try Policy.load(office.policy)
        #expect(policy.group == "review@agents.example.org")
        #expect(policy.reviewers.map(\.address) == ["jonas@agents.example.org"])
        let (picture, files) = (try await office.picture(), try office.files())
        let secrets = files.filter { $0.key.contains("/secrets/") || $0.key.hasSuffix("reviewer-key") }
        #expect(secrets.count == 4)
        #expect(secrets.values.allSatisfy { $0.hasPrefix("600 ") })
        let again = try await office.setup().run { _ in }
        #expect(again.done == [])
        #expect(again.signIn == nil, "the sign-in is shown once")
        #expect(try await office.picture() == picture)
        #expect(try office.files() == files)
    }

    @Test("a trial says what would be done and does nothing of it")
    func trial() async throws {
        let office = try await SetupOffice()
        let (picture, files) = (try await office.picture(), try office.files())
        try await office.setup().examine { event in
            if case .wanted = event { return }
            Issue.record("\(event)")
        }
        #expect(try await office.picture() == picture)
        #expect(try office.files() == files)
        _ = try await office.setup().run { _ in }
        try await office.setup().examine { event in
            if case .there = event { return }
            Issue.record("\(event)")
        }
    }

    @Test("a step that fails takes back what the run has made", arguments: 1...12)
    func failingStep(number: Int) async throws {
        let office = try await SetupOffice()
        let before = try await office.picture()
        await #expect(throws: WorkspaceError.self) {
            _ = try await office.setup(fault: "step:\(number)").run { _ in }
        }
        #expect(try await office.picture() == before)
        #expect(try office.files() == [:])
        _ = try await office.setup().run { _ in }
        #expect(try await office.faults() == [])
    }

    @Test("a failure leaves what an earlier run has made", arguments: [5, 10, 11])
    func laterFailure(number: Int) async throws {
        let office = try await SetupOffice()
        _ = try await office.setup().run { _ in }
        let before = try await office.picture()
        try FileManager.default.removeItem(atPath: office.configuration)
        var other = office.request
        other.guardName = "guard2"
        other.workspace = "second"
        await #expect(throws: WorkspaceError.self) {
            _ = try await office.setup(other, fault: "step:\(number)").run { _ in }
        }
        #expect(try await office.picture() == before)
    }

    @Test(
        "whichever answer is lost, the workspace is whole afterwards or nothing of it is left",
        arguments: [true, false])
    func lostAnswers(afterSending: Bool) async throws {
        var number = 0
        while true {
            number += 1
            let office = try await SetupOffice()
            let before = try await office.picture()
            let transport = LosingTransport(losing: number, afterSending: afterSending)
            do {
                _ = try await office.setup(transport: transport).run { _ in }
                #expect(try await office.faults() == [], "request \(number)")
            } catch {
                #expect(error is WorkspaceError)
                #expect(try await office.picture() == before, "request \(number)")
                #expect(try office.files() == [:], "request \(number)")
            }
            if !transport.hasLost { break }
        }
        #expect(number > 40)
    }
}
