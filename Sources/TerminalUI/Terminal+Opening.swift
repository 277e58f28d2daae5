internal import CNcurses
internal import Glibc
internal import SafeText

extension Terminal {
    /// How a terminal is opened.
    package struct Options: Sendable {
        /// Where keys come from.
        package var input: Int32 = STDIN_FILENO
        /// Where the screen goes.
        package var output: Int32 = STDOUT_FILENO
        /// The kind of terminal; nothing takes `TERM`.
        package var kind: String?
        package var theme: Theme
        /// Whether colours may be used; nothing looks at `NO_COLOR`.
        package var usesColor: Bool?
        /// Whether boxes are left out, for screen readers.
        package var isLinear = false
        /// Whether the mouse is reported; the terminal's own selection then needs Shift.
        package var usesMouse = true
        /// Where standard error goes while the screen is up; nothing throws it away.
        package var log: Int32?

        /// The process's own terminal.
        package init(theme: Theme) {
            self.theme = theme
        }
    }

    /// Checks everything that could make a screen unusable before anything is changed.
    static func check(_ options: Options) throws(TerminalError) -> String {
        guard isatty(options.input) == 1, isatty(options.output) == 1 else {
            let side = isatty(options.input) == 1 ? "output" : "input"
            throw TerminalError(
                code: .notATerminal, sentence: "Standard \(side) is no terminal, so no screen can be shown.",
                cure: "Start it in a terminal, or name a command: agenticmail --help lists them.")
        }
        let kind = options.kind ?? environment("TERM") ?? ""
        guard !kind.isEmpty, kind != "dumb" else {
            throw TerminalError(
                code: .unusable,
                sentence: kind.isEmpty
                    ? "TERM is not set, so the kind of terminal is not known."
                    : "TERM=dumb is a terminal without a screen.",
                cure: "Set TERM to what the terminal is (xterm-256color suits most), or name a command instead.")
        }
        var code: Int32 = 0
        guard setupterm(kind, options.output, &code) == OK else {
            throw TerminalError(
                code: .unknown,
                sentence: "This machine has no description of the terminal TERM=\(SafeText.plain(kind)).",
                cure: "Install Debian's package ncurses-term, or set TERM=xterm-256color.")
        }
        guard ncurses_can_move_cursor() != 0 else {
            throw TerminalError(
                code: .unusable, sentence: "The terminal TERM=\(SafeText.plain(kind)) cannot move its cursor.",
                cure: "Set TERM to what the terminal is; xterm-256color suits most.")
        }
        guard useUTF8() else {
            throw TerminalError(
                code: .noUTF8, sentence: "Neither LANG nor any locale of this machine uses UTF-8.",
                cure: "Set LANG=C.UTF-8, which every current system has.")
        }
        return kind
    }

    /// Takes the person's locale if it uses UTF-8, or else one that does.
    private static func useUTF8() -> Bool {
        for name in ["", "C.UTF-8", "C.utf8", "en_US.UTF-8"] where setlocale(LC_CTYPE, name) != nil {
            if ncurses_locale_is_utf8() != 0 { return true }
        }
        return false
    }

    static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    /// How many colours the terminal draws, by its description and `NO_COLOR` (no-color.org).
    static func depth(_ options: Options) -> ColorDepth {
        let refused = environment("NO_COLOR").map { !$0.isEmpty } ?? false
        guard options.usesColor ?? !refused, has_colors() else { return .none }
        switch ncurses_colors() {
        case ..<8: return .none
        case ..<16: return .sixteen(bright: false)
        case ..<88: return .sixteen(bright: true)
        case 1 << 24: return .direct
        default: return .palette256
        }
    }

    /// A string of the terminal's description by its name.
    static func described(_ name: String) -> String? {
        // tigetstr answers -1 for a name that is no string.
        guard let text = tigetstr(name), Int(bitPattern: text) != -1 else { return nil }
        return String(cString: text)
    }

    /// Keys that the terminal's description names, by what they send.
    static func describedKeys() -> [[UInt8]: Key] {
        let names: [(String, Key)] = [
            ("kcuu1", Key(.up)), ("kcud1", Key(.down)), ("kcub1", Key(.left)), ("kcuf1", Key(.right)),
            ("khome", Key(.home)), ("kend", Key(.end)), ("kpp", Key(.pageUp)), ("knp", Key(.pageDown)),
            ("kich1", Key(.insert)), ("kdch1", Key(.delete)), ("kbs", Key(.backspace)), ("kcbt", Key(.tab, .shift)),
            ("kent", Key(.enter)), ("kri", Key(.up, .shift)), ("kind", Key(.down, .shift)),
            ("kLFT", Key(.left, .shift)), ("kRIT", Key(.right, .shift)),
        ]
        let functions = (1...20).map { ("kf\($0)", Key(.function($0))) }
        var keys: [[UInt8]: Key] = [:]
        for (name, key) in names + functions {
            guard let text = described(name) else { continue }
            let bytes = Array(text.utf8)
            if let first = bytes.first, first < 0x20 || first == 0x7F { keys[bytes] = key }
        }
        return keys
    }
}
