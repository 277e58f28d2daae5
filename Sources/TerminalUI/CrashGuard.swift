internal import Glibc

/// What a crash handler needs, made ready beforehand: a handler may neither allocate nor lock.
private struct CrashState {
    var descriptor: Int32
    var settings: termios
    var reset: UnsafeMutablePointer<UInt8>
    var resetLength: Int
    var owner: pid_t
}

/// Set while a terminal is open. Written by the interface's thread before the handlers are set and after they are
/// taken away; read by a handler.
nonisolated(unsafe) private var crashState: UnsafeMutablePointer<CrashState>?

/// Gives the terminal back when the process crashes, then lets it crash as it would have.
@UIActor
enum CrashGuard {
    private static let signals = [SIGILL, SIGTRAP, SIGSEGV, SIGABRT, SIGBUS]
    /// What each signal did before.
    private static var saved: [(Int32, sigaction)] = []
    /// A stack for the handler: the crash may be that there is none left. Kept until the process ends.
    private static let stack = UnsafeMutableRawPointer.allocate(byteCount: 65_536, alignment: 16)

    /// Remembers the terminal's settings and what resets it, and sets the handlers.
    static func install(descriptor: Int32, reset text: String) {
        guard crashState == nil else { return }
        var settings = termios()
        guard tcgetattr(descriptor, &settings) == 0 else { return }
        let text = Array(text.utf8)
        let reset = UnsafeMutablePointer<UInt8>.allocate(capacity: text.count)
        reset.initialize(from: text, count: text.count)
        let state = UnsafeMutablePointer<CrashState>.allocate(capacity: 1)
        state.initialize(
            to: CrashState(
                descriptor: descriptor, settings: settings, reset: reset, resetLength: text.count, owner: getpid()))
        crashState = state
        var alternate = stack_t(ss_sp: stack, ss_flags: 0, ss_size: 65_536)
        sigaltstack(&alternate, nil)
        for signal in signals {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { signal in
                if let state = crashState, state.pointee.owner == getpid() {
                    _ = write(state.pointee.descriptor, state.pointee.reset, state.pointee.resetLength)
                    tcsetattr(state.pointee.descriptor, TCSANOW, &state.pointee.settings)
                }
                // The handler is taken away by SA_RESETHAND, so this ends the process as the crash would have.
                raise(signal)
            }
            action.sa_flags = Int32(bitPattern: UInt32(SA_ONSTACK)) | Int32(bitPattern: UInt32(SA_RESETHAND))
            var before = sigaction()
            sigaction(signal, &action, &before)
            saved.append((signal, before))
        }
    }

    /// Takes the handlers away.
    static func remove() {
        for (signal, action) in saved {
            var action = action
            sigaction(signal, &action, nil)
        }
        saved.removeAll()
        guard let state = crashState else { return }
        crashState = nil
        state.pointee.reset.deallocate()
        state.deallocate()
    }
}
