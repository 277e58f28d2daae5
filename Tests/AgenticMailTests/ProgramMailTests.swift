import AgenticMail
import FoundationEssentials
import Message
import Sandbox
import TestSupport
import Testing

/// The built program on a sandbox with the sample workspace.
@Suite("agenticmail: mail on the command line")
struct ProgramMailTests {
    private let home: TemporaryFolder
    private let sandbox: Sandbox
    private let login: [String]

    init() async throws {
        home = try TemporaryFolder()
        sandbox = try await Sandbox.start()
        let sample = try await SampleWorkspace.fill(sandbox)
        let password = home.file("password")
        try Data("\(try #require(sample.operator.password))\n".utf8).write(to: URL(filePath: password))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: password)
        login = [
            "--url", sandbox.url, "--login", sample.operator.address.email, "--password-file", password,
        ]
    }

    private func agenticmail(_ arguments: String...) throws -> Outcome {
        try run(
            [Places.program] + login + arguments,
            environment: [
                "HOME": home.path, "XDG_CONFIG_HOME": home.file("config"), "XDG_CACHE_HOME": home.file("cache"),
                "XDG_STATE_HOME": home.file("state"), "AGENTICMAIL_CONFIG": "",
            ])
    }

    private func decode<Value: Decodable>(_: Value.Type, _ outcome: Outcome) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(Value.self, from: Data(outcome.output.utf8))
    }

    @Test("agents, lists, searches and messages are what JSON says they are, and name each other")
    func reading() throws {
        let agents = try decode([Agent].self, try agenticmail("agent", "list", "--json"))
        #expect(Set(agents.map(\.name)) == ["billing", "deploys", "research", "scheduling", "support"])
        #expect(agents.allSatisfy { $0.kind == .agent && $0.traffic.count == 24 && $0.address.contains("@") })

        let found = try decode([MessageSummary].self, try agenticmail("mail", "search", "--json", "invoice"))
        #expect(!found.isEmpty)
        let listed = try decode(
            [MessageSummary].self,
            try agenticmail("mail", "list", "--agent", "billing", "--mailbox", "inbox", "--limit", "5", "--json"))
        #expect(listed.count == 5)
        #expect(listed.allSatisfy { $0.account == "billing" && $0.mailboxes.contains("Inbox") })
        #expect(listed.map(\.receivedAt) == listed.map(\.receivedAt).sorted(by: >))

        let first = try #require(listed.first)
        let read = try agenticmail("mail", "read", first.id)
        #expect(read.status == 0)
        #expect(read.output.contains("Subject: "))
        // A program is given all that strangers wrote between two lines with a mark of that run alone.
        let lines = read.output.split(separator: "\n")
        let begin = try #require(lines.firstIndex { $0.hasSuffix(": untrusted text begins]") })
        let end = try #require(lines.firstIndex { $0.hasSuffix(": untrusted text ends]") })
        let subject = try #require(lines.firstIndex { $0.hasPrefix("Subject: ") })
        #expect(begin < subject && subject < end && end == lines.count - 1)
        #expect(lines[begin].prefix(22) == lines[end].prefix(22))
        #expect(try agenticmail("mail", "read", first.id).output.split(separator: "\n")[begin] != lines[begin])
        let source = try agenticmail("mail", "source", first.id)
        #expect(source.output.contains("Message-ID:"))
        let thread = try decode([MessageSummary].self, try agenticmail("mail", "thread", first.id, "--json"))
        #expect(thread.contains { $0.id == first.id })
        #expect(try agenticmail("mail", "headers", first.id).output.contains("From\t"))
    }

    @Test("without a terminal a list is lines of tabs, without anything that acts on a terminal")
    func table() throws {
        let outcome = try agenticmail("mail", "list", "--limit", "1000")
        #expect(outcome.status == 0)
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.count > 100)
        #expect(lines.allSatisfy { $0.split(separator: "\t", omittingEmptySubsequences: false).count == 7 })
        let bad = outcome.output.unicodeScalars.filter { scalar in
            scalar.value < 0x20 && scalar != "\n" && scalar != "\t" || (0x7F...0x9F).contains(scalar.value)
                || (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
        }
        #expect(bad.isEmpty)
        let json = try agenticmail("mail", "list", "--limit", "1000", "--json").output
        #expect(!json.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || (0x7F...0x9F).contains($0.value) })
    }

    @Test("attachments are saved beside what is there, never over it")
    func saving() throws {
        let all = try decode([MessageSummary].self, try agenticmail("mail", "list", "--limit", "1000", "--json"))
        let message = try #require(all.first { $0.hasAttachment })
        let folder = home.file("saved")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let once = try decode([SavedFile].self, try agenticmail("mail", "save", message.id, "--to", folder, "--json"))
        let twice = try decode([SavedFile].self, try agenticmail("mail", "save", message.id, "--to", folder, "--json"))
        #expect(!once.isEmpty)
        #expect(Set(once.map(\.path)).isDisjoint(with: twice.map(\.path)))
        #expect(once.map(\.bytes) == twice.map(\.bytes))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == once.count + twice.count)
        #expect(try agenticmail("mail", "save", message.id, "--to", home.file("missing")).status == 1)
        #expect(try agenticmail("mail", "save", message.id, "--part", "999").status == 2)
    }

    @Test("a mark is set on the server and shown")
    func marking() throws {
        let unread = try decode([MessageSummary].self, try agenticmail("mail", "list", "--unread", "--json"))
        let message = try #require(unread.first)
        let marked = try agenticmail("mail", "mark", message.id, "--seen", "--flagged", "--json")
        #expect(marked.status == 0, "\(marked.errors)")
        let after = try decode([MessageSummary].self, marked)
        #expect(after.map(\.isUnread) == [false])
        #expect(after.map(\.isFlagged) == [true])
        #expect(try agenticmail("mail", "mark", message.id).status == 2)
        #expect(try agenticmail("mail", "mark", message.id, "--seen", "--unseen").status == 2)
    }

    @Test("messages are moved to Trash and back, flagged and moved, and a dry run does nothing")
    func acts() throws {
        let all = try decode(
            [MessageSummary].self, try agenticmail("mail", "list", "--mailbox", "inbox", "--json", "--agent", "billing")
        )
        let message = try #require(all.first)
        func now() throws -> MessageSummary {
            let listed = try agenticmail("mail", "list", "--limit", "10000", "--json", "--agent", "billing")
            return try #require(try decode([MessageSummary].self, listed).first { $0.id == message.id })
        }
        let plan = try decode(ActReport.self, try agenticmail("mail", "trash", message.id, "--dry-run", "--json"))
        #expect(plan.isDryRun && plan.changed == 1)
        #expect(try now().mailboxes == message.mailboxes)
        let done = try decode(ActReport.self, try agenticmail("mail", "trash", message.id, "--json"))
        #expect(done.changed == 1 && done.waiting == 0 && done.refused == 0, "\(done)")
        #expect(try now().mailboxes != message.mailboxes)
        let back = try agenticmail("mail", "undo")
        #expect(back.output.hasPrefix("Taken back: Moved 1 to Trash."), "\(back.output) \(back.errors)")
        #expect(try now().mailboxes == message.mailboxes)
        #expect(try agenticmail("mail", "flag", message.id).status == 0)
        #expect(try now().isFlagged)
        #expect(try agenticmail("mail", "flag", "--off", message.id).status == 0)
        #expect(try !now().isFlagged)
        #expect(try agenticmail("mail", "move", message.id).status == 2)
        #expect(try agenticmail("mail", "move", message.id, "--to", "nowhere").errors.contains("no mailbox “nowhere”"))
        #expect(try agenticmail("mail", "move", message.id, "--to", "trash").status == 0)
        #expect(try now().mailboxes != message.mailboxes)
    }

    @Test("what is done while the server is gone waits, and is sent later")
    func actsOffline() throws {
        let all = try decode([MessageSummary].self, try agenticmail("mail", "list", "--json", "--agent", "billing"))
        let message = try #require(all.first)
        sandbox.stop()
        let outcome = try decode(ActReport.self, try agenticmail("mail", "trash", message.id, "--json"))
        #expect(outcome.waiting == 1 && outcome.refused == 0)
        #expect(try agenticmail("mail", "undo").output.hasPrefix("Taken back before it was sent"))
        #expect(try agenticmail("mail", "undo").status == 1)
    }

    @Test("a message or an agent that is not there is a failure with its cure")
    func missing() throws {
        let message = try agenticmail("mail", "read", "zz/zz")
        #expect(message.status == 1)
        #expect(message.errors.contains("There is no message zz/zz"))
        #expect(try agenticmail("mail", "list", "--agent", "nobody").errors.contains("There is no agent “nobody”"))
    }

    @Test("the doctor finds a sound workspace sound")
    func doctor() throws {
        let outcome = try agenticmail("doctor", "--json")
        #expect(outcome.status == 0)
        let checks = try decode([Check].self, outcome)
        #expect(checks.allSatisfy { $0.result == .good }, "\(outcome.output)")
        #expect(checks.map(\.name).contains("push"))
    }

    @Test("mail that is kept here is shown when the server is gone, and that is said")
    func offline() throws {
        #expect(try agenticmail("sync").status == 0)
        sandbox.stop()
        let outcome = try agenticmail("mail", "list", "--limit", "3")
        #expect(outcome.status == 0)
        #expect(outcome.output.split(separator: "\n").count == 3)
        #expect(outcome.errors.contains("What is shown was kept here before."))
        #expect(try agenticmail("sync").status == 4)
    }

    @Test("a script drives the console, and without a terminal the start screen is printed")
    func console() throws {
        let script = home.file("script")
        try Data("wait-for \"live\"\nsave-screen \(home.file("screen"))\n:quit\n".utf8).write(to: URL(filePath: script))
        #expect(try agenticmail("--script", script, "--size", "60x12").status == 0)
        let screen = String(decoding: try Data(contentsOf: URL(filePath: home.file("screen"))), as: UTF8.self)
        #expect(screen.contains("billing"))
        let start = try agenticmail()
        #expect(start.status == 0)
        #expect(start.output.contains("support"))
        #expect(start.output.contains("Subject: "))
    }
}
