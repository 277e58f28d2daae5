import Foundation
import Glibc
import JMAP
import Sandbox
import TestSupport
import Testing

/// The built program from an empty server to a message that a reviewer has let through.
@Suite("The program takes an empty server to a workspace and works with it", .waiting)
struct ProgramTests {
    private struct Program {
        let office: SetupOffice

        init(_ office: SetupOffice) throws {
            self.office = office
            try office.sandbox.admin.password.write(toFile: password, atomically: false, encoding: .utf8)
            chmod(password, 0o600)
        }

        private var password: String { office.folder.file("password") }
        var setup: [String] {
            [
                "setup", "--url", office.sandbox.url, "--admin", office.sandbox.admin.login, "--domain",
                SetupOffice.domain, "--reviewer", "jonas",
            ]
        }
        var withFile: [String] { setup + ["--password-file", password] }

        func run(_ words: [String], input: String = "", _ more: [String: String] = [:]) throws -> Outcome {
            try TestSupport.run(
                [Places.program] + words, environment: office.environment.merging(more) { $1 }, input: input)
        }

        func json(_ words: [String]) throws -> JSON {
            let outcome = try run(words + ["--json"])
            try #require(outcome.status == 0, "\(words.joined(separator: " ")): \(outcome.errors)")
            return try JSON(parsing: Array(outcome.output.utf8))
        }
    }

    @Test("setup, doctor, a new agent, its held message, the reviewer's word, and the message leaves")
    func wholeWay() async throws {
        let office = try await SetupOffice()
        let program = try Program(office)
        let done = try program.json(program.withFile)
        #expect(done["signIn"]?["secret"]?.string?.hasPrefix("API_") == true)
        let (picture, files) = (try await office.picture(), try office.files())
        #expect(try program.json(program.withFile)["written"] == [])
        #expect(try await office.picture() == picture)
        #expect(try office.files() == files)

        let checks = try program.json(["doctor"])
        for check in checks.array ?? [] { #expect(check["result"] != "failed", "\(check)") }
        let key = office.folder.file("ada.key")
        _ = try program.json(["agent", "create", "ada", "--owner", "jonas@agents.example.org", "--store", key])
        let configuration = try String(contentsOfFile: office.configuration, encoding: .utf8)
        try office.write(
            configuration + "\n[workspace.ada]\nurl = \"\(office.sandbox.url)\"\nkey-file = \"\(key)\"\n",
            to: office.configuration)
        let guardian = try Child(
            [Places.program, "-w", "agents-example-org-guard", "guard", "run"], environment: office.environment)
        let message = office.folder.file("m.eml")
        try office.write(
            "From: ada@agents.example.org\r\nTo: bob@outside.example.net\r\nSubject: Good day\r\n"
                + "Message-ID: <a1@agents.example.org>\r\n\r\nGood day.\r\n", to: message)
        _ = try program.json(["-w", "ada", "outbox", "put", message])
        let review = ["-w", "agents-example-org-review", "review"]
        var hold: String?
        #expect(
            try eventually {
                hold = try program.json(review + ["list"]).array?.first?["hold"]?.string
                return hold != nil
            }, "\(guardian.output)")
        _ = try program.json(review + ["approve", try #require(hold), "--wait", "60"])
        let audit = try program.json(["-w", "agents-example-org-guard", "audit", "list"])
        #expect((audit.array ?? []).contains { $0["event"] == "decision.approve" }, "\(audit)")
        #expect(try program.json(["agent", "list"]).array?.count == 1)
    }

    @Test("the console of a first run sets the workspace up and opens it")
    func firstRun() async throws {
        let office = try await SetupOffice()
        let tmux = try Tmux("'\(Places.program)'", columns: 80, rows: 24, environment: office.environment)
        func seen() -> Comment { Comment(rawValue: ((try? tmux.screen()) ?? []).joined(separator: "\n")) }
        #expect(try tmux.waits(for: "set a workspace up"), seen())
        for text in [office.sandbox.url, office.sandbox.admin.login, office.sandbox.admin.password] {
            try tmux.type(text)
            try tmux.press("Tab")
        }
        try tmux.type(SetupOffice.domain)
        try tmux.press("Tab")
        try tmux.type("jonas")
        try tmux.press("Enter")
        #expect(try tmux.waits(for: "shown this once"), seen())
        #expect(try tmux.waits(for: "API_"), seen())
        try tmux.press("o")
        #expect(try tmux.waits(for: "agents-example-org"), seen())
        #expect(try tmux.waits(for: "live"), seen())
        try tmux.press("q")
        #expect(try tmux.waits(for: "ended 0"), seen())
        #expect(try await office.faults() == [])
    }

    @Test("a run that was killed after any step is finished by the next", arguments: 0...12)
    func killed(number: Int) async throws {
        let office = try await SetupOffice()
        let program = try Program(office)
        let first = try program.run(program.withFile, ["AGENTICMAIL_FAULT": "kill:\(number)"])
        #expect(first.status == 128 + SIGKILL)
        let second = try program.run(program.withFile)
        #expect(second.status == 0, "\(second.errors)")
        #expect(try await office.faults() == [])
        #expect(try !office.files().keys.contains { $0.hasSuffix(".making") })
    }

    @Test("runs that are killed at random moments leave no key that nobody has")
    func killedAtRandom() async throws {
        let office = try await SetupOffice()
        let program = try Program(office)
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<12 {
            let child = try Child([Places.program] + program.withFile, environment: office.environment)
            usleep(UInt32.random(in: 10_000...400_000, using: &generator))
            child.end(SIGKILL)
        }
        let last = try program.run(program.withFile)
        #expect(last.status == 0, "\(last.errors)")
        #expect(try await office.faults() == [])
    }

    @Test("the password comes from standard input or a command too, and from nowhere else")
    func passwords() async throws {
        let office = try await SetupOffice()
        let program = try Program(office)
        let trial = program.setup + ["--dry-run", "--json"]
        let password = office.sandbox.admin.password
        #expect(try program.run(trial + ["--password-stdin"], input: password + "\n").status == 0)
        #expect(try program.run(trial + ["--password-command", "cat \(office.folder.file("password"))"]).status == 0)
        #expect(try program.run(trial + ["--password-stdin"], input: "").status == 2)
        #expect(try program.run(trial).status == 2)
        #expect(try program.run(trial + ["--password-stdin"], input: "wrong\n").status == 3)
        #expect(try program.run(trial + ["--password-stdin", "--password-file", "x"]).status == 2)
    }
}
