import Glibc
import Threads

/// Runs another program with something on its standard input, and waits for its end on a thread of its own.
enum ChildProgram {
    /// How a program ended.
    enum Result: Sendable {
        case exited(Int32)
        case signalled(Int32)
        case notStarted(String)
    }

    /// Runs a program of the `PATH`; what it prints goes nowhere.
    static func run(_ words: [String], input: [UInt8]) async -> Result {
        await withCheckedContinuation { continuation in
            DetachedThread.run { continuation.resume(returning: wait(for: words, input)) }
        }
    }

    private static func wait(for words: [String], _ input: [UInt8]) -> Result {
        var pipes: [Int32] = [-1, -1]
        guard pipe(&pipes) == 0 else { return .notStarted(String(cString: strerror(errno))) }
        for descriptor in pipes { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, pipes[0], 0)
        for descriptor in [Int32(1), 2] {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var child = pid_t()
        let failure = posix_spawnp(&child, words.first ?? "", &actions, &attributes, &arguments, environ)
        close(pipes[0])
        guard failure == 0 else {
            close(pipes[1])
            return .notStarted(String(cString: strerror(failure)))
        }
        // A program that does not read its input must not end this one.
        var pipeSignal = sigset_t()
        sigemptyset(&pipeSignal)
        sigaddset(&pipeSignal, SIGPIPE)
        var before = sigset_t()
        pthread_sigmask(SIG_BLOCK, &pipeSignal, &before)
        _ = KeyStore.writeAll(input, to: pipes[1])
        close(pipes[1])
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        var none = timespec()
        // What the write may have left behind is taken before the signal is let through again.
        while sigtimedwait(&pipeSignal, nil, &none) > 0 {}
        pthread_sigmask(SIG_SETMASK, &before, nil)
        let signal = status & 0x7F
        return signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
    }
}
