internal import CNcurses
internal import Glibc
internal import SafeText

/// A real terminal, drawn by ncurses. One may be open at a time.
///
/// Rule: the terminal is always given back as it was found: at the end, for a child, when suspended, when the process
/// is asked to end, and when it crashes. Keys are decoded by `InputDecoder`, so nothing waits inside ncurses.
@UIActor
package final class Terminal: TerminalDevice {
    let options: Options
    let output: TerminalOutput
    let signals: SignalWatch
    var decoder: InputDecoder
    /// What the screen shows; nothing when it has to be drawn anew.
    var shown: Surface?
    package private(set) var size: Size
    package let isLinear: Bool
    /// Whether the terminal is ours now.
    private(set) var isUp = false
    private(set) var isClosed = false
    private var hasBeenUp = false
    /// The window's title, once it was set.
    var title: SafeText?
    private var isGone = false
    private var announcesResume = false
    private let screen: OpaquePointer
    private let streams: [UnsafeMutablePointer<FILE>]
    /// Standard error as it was found.
    private var savedStandardError: Int32 = -1
    private var clicks = ClickCounter()
    private var escapeDeadline: Duration?
    private let clock: UIClock

    /// How long an Esc may be the beginning of a key's sequence.
    private static let escapeDelay = Duration.milliseconds(25)

    /// Opens the terminal and takes the screen.
    package init(_ options: Options, clock: UIClock = .system) throws(TerminalError) {
        let kind = try Self.check(options)
        self.options = options
        self.clock = clock
        isLinear = options.isLinear
        CrashGuard.install(
            descriptor: options.output, reset: TerminalModes.reset(leaving: Self.described("rmcup")))
        signals = SignalWatch()
        signals.start()
        // newterm closes nothing, so it gets streams of its own, on descriptors of their own.
        guard let toScreen = fdopen(dup(options.output), "w"), let fromKeys = fdopen(dup(options.input), "r"),
            let screen = newterm(kind, toScreen, fromKeys)
        else {
            signals.stop()
            CrashGuard.remove()
            throw TerminalError(
                code: .failed, sentence: "The terminal TERM=\(SafeText.plain(kind)) could not be set up.",
                cure: "Set TERM to what the terminal is; xterm-256color suits most.")
        }
        self.screen = screen
        streams = [toScreen, fromKeys]
        if has_colors() {
            start_color()
            use_default_colors()
        }
        output = TerminalOutput(
            descriptor: options.output, written: fileno(toScreen), depth: Self.depth(options), theme: options.theme)
        decoder = InputDecoder(keys: Self.describedKeys())
        size = Size(width: Int(ncurses_columns()), height: Int(ncurses_rows()))
        raw()
        noecho()
        nonl()
        idlok(ncurses_window(), true)
        leaveok(ncurses_window(), false)
        typeahead(-1)
        enter()
    }

    package var descriptors: [Int32] {
        (isGone ? [] : [options.input]) + [signals.descriptor]
    }

    package var inputDeadline: Duration? { escapeDeadline }

    package func events() -> [Event] {
        var events = signalEvents()
        if announcesResume {
            announcesResume = false
            events.append(.resumed)
        }
        guard isUp, !isGone else { return events }
        let bytes = readInput(&events)
        if !bytes.isEmpty {
            events += decoder.feed(bytes)
            escapeDeadline = decoder.isPending ? clock.now() + Self.escapeDelay : nil
        } else if let escapeDeadline, escapeDeadline <= clock.now() {
            events += decoder.flush()
            self.escapeDeadline = nil
        }
        return events.map { clicks.count($0, now: clock.now()) }
    }

    package func present(_ surface: Surface) {
        guard isUp, !isGone else { return }
        output.present(surface, over: shown)
        shown = surface
    }

    package func invalidate() {
        shown = nil
        clearok(ncurses_physical_screen(), true)
    }

    package func setTheme(_ theme: Theme) {
        output.theme = theme
        invalidate()
    }

    package func lend<Value>(_ body: () -> Value) -> Value {
        leave()
        signals.pause()
        let value = body()
        signals.start()
        enter()
        announcesResume = true
        return value
    }

    package func suspend() {
        lend {
            // The whole process group, as the terminal itself would do it: a shell waits for all of its job.
            _ = kill(0, SIGTSTP)
        }
    }

    package func close() {
        guard !isClosed else { return }
        isClosed = true
        leave()
        signals.stop()
        CrashGuard.remove()
        delscreen(screen)
        output.close()
        for stream in streams { fclose(stream) }
    }

    /// Takes the screen, again or for the first time.
    private func enter() {
        guard !isUp else { return }
        redirectStandardError()
        if hasBeenUp { reset_prog_mode() }
        (isUp, hasBeenUp) = (true, true)
        output.forgetCursor()
        output.write(TerminalModes.on(mouse: options.usesMouse))
        if let title { setTitle(title, isFirst: true) }
        measure()
        invalidate()
    }

    /// Gives the terminal back as it was found.
    private func leave() {
        guard isUp else { return }
        isUp = false
        if !isGone {
            output.write(TerminalModes.off + (title == nil ? "" : TerminalModes.titleRestored))
            curs_set(1)
            endwin()
        }
        if savedStandardError >= 0 {
            dup2(savedStandardError, STDERR_FILENO)
            Glibc.close(savedStandardError)
            savedStandardError = -1
        }
    }

    private func redirectStandardError() {
        // Only where standard error is this terminal: what a person sent to a file goes on going there.
        guard isatty(STDERR_FILENO) == 1, savedStandardError < 0 else { return }
        let target = options.log ?? Glibc.open("/dev/null", O_WRONLY | O_CLOEXEC)
        guard target >= 0 else { return }
        savedStandardError = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
        dup2(target, STDERR_FILENO)
        if options.log == nil { Glibc.close(target) }
    }

    /// Asks the terminal for its size and answers whether it changed.
    @discardableResult
    private func measure() -> Bool {
        var window = winsize()
        guard ioctl(options.output, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else {
            return false
        }
        let measured = Size(width: Int(window.ws_col), height: Int(window.ws_row))
        guard measured != size || Int(ncurses_columns()) != measured.width || Int(ncurses_rows()) != measured.height
        else { return false }
        resizeterm(Int32(measured.height), Int32(measured.width))
        size = measured
        // A terminal that was resized may have reflowed, and some forget their modes.
        output.write(TerminalModes.on(mouse: options.usesMouse))
        invalidate()
        return true
    }

    private func signalEvents() -> [Event] {
        var events: [Event] = []
        for signal in signals.taken() {
            switch signal {
            case SIGWINCH where isUp:
                if measure() { events.append(.resize(size)) }
            case SIGCONT where isUp:
                // Stopped by another way than ours (kill -STOP): the shell has used the terminal meanwhile.
                lend {}
            case SIGTSTP where isUp:
                suspend()
            case SIGHUP:
                events.append(.hangUp)
            case SIGTERM, SIGINT:
                events.append(.terminate)
            default:
                break
            }
        }
        return events
    }

    /// Reads what is there; an end or an error is the terminal's end.
    private func readInput(_ events: inout [Event]) -> ArraySlice<UInt8> {
        var polled = pollfd(fd: options.input, events: Int16(POLLIN), revents: 0)
        guard poll(&polled, 1, 0) > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let count = read(options.input, &bytes, bytes.count)
        if count > 0 { return bytes[..<count] }
        if count < 0, errno == EAGAIN || errno == EINTR { return [] }
        isGone = true
        events.append(.hangUp)
        return []
    }
}
