internal import FoundationEssentials
internal import Glibc
internal import Guard
internal import Message

/// `agenticmail guard run` for an office.
final class GuardProcess {
    private let pid: pid_t
    private let folder: BenchmarkFolder

    var figures: ProcessFigures { ProcessFigures(pid: pid) }

    init(_ office: BenchmarkOffice) throws {
        folder = try BenchmarkFolder(url: office.server.url)
        let configuration = """
            [workspace.bench]
            url = "\(office.server.url.absoluteString)"
            key-file = "\(folder.path)/key"

            """
        for (name, text) in [
            ("config.toml", configuration), ("guard.toml", office.policyText), ("key", office.guardianKey + "\n"),
        ] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder.path)/\(name)"))
            chmod("\(folder.path)/\(name)", 0o600)
        }
        let words = [BenchmarkFolder.program, "guard", "run", "--policy", "\(folder.path)/guard.toml"]
        let arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        let variables: [UnsafeMutablePointer<CChar>?] =
            folder.environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        var started = pid_t()
        let code = posix_spawn(&started, BenchmarkFolder.program, &actions, nil, arguments, variables)
        guard code == 0 else { throw BenchmarkError("\(BenchmarkFolder.program) cannot be started: errno \(code)") }
        pid = started
    }

    /// Waits until it holds the lease and has read the ledger, after which it tells the reviewers that it is there.
    func waitUntilActive(_ office: BenchmarkOffice) async throws {
        let desk = try await Self.desk(office)
        for _ in 0..<1_200 {
            if let until = try await desk.presence().until, until > MessageBuilder.now.seconds { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw BenchmarkError("the guard did not become active")
    }

    private static func desk(_ office: BenchmarkOffice) async throws -> ReviewDesk {
        for _ in 0..<600 {
            if let desk = try? await ReviewDesk.open(office.reviewer) { return desk }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw BenchmarkError("the group of reviewers has no holds")
    }

    deinit {
        kill(pid, SIGTERM)
        waitpid(pid, nil, 0)
    }
}
