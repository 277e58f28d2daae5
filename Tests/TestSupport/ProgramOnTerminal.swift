internal import Foundation
public import Glibc

/// A program that runs on a terminal of its own, whose other end the test reads and writes.
///
/// The program leads a session, and the terminal is that session's: it is hung up when this value goes, if not before.
public final class ProgramOnTerminal {
    /// The program's process.
    public let pid: pid_t
    /// Its terminal.
    public let terminal: TerminalPair
    private var ending: Int32?

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - arguments: its path and its arguments.
    ///   - environment: variables put over those of the test; `TERM` is xterm-256color and the locale UTF-8 unless said.
    public init(
        _ arguments: [String], environment: [String: String] = [:], columns: Int = 80, rows: Int = 24
    ) throws {
        terminal = try TerminalPair(columns: columns, rows: rows)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // The first terminal that a session's leader opens becomes its controlling terminal.
        for descriptor: Int32 in 0...2 {
            posix_spawn_file_actions_addopen(&actions, descriptor, terminal.path, O_RDWR, 0)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The threads that tests run on have signals blocked, which a program would inherit.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        // POSIX_SPAWN_SETSID is a macro that is not imported.
        posix_spawnattr_setflags(&attributes, Int16(0x80) | Int16(POSIX_SPAWN_SETSIGMASK))
        let usual = ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "NO_COLOR": "", "COLORTERM": ""]
        let variables = ProcessInfo.processInfo.environment.merging(usual) { $1 }.merging(environment) { $1 }
        let (argv, envp) = (arguments.map { strdup($0) }, variables.map { strdup("\($0.key)=\($0.value)") })
        defer { for copy in argv + envp { free(copy) } }
        var pid = pid_t()
        let code = posix_spawn(&pid, arguments[0], &actions, &attributes, argv + [nil], envp + [nil])
        guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .ENOENT) }
        self.pid = pid
    }

    deinit {
        guard ending == nil else { return }
        kill(pid, SIGKILL)
        terminal.hangUp()
        waitpid(pid, nil, 0)
    }

    /// What its terminal shows.
    public var screen: VirtualTerminal { terminal.screen }

    /// Types bytes as a keyboard sends them.
    public func type(_ text: String) { terminal.type(text) }

    /// Waits until the screen shows a text.
    public func shows(_ text: String, within seconds: Double = 30) -> Bool {
        waits(within: seconds) { $0.text.contains(text) }
    }

    /// Waits until the screen is as wanted.
    public func waits(within seconds: Double = 30, until wanted: (VirtualTerminal) -> Bool) -> Bool {
        eventually(within: seconds) {
            terminal.read()
            return !screen.isInside && wanted(screen)
        }
    }

    /// Waits for the program's end: its exit status, or 128 and the signal that ended it; nil where it goes on.
    public func end(within seconds: Double = 30) -> Int32? {
        if let ending { return ending }
        var state: Int32 = 0
        _ = eventually(within: seconds) {
            terminal.read()
            return waitpid(pid, &state, WNOHANG) == pid
        }
        guard kill(pid, 0) != 0 else { return nil }
        terminal.read()
        let signal = state & 0x7f
        ending = signal == 0 ? state >> 8 & 0xff : 128 + signal
        return ending
    }

    /// Waits until the program is stopped, as Ctrl-Z stops it.
    public func isStopped(within seconds: Double = 30) -> Bool {
        eventually(within: seconds) {
            terminal.read()
            // The third word, behind a name in brackets, is the state.
            let text = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
            return text.split(separator: ") ").last?.hasPrefix("T") ?? false
        }
    }
}
