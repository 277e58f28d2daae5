import Glibc
import Synchronization

/// Runs an asynchronous command from the process's first thread, which waits for its end and for signals.
enum CommandRunner {
    private static let stopping = [SIGINT, SIGTERM, SIGHUP]
    /// Tells the first thread that the command has ended; the process uses it for nothing else.
    private static let ended = SIGUSR1

    /// Runs a command to its end. The first signal cancels it, so that it can leave things in order; the second ends the
    /// process at once.
    ///
    /// - Returns: The command's exit code.
    static func run(_ command: @escaping @Sendable () async -> Int32) -> Int32 {
        // Blocked before any other thread is there, so that all inherit it and only this one takes the signals.
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in stopping + [ended] { sigaddset(&signals, signal) }
        var before = sigset_t()
        pthread_sigmask(SIG_BLOCK, &signals, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let result = Result()
        let first = pthread_self()
        let task = Task.detached {
            let code = await command()
            result.code.withLock { $0 = code }
            pthread_kill(first, ended)
        }
        var isStopping = false
        while true {
            var signal: Int32 = 0
            guard sigwait(&signals, &signal) == 0 else { continue }
            if signal == ended, let code = result.code.withLock({ $0 }) { return code }
            if stopping.contains(signal) {
                if isStopping { _exit(128 + signal) }
                isStopping = true
                task.cancel()
            }
        }
    }

    /// The command's exit code, once it has ended.
    private final class Result: Sendable {
        let code = Mutex<Int32?>(nil)
    }
}
