import Glibc
import TestSupport
import Testing

/// The built program on a terminal of its own, which is found as it was left however the program ends.
@Suite("The terminal is given back as it was found", .serialized)
struct RestoredTerminalTests {
    private let home: TemporaryFolder

    init() throws {
        home = try TemporaryFolder()
    }

    /// A console that reaches no server: its first screen comes from an empty cache.
    private func console(_ words: [String] = []) throws -> ProgramOnTerminal {
        let password = home.file("password")
        _ = try run(["sh", "-c", "umask 077; echo secret > \(password)"])
        return try ProgramOnTerminal(
            words + [Places.program, "--url", "http://127.0.0.1:1", "--login", "x", "--password-file", password],
            environment: [
                "HOME": home.path, "XDG_CONFIG_HOME": home.file("config"), "XDG_CACHE_HOME": home.file("cache"),
                "XDG_STATE_HOME": home.file("state"), "AGENTICMAIL_CONFIG": "", "SWIFT_BACKTRACE": "enable=no",
            ])
    }

    /// The modes of a terminal that nobody uses.
    private static let untouched: Set<Int> = [7, 25]

    private func open() throws -> (program: ProgramOnTerminal, before: [UInt32]) {
        // Asked of another terminal: this one's program may have begun to change it.
        let before = try TerminalPair(columns: 80, rows: 24).settings()
        let program = try console()
        try #require(program.shows("agents"), "\(program.screen.text)")
        #expect(program.screen.modes.isSuperset(of: [1049, 1000, 1004, 1006, 2004]))
        #expect(program.terminal.settings() != before)
        return (program, before)
    }

    private func expectRestored(_ program: ProgramOnTerminal, _ before: [UInt32], _ how: String) {
        program.terminal.read()
        #expect(program.terminal.settings() == before, "\(how): the settings differ")
        #expect(program.screen.modes == Self.untouched, "\(how): modes are \(program.screen.modes.sorted())")
        #expect(program.screen.savedTitles == 0, "\(how): a title is left behind")
        #expect(program.screen.style == .init(), "\(how): a style is left behind")
        #expect(!program.screen.isApplicationKeypad, "\(how): the keypad is the program's")
        #expect(program.screen.faults.isEmpty, "\(how): \(program.screen.faults)")
    }

    @Test("when it is left with q")
    func quit() throws {
        let (program, before) = try open()
        program.type("q")
        #expect(program.end() == 0)
        expectRestored(program, before, "q")
    }

    @Test(
        "when the process is asked or made to end, or crashes",
        arguments: [
            SIGTERM, SIGHUP, SIGILL, SIGTRAP, SIGSEGV, SIGABRT, SIGBUS,
        ])
    func signals(_ signal: Int32) throws {
        let (program, before) = try open()
        kill(program.pid, signal)
        let end = try #require(program.end(), "it went on after signal \(signal)")
        if signal != SIGTERM && signal != SIGHUP { #expect(end == 128 + signal) }
        expectRestored(program, before, "signal \(signal)")
    }

    @Test("every time that the process is asked to end, whatever it is doing just then")
    func asked() throws {
        for _ in 0..<40 {
            let program = try console()
            try #require(program.shows("agents"))
            kill(program.pid, SIGTERM)
            try #require(program.end(within: 10) != nil, "it went on")
        }
    }

    @Test("while it is suspended, and it takes the screen again in another size")
    func suspended() throws {
        // The shell is the session's leader and takes the terminal back, as a person's does.
        let before = try TerminalPair(columns: 80, rows: 24).settings()
        let program = try console([
            "/bin/sh", "-c", "set -m; \"$0\" \"$@\"; echo stopped; read x; fg; echo over; read y",
        ])
        try #require(program.shows("agents"))
        program.type("\u{1A}")
        try #require(program.shows("stopped"), "\(program.screen.text)")
        expectRestored(program, before, "suspended")
        program.terminal.resize(columns: 60, rows: 18)
        program.type("\n")
        #expect(
            program.waits { $0.modes.contains(1049) && $0.text.contains("agents") && $0.lines[17].contains("keys") },
            "\(program.screen.text)")
        #expect(program.screen.faults.isEmpty, "\(program.screen.faults)")
        program.type("q")
        #expect(program.shows("over"))
        expectRestored(program, before, "after fg")
    }

    @Test("or the program ends with it, when the terminal is hung up or the shell above is killed")
    func hungUp() throws {
        let (program, _) = try open()
        program.terminal.hangUp()
        #expect(program.end() != nil, "it went on without a terminal")
        // The session's leader dies; the program below it is hung up and must not stay.
        let shell = try console(["/bin/sh", "-c", "\"$0\" \"$@\" & echo $! > \(home.file("pid")); wait"])
        defer { _ = shell.end() }
        #expect(eventually { (try? run(["test", "-s", home.file("pid")]))?.status == 0 })
        let pid = try #require(pid_t(try run(["cat", home.file("pid")]).output.split(separator: "\n").first ?? ""))
        kill(shell.pid, SIGKILL)
        let isGone = eventually {
            shell.terminal.read()
            // A process that has ended and whose parent is gone is taken away by the system, or is a zombie at most.
            let state = (try? run(["cat", "/proc/\(pid)/stat"]))?.output.split(separator: ") ").last
            return state == nil || state?.hasPrefix("Z") == true
        }
        #expect(isGone)
        if !isGone { kill(pid, SIGKILL) }
    }
}
