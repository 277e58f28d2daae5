import Glibc

/// Why a program gave no output.
enum SpawnError: Error {
    case notStarted(FileFault)
    case timeout
    case tooLong
}

/// What a program printed and how it ended.
struct SpawnedOutput {
    let output: [UInt8]
    /// The wait status; 0 is success.
    let status: Int32

    /// How it ended, for a sentence.
    var statusText: String {
        status & 0x7F == 0 ? "exit code \(status >> 8 & 0xFF)" : "signal \(status & 0x7F)"
    }

    /// Runs a program, found along `PATH`, without a shell and without standard input; its errors go where ours go.
    static func run(_ words: [String], limit: Int, timeout: Double) throws(SpawnError) -> SpawnedOutput {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .notStarted(FileFault(errno: errno)) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        let process: pid_t
        do {
            defer { close(ends[1]) }
            process = try spawn(words, output: ends[1])
        }
        let deadline = now() + timeout
        do throws(SpawnError) {
            let output = try collect(from: ends[0], limit: limit, until: deadline)
            return SpawnedOutput(output: output, status: try wait(for: process, until: deadline))
        } catch {
            kill(process, SIGKILL)
            var status: Int32 = 0
            while waitpid(process, &status, 0) < 0, errno == EINTR {}
            throw error
        }
    }

    /// Waits for the end of a process that has closed its output, which most do by ending.
    private static func wait(for process: pid_t, until deadline: Double) throws(SpawnError) -> Int32 {
        var status: Int32 = 0
        while true {
            let ended = waitpid(process, &status, WNOHANG)
            if ended == process { return status }
            guard now() < deadline else { throw .timeout }
            poll(nil, 0, 5)
        }
    }

    private static func spawn(_ words: [String], output: Int32) throws(SpawnError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A program expects the signals as a shell would hand them on, not as this process has set them.
        var signals = sigset_t()
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        let arguments = words.map { strdup($0) }
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        let failure = posix_spawnp(&process, words.first ?? "", &actions, &attributes, arguments + [nil], environ)
        guard failure == 0 else { throw .notStarted(FileFault(errno: failure)) }
        return process
    }

    private static func collect(
        from descriptor: Int32, limit: Int, until deadline: Double
    ) throws(SpawnError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while true {
            let remaining = deadline - now()
            guard remaining > 0 else { throw .timeout }
            var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&event, 1, Int32(min(remaining * 1_000 + 1, 60_000)))
            if ready <= 0 { continue }
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return bytes }
            guard bytes.count + count <= limit else { throw .tooLong }
            bytes += chunk[..<count]
        }
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
