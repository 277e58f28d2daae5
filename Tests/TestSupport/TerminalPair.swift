internal import Foundation
internal import Glibc
internal import Synchronization

/// Both ends of a pseudoterminal: a program's, and ours, which is read as a strict terminal reads.
public final class TerminalPair {
    /// The program's end; it stays open, so that the terminal is not hung up while a program starts or ends.
    public let slave: Int32
    /// The path of the program's end.
    public let path: String
    /// What the terminal shows.
    public private(set) var screen: VirtualTerminal
    /// Every byte that came.
    public private(set) var bytes: [UInt8] = []
    private var master: Int32

    /// Opens a terminal of a size.
    public init(columns: Int, rows: Int) throws {
        var (opened, other): (Int32, Int32) = (-1, -1)
        var name = [CChar](repeating: 0, count: 128)
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        guard openpty(&opened, &other, &name, nil, &size) == 0 else { throw POSIXError(.EMFILE) }
        for descriptor in [opened, other] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(opened, F_SETFL, O_NONBLOCK)
        (master, slave) = (opened, other)
        path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        screen = VirtualTerminal(columns: columns, rows: rows)
    }

    deinit {
        hangUp()
        close(slave)
    }

    /// Types bytes as a keyboard sends them.
    public func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(master, bytes, bytes.count)
    }

    /// Takes what came.
    public func read() {
        guard master >= 0 else { return }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(master, &buffer, buffer.count)
            guard count > 0 else { return }
            bytes += buffer[..<count]
            screen.feed(buffer[..<count])
        }
    }

    /// Takes what comes while the closure writes: a terminal holds little that nobody reads, and its writer waits then.
    public func reading<Value>(while body: () throws -> Value) rethrows -> Value {
        let reader = Reader()
        let descriptor = master
        Thread.detachNewThread { reader.run(descriptor) }
        defer {
            let came = reader.end()
            bytes += came
            screen.feed(came)
            read()
        }
        return try body()
    }

    /// Reads on a thread of its own until it is told to end.
    private final class Reader: Sendable {
        private let state = Mutex((came: [UInt8](), isEnding: false))
        private let ended = DispatchSemaphore(value: 0)

        func run(_ descriptor: Int32) {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while !state.withLock({ $0.isEnding }) {
                var look = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                guard poll(&look, 1, 1) > 0 else { continue }
                let count = Glibc.read(descriptor, &buffer, buffer.count)
                if count > 0 { state.withLock { $0.came += buffer[..<count] } }
            }
            ended.signal()
        }

        func end() -> [UInt8] {
            state.withLock { $0.isEnding = true }
            ended.wait()
            return state.withLock { $0.came }
        }
    }

    /// Gives the terminal another size; the screen begins anew.
    public func resize(columns: Int, rows: Int) {
        read()
        screen = VirtualTerminal(columns: columns, rows: rows, after: screen)
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    /// The settings: input, output, control and local modes, and the special characters.
    public func settings() -> [UInt32] {
        var settings = termios()
        tcgetattr(slave, &settings)
        let special = withUnsafeBytes(of: settings.c_cc) { $0.map { UInt32($0) } }
        return [settings.c_iflag, settings.c_oflag, settings.c_cflag, settings.c_lflag] + special
    }

    /// Takes the terminal away, as when its window is closed.
    public func hangUp() {
        guard master >= 0 else { return }
        close(master)
        master = -1
    }
}
