import Agents
import Foundation
import Glibc
import JMAP
import Sandbox
import Stalwart
import TestSupport
import Testing

/// The built program, ended in the middle of its work, against a server that goes on.
@Suite(.waiting) struct CrashTests {
    @Test(
        "a program killed after any step leaves nothing that its next start does not undo or finish", arguments: 0...7)
    func killedAfterStep(number: Int) async throws {
        let server = try await TestServer(withDomain: false)
        let before = try await server.objects()
        let program = try Program(server)
        let outcome = try program.run(
            ["agent", "create", "ada", "--domain", TestServer.domain, "--make-domain"],
            environment: ["AGENTICMAIL_FAULT": "kill:\(number)"])
        #expect(outcome.status == 128 + SIGKILL)
        #expect(try await program.unfinished() == ["ada@\(TestServer.domain)"])
        let next = try program.run(["agent", "list", "--json"])
        #expect(next.status == 0, "\(next.errors)")
        #expect(try await program.unfinished().isEmpty)
        if number == 7 {
            // The record was active, so it is an agent.
            #expect(try await wholeAgents(on: server) == ["ada"])
        } else {
            #expect(try await server.objects() == before)
        }
    }

    @Test("200 kills at random moments leave whole agents and nothing else")
    func randomKills() async throws {
        let server = try await TestServer()
        // Each lane is an operator with a journal of its own; all of them work at once.
        var lanes = try (0..<4).map { Lane(program: try Program(server, named: "lane\($0)")) }
        let clock = ContinuousClock()
        let began = clock.now
        #expect(try lanes[0].program.run(["agent", "create", "first", "--domain", TestServer.domain]).status == 0)
        // A creation begins some way after the program's start, so that few kills should fall before it.
        let length = (clock.now - began) * 2
        for number in 0..<200 {
            let next = number % lanes.count
            try lanes[next].kill(clock)
            let domain = number % 3 == 0 ? "d\(number).example.test" : TestServer.domain
            lanes[next].child = try lanes[next].program.start(
                ["agent", "create", "a\(number)", "--domain", domain, "--make-domain"])
            lanes[next].end = clock.now + length * Double.random(in: 0.2...1.1)
        }
        for index in lanes.indices { try lanes[index].kill(clock) }
        for lane in lanes {
            #expect(try lane.program.run(["agent", "list", "--json"]).status == 0)
            #expect(try await lane.program.unfinished().isEmpty)
        }
        let names = try await wholeAgents(on: server)
        #expect(names.contains("first"))
        #expect(try await server.administration.roles(named: "agenticmail-agent").count == 1)
        for domain in try await server.administration.domains() where domain.name != TestServer.domain {
            #expect(names.contains("a\(domain.name.dropFirst().prefix { $0 != "." })"), "\(domain.name) is an orphan")
        }
    }

    @Test("a list whose program is killed goes on when it is run again, with every key in the file")
    func killedList() async throws {
        let server = try await TestServer()
        let program = try Program(server)
        let list = server.folder.file("list.csv")
        try ("name\n" + (0..<60).map { "a\($0)\n" }.joined()).write(toFile: list, atomically: false, encoding: .utf8)
        let keys = server.folder.file("keys")
        let words = ["agent", "create", "--from", list, "--domain", TestServer.domain, "--keys-to", keys]
        for size in [300, 1_500, 3_000] {
            let child = try program.start(words)
            // Some keys are there, so that it is in the middle of its work.
            _ = eventually { FileManager.default.contents(atPath: keys)?.count ?? 0 > size }
            kill(child, SIGKILL)
            var status: Int32 = 0
            while waitpid(child, &status, 0) < 0, errno == EINTR {}
        }
        let last = try program.run(words + ["--json"])
        #expect(last.status == 0, "\(last.errors)")
        #expect(try await program.unfinished().isEmpty)
        #expect(try await wholeAgents(on: server).count == 60)
        let text = try String(contentsOfFile: keys, encoding: .utf8)
        for number in 0..<60 { #expect(text.contains("\"a\(number)@\(TestServer.domain)\"")) }
    }

    /// A program that works, and when it is to be killed.
    private struct Lane {
        let program: Program
        var child: pid_t?
        var end = ContinuousClock.now

        /// Kills the program when its time has come; nothing where none works.
        mutating func kill(_ clock: ContinuousClock) throws {
            guard let child else { return }
            let left = max(.zero, end - clock.now) / .microseconds(1)
            usleep(UInt32(left))
            Glibc.kill(child, SIGKILL)
            var status: Int32 = 0
            while waitpid(child, &status, 0) < 0, errno == EINTR {}
            self.child = nil
        }
    }

    /// The names of all agents on the server; records an issue for whatever is neither whole nor foreign.
    private func wholeAgents(on server: TestServer) async throws -> Set<String> {
        var names: Set<String> = []
        let page = try await server.administration.accounts(AccountFilter(kind: .individual), page: 0, limit: 500)
        for account in page.accounts where account.detail.hasPrefix("agenticmail/") {
            #expect(AgentRecord(description: account.detail)?.stage == .active, "\(account.address)")
            #expect(try await server.administration.keys(of: account.id).count == 1, "\(account.address)")
            let mailboxes = try await server.administration.client.call(MailboxGet(account: account.id, ids: .all))
            #expect(Set(mailboxes.list.compactMap(\.name)).isSuperset(of: ["Outbox", "Held", "Rejected"]))
            names.insert(account.name)
        }
        return names
    }
}

/// The built program with folders of its own, logged in as a server's administrator.
final class Program: Sendable {
    private let server: TestServer
    private let login: [String]
    private let environment: [String: String]

    private let data: String

    init(_ server: TestServer, named name: String = "home") throws {
        self.server = server
        let secret = server.folder.file("\(name)-password")
        try server.sandbox.admin.password.write(toFile: secret, atomically: false, encoding: .utf8)
        chmod(secret, 0o600)
        login = ["--url", server.sandbox.url, "--login", server.sandbox.admin.login, "--password-file", secret]
        var environment: [String: String] = [:]
        for kind in ["CONFIG", "DATA", "CACHE", "STATE"] {
            environment["XDG_\(kind)_HOME"] = server.folder.file("\(name)-\(kind.lowercased())")
        }
        data = server.folder.file("\(name)-data") + "/agenticmail"
        self.environment = environment
    }

    /// Runs a command to its end.
    func run(_ words: [String], environment more: [String: String] = [:]) throws -> Outcome {
        try TestSupport.run([Places.program] + login + words, environment: environment.merging(more) { $1 })
    }

    /// Starts a command whose output goes nowhere; gives its process.
    func start(_ words: [String]) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in [Int32(0), 1, 2] {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        let all = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var variables = all.map { strdup("\($0.key)=\($0.value)") } + [nil]
        var arguments = ([Places.program] + login + words).map { strdup($0) } + [nil]
        defer { for text in variables + arguments { free(text) } }
        var child = pid_t()
        try #require(posix_spawn(&child, Places.program, &actions, nil, &arguments, &variables) == 0)
        return child
    }

    /// The addresses of the intents in the program's journal.
    func unfinished() async throws -> [String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: data)
        let journal = try #require(names.first { $0.hasSuffix(".intents.sqlite") })
        return try await IntentJournal(at: "\(data)/\(journal)").unfinished().map(\.address)
    }
}
