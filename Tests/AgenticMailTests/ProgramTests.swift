import AgenticMail
import FoundationEssentials
import Sandbox
import TestSupport
import Testing

/// The built program as a shell runs it.
@Suite("agenticmail: the program")
struct ProgramTests {
    private let home: TemporaryFolder

    init() throws {
        home = try TemporaryFolder()
    }

    private var environment: [String: String] {
        [
            "HOME": home.path, "XDG_CONFIG_HOME": home.file("config"), "XDG_CACHE_HOME": home.file("cache"),
            "XDG_STATE_HOME": home.file("state"), "XDG_DATA_HOME": home.file("data"), "AGENTICMAIL_CONFIG": "",
        ]
    }

    private func agenticmail(_ arguments: String...) throws -> Outcome {
        try run([Places.program] + arguments, environment: environment)
    }

    /// Writes a file that nobody else may read.
    private func write(_ name: String, _ text: String) throws -> String {
        let path = home.file(name)
        try Data(text.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        return path
    }

    private struct Report: Decodable {
        struct Problem: Decodable {
            let code: String
            let message: String
            let cure: String
        }

        let error: Problem
    }

    private func problem(_ outcome: Outcome) throws -> Report.Problem {
        try JSONDecoder().decode(Report.self, from: Data(outcome.errors.utf8)).error
    }

    @Test("wrong usage is exit code 2 with a sentence and what was meant")
    func wrongUsage() throws {
        let outcome = try agenticmail("mial", "list")
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
        #expect(
            outcome.errors == "agenticmail: There is no command “mial”. Did you mean “mail”? See agenticmail --help.\n")
    }

    @Test("with --json an error is one object on standard error, even where the rest makes no sense")
    func errorsAsJSON() throws {
        let outcome = try agenticmail("--json", "mail", "raed")
        #expect(outcome.status == 2)
        let problem = try problem(outcome)
        #expect(problem.code == "wrongUsage")
        #expect(problem.cure.contains("read"))
    }

    @Test(
        "help goes to standard output, of the program, of groups and of commands",
        arguments: [
            ["--help"], ["help"], ["mail", "--help"], ["mail", "read", "--help"], ["help", "sandbox", "serve"],
            ["doctor", "-h"],
        ])
    func help(words: [String]) throws {
        let outcome = try run([Places.program] + words, environment: environment)
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("Usage: agenticmail"))
        #expect(outcome.errors.isEmpty)
    }

    @Test("every command of the table is there to be run")
    func handlers() throws {
        let values: [String: String] = ["message": "a/b", "query": "x", "shell": "bash"]
        // These would go on until they are stopped, or open a screen.
        for command in CommandTable.standard.commandLine where !["sandbox.serve", "console"].contains(command.id) {
            let words = try #require(command.commandLine?.words)
            let arguments = command.arguments.filter(\.arity.isRequired).compactMap { values[$0.name] }
            let outcome = try run([Places.program] + words + arguments, environment: environment)
            #expect(!outcome.errors.contains("is not there"), "\(command.id)")
        }
    }

    @Test("the version, the completions and the manual page need no configuration")
    func generated() throws {
        #expect(try agenticmail("--version").output == "agenticmail \(Version.number)\n")
        #expect(try agenticmail("completions", "zsh").output.hasPrefix("#compdef agenticmail"))
        #expect(try agenticmail("man").output.hasPrefix(".Dd "))
    }

    @Test("without a workspace the sentence says how to get one")
    func noWorkspace() throws {
        let outcome = try agenticmail("agent", "list", "--json")
        #expect(outcome.status == 2)
        #expect(try problem(outcome).cure.contains("--sandbox"))
    }

    @Test("a broken configuration is named with its lines, and the check fails")
    func configuration() throws {
        let file = try write(
            "c.toml", "[workspace.a]\nurl = \"http://mail\"\nlogn = \"x\"\n[console]\nkeys.quit = \"Qq\"\n")
        let outcome = try agenticmail("--config", file, "config", "check")
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("c.toml:2:7: workspace.a.url: is not encrypted"))
        #expect(outcome.output.contains("c.toml:3:1: workspace.a.logn: is not known; did you mean “login”?"))
        let keys = try write("k.toml", "[console.keys]\n\"cursor.dwn\" = \"j\"\nquit = [\"Qq\"]\n")
        let second = try agenticmail("--config", keys, "config", "check")
        #expect(second.output.contains("k.toml:2:1: console.keys.cursor.dwn: is no command of the console"))
        #expect(second.output.contains("k.toml:3:1: console.keys.quit: the key “Qq”"))
        #expect(try agenticmail("config", "check").status == 0)
    }

    @Test("a server that is not there is exit code 4, a secret that others may read 1")
    func unreachable() throws {
        let password = try write("password", "hunter2\n")
        let outcome = try agenticmail(
            "--url", "http://127.0.0.1:1", "--login", "x", "--password-file", password, "mail", "list", "--json")
        #expect(outcome.status == 4)
        #expect(try problem(outcome).code == "notReachable")
        #expect(!outcome.errors.contains("hunter2"))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: password)
        let wide = try agenticmail(
            "--url", "http://127.0.0.1:1", "--login", "x", "--password-file", password, "mail", "list")
        #expect(wide.status == 1)
        #expect(wide.errors.contains("chmod 600"))
    }

    @Test("a wrong password is exit code 3, the right one signs in")
    func login() async throws {
        let sandbox = try await Sandbox.start()
        defer { sandbox.stop() }
        let wrong = try write("wrong", "not it\n")
        let right = try write("right", "\(sandbox.admin.password)\n")
        let refused = try agenticmail(
            "--url", sandbox.url, "--login", sandbox.admin.login, "--password-file", wrong, "sync", "--json")
        #expect(refused.status == 3)
        #expect(try problem(refused).code == "loginRefused")
        let done = try agenticmail(
            "--url", sandbox.url, "--login", sandbox.admin.login, "--password-file", right, "sync", "--json")
        #expect(done.status == 0, "\(done.errors)")
        #expect(try JSONDecoder().decode(CatchUpReport.self, from: Data(done.output.utf8)).accounts >= 0)
    }

    @Test("a cache that is no database is set aside with a line that says so")
    func brokenCache() async throws {
        let sandbox = try await Sandbox.start()
        defer { sandbox.stop() }
        let password = try write("right", "\(sandbox.admin.password)\n")
        let arguments = ["--url", sandbox.url, "--login", sandbox.admin.login, "--password-file", password, "sync"]
        #expect(try run([Places.program] + arguments, environment: environment).status == 0)
        let folder = home.file("cache/agenticmail")
        let name = try #require(
            try FileManager.default.contentsOfDirectory(atPath: folder).first { $0.hasSuffix(".sqlite") })
        try Data("no database".utf8).write(to: URL(filePath: "\(folder)/\(name)"))
        let outcome = try run([Places.program] + arguments, environment: environment)
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("set aside"))
    }

    @Test("a home that cannot be written is a sentence with its cure")
    func readOnlyHome() throws {
        let password = try write("password", "x\n")
        var environment = environment
        environment["XDG_CACHE_HOME"] = "/proc/agenticmail"
        let outcome = try run(
            [Places.program, "--url", "http://127.0.0.1:1", "--login", "x", "--password-file", password, "sync"],
            environment: environment)
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("XDG_CACHE_HOME"))
    }

    @Test("a reader that has had enough is no error")
    func head() throws {
        let outcome = try run(
            ["bash", "-c", "set -o pipefail; '\(Places.program)' man | head -n 1 >/dev/null"], environment: environment)
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty)
    }

    @Test("sandbox serve prints one line of JSON, serves, and ends with 0 when it is told to")
    func serving() throws {
        let script = """
            '\(Places.program)' sandbox serve --empty > \(home.file("line")) & pid=$!
            until [ -s \(home.file("line")) ] || ! kill -0 $pid; do sleep 0.02; done
            kill -TERM $pid; wait $pid
            """
        let outcome = try run(["bash", "-c", script], environment: environment)
        #expect(outcome.status == 0)
        struct Line: Decodable {
            struct Administrator: Decodable {
                let login: String
                let password: String
            }

            let url: String
            let admin: Administrator
        }
        let text = String(decoding: try Data(contentsOf: URL(filePath: home.file("line"))), as: UTF8.self)
        #expect(text.split(separator: "\n").count == 1)
        let line = try JSONDecoder().decode(Line.self, from: Data(text.utf8))
        #expect(line.url.hasPrefix("http://127.0.0.1:"))
        #expect(line.admin.login == "admin")
        #expect(!line.admin.password.isEmpty)
    }
}
