internal import Foundation
public import Glibc

/// A program that runs beside the test, without a terminal; it is killed with the value's last reference.
public final class Child: @unchecked Sendable {
    // Safe to share: the ending is written by whoever waits, and tests wait from one task.
    /// The program's process.
    public let pid: pid_t
    private let scratch: TemporaryFolder
    private var ending: Int32?

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - arguments: its path and its arguments.
    ///   - environment: variables put over those of the test.
    public init(_ arguments: [String], environment: [String: String] = [:]) throws {
        scratch = try TemporaryFolder()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, scratch.file("out"), O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The threads that tests run on have signals blocked, which a program would inherit.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0.key)=\($0.value)" }
        let (argv, envp) = (arguments.map { strdup($0) }, variables.map { strdup($0) })
        defer { for copy in argv + envp { free(copy) } }
        var pid = pid_t()
        let code = posix_spawnp(&pid, arguments[0], &actions, &attributes, argv + [nil], envp + [nil])
        guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .ENOENT) }
        self.pid = pid
    }

    deinit { end(SIGKILL) }

    /// What it has written so far, to either of its outputs.
    public var output: String {
        String(decoding: FileManager.default.contents(atPath: scratch.file("out")) ?? Data(), as: UTF8.self)
    }

    /// True once it has ended by itself or by a signal.
    public var hasEnded: Bool {
        if ending != nil { return true }
        var state: Int32 = 0
        guard waitpid(pid, &state, WNOHANG) == pid else { return false }
        ending = state
        return true
    }

    /// Its exit status, or 128 and the signal that ended it; nil while it runs.
    public var status: Int32? {
        guard hasEnded, let ending else { return nil }
        return ending & 0x7f == 0 ? (ending >> 8) & 0xff : 128 + (ending & 0x7f)
    }

    /// Ends it by a signal and waits for its end.
    public func end(_ signal: Int32) {
        guard !hasEnded else { return }
        kill(pid, signal)
        var state: Int32 = 0
        while waitpid(pid, &state, 0) < 0 && errno == EINTR {}
        ending = state
    }
}
