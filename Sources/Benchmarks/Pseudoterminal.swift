internal import Glibc

/// A program on a terminal of its own, driven by bytes and watched by bytes.
final class Pseudoterminal {
    let pid: pid_t
    private let master: Int32
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)

    /// Starts a program as the leader of a new session whose controlling terminal has the given size.
    init(_ arguments: [String], environment: [String: String], columns: Int, rows: Int) throws {
        var (opened, slave): (Int32, Int32) = (-1, -1)
        var name = [CChar](repeating: 0, count: 128)
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        guard openpty(&opened, &slave, &name, nil, &size) == 0 else {
            throw BenchmarkError("no pseudoterminal can be had: errno \(errno)")
        }
        master = opened
        _ = fcntl(opened, F_SETFD, FD_CLOEXEC)
        // It stays open here until the program holds it too: a terminal that nobody holds is hung up.
        defer { close(slave) }

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // The first terminal that a session's leader opens becomes its controlling terminal.
        for descriptor: Int32 in 0...2 { posix_spawn_file_actions_addopen(&actions, descriptor, name, O_RDWR, 0) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(0x80 /* POSIX_SPAWN_SETSID, a macro that is not imported */))

        let argv = arguments.map { strdup($0) }
        let envp = environment.map { strdup("\($0.key)=\($0.value)") }
        defer { for copy in argv + envp { free(copy) } }
        var pid = pid_t()
        let code = posix_spawn(&pid, arguments[0], &actions, &attributes, argv + [nil], envp + [nil])
        guard code == 0 else { throw BenchmarkError("\(arguments[0]) cannot be started: errno \(code)") }
        self.pid = pid
    }

    deinit {
        close(master)
    }

    /// Writes bytes as if they were typed.
    func type(_ bytes: [UInt8]) throws {
        guard write(master, bytes, bytes.count) == bytes.count else {
            throw BenchmarkError("the terminal took no bytes")
        }
    }

    /// Reads what comes until nothing came for so many milliseconds; the count of bytes and the time of the last one.
    func drain(quiet: Int32) -> (bytes: Int, last: ContinuousClock.Instant?) {
        var count = 0
        var last: ContinuousClock.Instant?
        while let bytes = read(within: quiet) {
            count += bytes.count
            last = ContinuousClock.now
        }
        return (count, last)
    }

    /// Reads until the text stands in what came, and gives the moment, or nil after so many milliseconds of nothing.
    func wait(for text: String, quiet: Int32 = 10_000) -> ContinuousClock.Instant? {
        let wanted = Array(text.utf8)
        var seen: [UInt8] = []
        while let bytes = read(within: quiet) {
            seen += bytes
            if seen.contains(wanted) { return ContinuousClock.now }
            // The text may be cut between two reads; only its length of the old bytes matters.
            seen = Array(seen.suffix(wanted.count))
        }
        return nil
    }

    /// Ends the program and waits for it.
    func end() {
        kill(pid, SIGTERM)
        _ = drain(quiet: 500)
        var state: Int32 = 0
        var looks = 0
        while waitpid(pid, &state, WNOHANG) == 0 {
            looks += 1
            if looks == 100 { kill(pid, SIGKILL) }
            poll(nil, 0, 20)
        }
    }

    private func read(within milliseconds: Int32) -> ArraySlice<UInt8>? {
        var look = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
        guard poll(&look, 1, milliseconds) > 0 else { return nil }
        let count = Glibc.read(master, &buffer, buffer.count)
        return count > 0 ? buffer[..<count] : nil
    }
}

extension [UInt8] {
    /// Whether the bytes stand somewhere in these.
    func contains(_ wanted: [UInt8]) -> Bool {
        guard let first = wanted.first, count >= wanted.count else { return wanted.isEmpty }
        return indices.dropLast(wanted.count - 1).contains { start in
            self[start] == first && self[start..<start + wanted.count].elementsEqual(wanted)
        }
    }
}
