/// Modes of terminals of the xterm family that ncurses does not switch: others ignore them.
enum TerminalModes {
    /// Bracketed paste, focus reports, and mouse presses in SGR form.
    static func on(mouse: Bool) -> String {
        "\u{1B}[?2004h\u{1B}[?1004h" + (mouse ? "\u{1B}[?1000h\u{1B}[?1006h" : "")
    }

    static let off = "\u{1B}[?1006l\u{1B}[?1000l\u{1B}[?1004l\u{1B}[?2004l"

    /// Puts the window's title on a stack, and takes it from there; a terminal without one ignores both.
    static let titleSaved = "\u{1B}[22;2t"
    static let titleRestored = "\u{1B}[23;2t"

    /// For a crash, when nothing can be asked any more: modes off, cursor shown, styles off, and what leaves the screen
    /// as the terminal's description has it, which may take a title from the stack too.
    static func reset(leaving exit: String?) -> String {
        off + "\u{1B}[?25h\u{1B}[0m" + (exit ?? "\u{1B}[?1049l") + "\r\n"
    }
}

/// Makes double presses out of presses.
struct ClickCounter {
    private var last: (MouseEvent, Duration)?
    private static let doubleTime = Duration.milliseconds(400)

    mutating func count(_ event: Event, now: Duration) -> Event {
        guard case .mouse(let mouse) = event, mouse.action == .press else { return event }
        if let (before, time) = last, before == mouse, now - time <= Self.doubleTime {
            last = nil
            return .mouse(MouseEvent(.doublePress, at: mouse.point, button: mouse.button))
        }
        last = (mouse, now)
        return event
    }
}
