internal import FoundationEssentials
internal import Glibc

/// The sandbox in a process of its own, as a server is: what it costs is not counted as the program's.
final class ServerProcess {
    let pid: pid_t
    let url: URL
    let login: String
    let password: String

    /// Starts it and waits for the line that says where it is.
    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw BenchmarkError("no pipe can be had: errno \(errno)") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        let words = [BenchmarkFolder.program, "sandbox", "serve", "--empty"]
        let arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var started = pid_t()
        let code = posix_spawn(&started, BenchmarkFolder.program, &actions, nil, arguments, environ)
        close(ends[1])
        guard code == 0 else { throw BenchmarkError("\(BenchmarkFolder.program) cannot be started: errno \(code)") }
        pid = started

        struct Start: Decodable {
            struct Login: Decodable {
                let login: String
                let password: String
            }
            let url: URL
            let admin: Login
        }
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while read(ends[0], &byte, 1) == 1, byte != 0x0A { line.append(byte) }
        let start: Start
        do {
            start = try JSONDecoder().decode(Start.self, from: Data(line))
        } catch {
            kill(started, SIGKILL)
            waitpid(started, nil, 0)
            throw BenchmarkError("the sandbox did not say where it is")
        }
        url = start.url
        login = start.admin.login
        password = start.admin.password
    }

    deinit {
        kill(pid, SIGTERM)
        waitpid(pid, nil, 0)
    }
}
