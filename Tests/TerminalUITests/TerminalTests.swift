import Glibc
import SafeText
import TerminalUI
import Testing

/// A terminal's two ends: ours is read and written as a person's terminal would.
private final class PseudoTerminal {
    let master: Int32
    let slave: Int32

    init(columns: UInt16, rows: UInt16) throws {
        // unlockpt and ptsname as Linux does them: ioctls TIOCSPTLCK and TIOCGPTN.
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        var (locked, number): (Int32, UInt32) = (0, 0)
        try #require(master >= 0 && ioctl(master, 0x4004_5431, &locked) == 0)
        try #require(ioctl(master, 0x8004_5430, &number) == 0)
        slave = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        try #require(slave >= 0)
        resize(columns: columns, rows: rows)
        _ = fcntl(master, F_SETFL, O_NONBLOCK)
    }

    deinit {
        close(master)
        close(slave)
    }

    func resize(columns: UInt16, rows: UInt16) {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    func type(_ text: String) {
        var bytes = Array(text.utf8)
        _ = write(master, &bytes, bytes.count)
    }

    /// What came out since the last call.
    func output() -> String {
        var all: [UInt8] = []
        var bytes = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(master, &bytes, bytes.count)
            guard count > 0 else { break }
            all += bytes[..<count]
        }
        return String(decoding: all, as: UTF8.self)
    }

    /// Input, output, control and local modes, and the special characters.
    func settings() -> [UInt32] {
        var settings = termios()
        tcgetattr(slave, &settings)
        let special = withUnsafeBytes(of: settings.c_cc) { $0.map { UInt32($0) } }
        return [settings.c_iflag, settings.c_oflag, settings.c_cflag, settings.c_lflag] + special
    }
}

@Suite("A real terminal", .serialized)
@UIActor
struct TerminalTests {
    private func options(_ pty: PseudoTerminal, kind: String = "xterm-256color") -> Terminal.Options {
        var options = Terminal.Options(theme: .standard)
        options.input = pty.slave
        options.output = pty.slave
        options.kind = kind
        return options
    }

    private func surface(_ size: Size, _ text: SafeText) -> Surface {
        var surface = Surface(size: size)
        surface.put(text, at: .zero)
        return surface
    }

    @Test("is given back as it was found")
    func restored() throws {
        let pty = try PseudoTerminal(columns: 40, rows: 10)
        let before = pty.settings()
        let terminal = try Terminal(options(pty))
        #expect(pty.settings() != before)
        terminal.present(surface(terminal.size, "hello"))
        let shown = pty.output()
        for mode in ["\u{1B}[?1049h", "\u{1B}[?2004h", "\u{1B}[?1004h", "\u{1B}[?1006h", "hello"] {
            #expect(shown.contains(mode))
        }
        terminal.close()
        terminal.close()
        let ended = pty.output()
        for mode in ["\u{1B}[?1049l", "\u{1B}[?2004l", "\u{1B}[?1004l", "\u{1B}[?1006l"] {
            #expect(ended.contains(mode))
        }
        #expect(pty.settings() == before)
    }

    @Test("is a child's while it is lent, and is drawn anew afterwards")
    func lent() throws {
        let pty = try PseudoTerminal(columns: 40, rows: 10)
        let before = pty.settings()
        let terminal = try Terminal(options(pty))
        defer { terminal.close() }
        terminal.present(surface(terminal.size, "hello"))
        _ = pty.output()
        let inside = terminal.lend { (pty.settings(), pty.output()) }
        #expect(inside.0 == before)
        #expect(inside.1.contains("\u{1B}[?1049l"))
        #expect(terminal.events() == [.resumed])
        terminal.present(surface(terminal.size, "hello"))
        let again = pty.output()
        #expect(again.contains("hello") && again.contains("\u{1B}[?2004h"))
    }

    @Test("that is lent when the process is asked to end passes that on afterwards")
    func asked() throws {
        let pty = try PseudoTerminal(columns: 40, rows: 10)
        let terminal = try Terminal(options(pty))
        defer { terminal.close() }
        let signals = try #require(terminal.descriptors.last)
        terminal.lend {
            kill(getpid(), SIGTERM)
            var polled = pollfd(fd: signals, events: Int16(POLLIN), revents: 0)
            #expect(poll(&polled, 1, 10_000) == 1)
        }
        #expect(terminal.events() == [.terminate, .resumed])
    }

    @Test("lets a child run and tells how it ended")
    func child() throws {
        #expect(try ChildProcess.run(["true"]) == 0)
        #expect(try ChildProcess.run(["sh", "-c", "exit 3"]) == 3)
        #expect(try ChildProcess.run(["sh", "-c", "kill -TERM $$"]) == 128 + SIGTERM)
        #expect(throws: ChildProcessError.self) { try ChildProcess.run(["no-such-program-here"]) }
        #expect(throws: ChildProcessError.self) { try ChildProcess.run([]) }
    }

    @Test("gives keys, pastes and its end")
    func events() throws {
        let pty = try PseudoTerminal(columns: 40, rows: 10)
        let time = ManualClock()
        let terminal = try Terminal(options(pty), clock: time.clock)
        defer { terminal.close() }
        pty.type("a\u{1B}[A\u{1B}OA")
        #expect(terminal.events() == [.key(Key("a")), .key(Key(.up)), .key(Key(.up))])
        pty.type("\u{1B}[200~x\ny\u{1B}[201~")
        #expect(terminal.events() == [.paste("x\ny")])
        pty.type("\u{1B}")
        #expect(terminal.events().isEmpty)
        #expect(terminal.inputDeadline != nil)
        time.advance(.milliseconds(30))
        #expect(terminal.events() == [.key(Key(.escape))])
        #expect(terminal.inputDeadline == nil)
        let press = "\u{1B}[<0;3;2M"
        pty.type(press + press)
        let point = Point(x: 2, y: 1)
        #expect(
            terminal.events() == [.mouse(MouseEvent(.press, at: point)), .mouse(MouseEvent(.doublePress, at: point))])
    }

    @Test("follows its size down to five columns and two rows")
    func resized() throws {
        let pty = try PseudoTerminal(columns: 40, rows: 10)
        let terminal = try Terminal(options(pty))
        defer { terminal.close() }
        for (columns, rows) in [(5, 2), (100, 30), (1, 1), (40, 10)] as [(UInt16, UInt16)] {
            pty.resize(columns: columns, rows: rows)
            // Any thread may take it, so what the loop waits for is waited for here too.
            kill(getpid(), SIGWINCH)
            var polled = terminal.descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            try #require(poll(&polled, nfds_t(polled.count), 10_000) == 1)
            #expect(terminal.events() == [.resize(Size(width: Int(columns), height: Int(rows)))])
            terminal.present(surface(terminal.size, SafeText(untrusted: "日本語 👨\u{200D}👩\u{200D}👧 text")))
            _ = pty.output()
        }
    }

    @Test("sends a few bytes for a cursor that moves")
    func fewBytes() throws {
        let pty = try PseudoTerminal(columns: 80, rows: 24)
        let terminal = try Terminal(options(pty))
        defer { terminal.close() }
        var list = ListView(source: RowSource((0..<100).map { Item(id: $0) }))
        func frame() -> Surface {
            var surface = Surface(size: terminal.size)
            list.draw(into: &surface) { row, _, line in
                line.put("\(row.id) a message from somebody with a subject", at: .zero)
            }
            return surface
        }
        terminal.present(frame())
        _ = pty.output()
        list.move(.down)
        terminal.present(frame())
        #expect(pty.output().utf8.count <= 300)
        terminal.present(frame())
        #expect(pty.output().utf8.count <= 16)
    }

    @Test("writes what ncurses cannot hold whole, with the cursor placed before and after")
    func clusters() throws {
        let pty = try PseudoTerminal(columns: 20, rows: 3)
        let terminal = try Terminal(options(pty))
        defer { terminal.close() }
        let family = "👨\u{200D}👩\u{200D}👧"
        terminal.present(surface(terminal.size, SafeText(untrusted: "\(family)|x")))
        #expect(pty.output().contains(family))
        terminal.present(surface(terminal.size, SafeText(untrusted: "👨|x")))
        #expect(pty.output().contains("👨|x"))
    }

    @Test("that cannot show a screen is refused with a sentence and a cure")
    func refused() throws {
        let pty = try PseudoTerminal(columns: 20, rows: 3)
        for (kind, code) in [("dumb", TerminalError.Code.unusable), ("", .unusable), ("no-such-terminal", .unknown)] {
            let error = #expect(throws: TerminalError.self) { _ = try Terminal(options(pty, kind: kind)) }
            #expect(error?.code == code)
            #expect(error?.cure.isEmpty == false)
        }
        var file = options(pty)
        file.input = open("/dev/null", O_RDONLY)
        defer { close(file.input) }
        #expect(throws: TerminalError.self) { _ = try Terminal(file) }
    }

    @Test("gets clipboard and title without a byte that ends their sequence early")
    func clipboard() throws {
        let pty = try PseudoTerminal(columns: 20, rows: 3)
        let terminal = try Terminal(options(pty))
        defer { terminal.close() }
        _ = pty.output()
        terminal.copy("hello")
        #expect(pty.output() == "\u{1B}]52;c;aGVsbG8=\u{1B}\\")
        terminal.setTitle(SafeText(untrusted: "a\u{7}\u{1B}b"))
        #expect(pty.output() == "\u{1B}[22;2t\u{1B}]2;a␇␛b\u{1B}\\")
        terminal.close()
        #expect(pty.output().contains("\u{1B}[23;2t"))
    }
}

private struct Item: Identifiable {
    let id: Int
}
