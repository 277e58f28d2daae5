import Foundation
import JMAP
import MailCache
import Sandbox
import TestSupport
import Testing

/// The built program on a fixture's server, with a home of its own.
struct ProgramFixture {
    let fixture: SyncFixture
    let home: TemporaryFolder

    init(_ fixture: SyncFixture) throws {
        self.fixture = fixture
        home = try TemporaryFolder()
        let made = FileManager.default.createFile(
            atPath: home.file("password"), contents: Data("\(SyncFixture.password)\n".utf8),
            attributes: [.posixPermissions: 0o600])
        try #require(made)
    }

    private var login: [String] {
        ["--url", fixture.sandbox.url, "--login", SyncFixture.login, "--password-file", home.file("password")]
    }

    private var environment: [String: String] {
        [
            "HOME": home.path, "XDG_CONFIG_HOME": home.file("config"), "XDG_CACHE_HOME": home.file("cache"),
            "XDG_DATA_HOME": home.file("data"), "XDG_STATE_HOME": home.file("state"), "AGENTICMAIL_CONFIG": "",
        ]
    }

    /// Starts the program; `before` is what the shell does first.
    func start(_ arguments: String..., before: String? = nil) throws -> Child {
        let words = [Places.program] + login + arguments
        guard let before else { return try Child(words, environment: environment) }
        return try Child(["/bin/sh", "-c", "\(before); exec \"$@\"", "sh"] + words, environment: environment)
    }

    /// Runs the program to its end; gives its exit status.
    func run(_ arguments: String...) async throws -> Int32 {
        let child = try Child([Places.program] + login + arguments, environment: environment)
        #expect(await until { child.hasEnded }, "\(arguments)")
        return child.status ?? -1
    }

    /// The cache that the program has made.
    func cachePath() throws -> String { try file("cache") { !$0.hasSuffix(".acts.sqlite") } }

    /// The journal that the program has made.
    func journalPath() throws -> String { try file("data") { $0.hasSuffix(".acts.sqlite") } }

    private func file(_ folder: String, _ isWanted: (String) -> Bool) throws -> String {
        let names = try FileManager.default.subpathsOfDirectory(atPath: home.file(folder))
        let found = names.filter { $0.hasSuffix(".sqlite") && isWanted($0) }
        return home.file("\(folder)/\(try #require(found.first, "\(names)"))")
    }
}
