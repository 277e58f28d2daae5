internal import Glibc

/// The descriptor that the signal handler writes to. Set before the handlers are, never changed back.
nonisolated(unsafe) private var signalWriter: Int32 = -1

/// Turns signals into bytes in a pipe, so that they are handled where everything else is.
@UIActor
final class SignalWatch {
    private static let watched = [SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGCONT, SIGTSTP]
    private static let pipe = SelfPipe()
    /// What each signal did before.
    private var saved: [Int32: sigaction] = [:]
    /// Signals to end that came while the terminal was somebody else's.
    private var kept: [Int32] = []

    var descriptor: Int32 { Self.pipe.reader }

    /// Begins to watch, before ncurses sets handlers of its own.
    func start() {
        signalWriter = Self.pipe.writer
        // Resizes and stops are over, as the terminal is measured and drawn anew; what asks to end still counts.
        kept += Self.pipe.drain().map { Int32($0) }.filter { $0 == SIGTERM || $0 == SIGHUP }
        for signal in Self.watched {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { signal in
                let number = errno
                var byte = UInt8(truncatingIfNeeded: signal)
                _ = write(signalWriter, &byte, 1)
                errno = number
            }
            action.sa_flags = SA_RESTART
            var before = sigaction()
            sigaction(signal, &action, &before)
            if saved[signal] == nil { saved[signal] = before }
        }
    }

    /// Lets signals do what they did before, while the terminal is somebody else's.
    ///
    /// Ctrl-C in a child's screen is the child's, and this process must not end of it. The signal is caught rather
    /// than ignored: a child would inherit that it is ignored.
    func pause() {
        for (signal, action) in saved where signal == SIGTSTP || signal == SIGCONT || signal == SIGINT {
            var action = action
            if signal == SIGINT { action.__sigaction_handler.sa_handler = { _ in } }
            sigaction(signal, &action, nil)
        }
    }

    /// Ends watching.
    func stop() {
        for (signal, action) in saved {
            var action = action
            sigaction(signal, &action, nil)
        }
        saved.removeAll()
        kept.removeAll()
    }

    /// The signals that came since the last call, in order.
    func taken() -> [Int32] {
        defer { kept.removeAll() }
        return kept + Self.pipe.drain().map { Int32($0) }
    }
}
