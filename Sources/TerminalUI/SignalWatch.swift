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

    var descriptor: Int32 { Self.pipe.reader }

    /// Begins to watch, before ncurses sets handlers of its own.
    func start() {
        signalWriter = Self.pipe.writer
        // What came before is over: the terminal is measured and drawn anew anyway.
        _ = Self.pipe.drain()
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
    /// Ctrl-C and Ctrl-\ in a child's screen are the child's; this process must not end of them.
    func pause() {
        for (signal, action) in saved where signal != SIGWINCH && signal != SIGTERM && signal != SIGHUP {
            var action = action
            if signal == SIGINT { action.__sigaction_handler.sa_handler = SIG_IGN }
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
    }

    /// The signals that came since the last call, in order.
    func taken() -> [Int32] { Self.pipe.drain().map { Int32($0) } }
}
