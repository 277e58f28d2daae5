internal import Glibc

/// On which cores processes run, so that a server can have one to itself as a machine of its own would.
enum Cores {
    /// How many this machine has.
    static var count: Int { sysconf(Int32(_SC_NPROCESSORS_ONLN)) }

    /// Keeps every thread of a process, and those that they start later, on these cores.
    static func keep(_ process: pid_t, on cores: Range<Int>) throws {
        // The system call is behind a macro that is not imported; util-linux is on every Debian.
        let words = ["taskset", "-a", "-p", "-c", "\(cores.lowerBound)-\(cores.upperBound - 1)", "\(process)"]
        let arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        var (child, state) = (pid_t(), Int32())
        guard posix_spawnp(&child, words[0], &actions, nil, arguments, environ) == 0,
            waitpid(child, &state, 0) == child,
            state == 0
        else { throw BenchmarkError("taskset cannot keep process \(process) on cores \(cores)") }
    }
}
