internal import Glibc

/// Draws when something changed and hands out events, on the interface's thread; sleeps otherwise.
///
/// A frame comes at the earliest 16 ms after the one before it, so a burst of changes costs one frame, and a single
/// key is answered at once. With nothing to do, nothing wakes the process.
@UIActor
package final class EventLoop {
    /// The least time between two frames.
    package nonisolated static let frameInterval = Duration.milliseconds(16)

    /// A timer that was asked for; cancelled by `cancel(_:)`.
    package struct Timer: Hashable, Sendable {
        fileprivate let number: Int
    }

    private struct Pending {
        var due: Duration
        var body: @UIActor () -> Void
    }

    package let terminal: any TerminalDevice
    package let clock: UIClock
    /// Frames shown so far.
    package private(set) var frames = 0
    /// Turns of the loop so far: wake-ups, for benchmarks.
    package private(set) var turns = 0

    /// Called after a frame is on the terminal: the time for what need not hold it up.
    package var frameShown: (@UIActor () -> Void)?

    private var surface: Surface
    private var draw: (@UIActor (inout Surface) -> Void)?
    private var handle: (@UIActor (Event) -> Void)?
    private var isDirty = true
    private var lastFrame: Duration?
    private var timers: [Int: Pending] = [:]
    private var nextTimer = 0
    private var ended: CheckedContinuation<Void, Never>?
    private var isStopped = false

    /// A loop on a terminal.
    package init(terminal: any TerminalDevice, clock: UIClock = .system) {
        self.terminal = terminal
        self.clock = clock
        surface = Surface(size: terminal.size)
    }

    /// Runs until `stop()`. `draw` fills a blank surface; `handle` gets each event, resizes included.
    package func run(
        draw: @escaping @UIActor (inout Surface) -> Void, handle: @escaping @UIActor (Event) -> Void
    ) async {
        start(draw: draw, handle: handle)
        UIExecutor.shared.source = self
        defer {
            UIExecutor.shared.source = nil
            self.draw = nil
            self.handle = nil
            timers.removeAll()
        }
        guard !isStopped else { return }
        await withCheckedContinuation { ended = $0 }
    }

    /// Begins without waiting for events: for tests and drivers that call `turn()` themselves.
    package func start(
        draw: @escaping @UIActor (inout Surface) -> Void, handle: @escaping @UIActor (Event) -> Void
    ) {
        self.draw = draw
        self.handle = handle
        isDirty = true
    }

    /// Ends `run`.
    package func stop() {
        isStopped = true
        ended?.resume()
        ended = nil
    }

    /// Draws a frame soon.
    package func needsDisplay() {
        isDirty = true
    }

    /// Runs `body` on the interface's thread soon, from any thread.
    package nonisolated func post(_ body: @escaping @Sendable @UIActor () -> Void) {
        Task { @UIActor in body() }
    }

    /// Runs `body` once, `delay` from now.
    @discardableResult
    package func after(_ delay: Duration, _ body: @escaping @UIActor () -> Void) -> Timer {
        nextTimer += 1
        timers[nextTimer] = Pending(due: clock.now() + delay, body: body)
        return Timer(number: nextTimer)
    }

    /// Forgets a timer; nothing happens if it has run.
    package func cancel(_ timer: Timer) {
        timers[timer.number] = nil
    }

    /// Gives the terminal to `body` (an editor, a pager), then draws again.
    package func lend<Value>(_ body: () -> Value) -> Value {
        let value = terminal.lend(body)
        isDirty = true
        return value
    }

    /// Suspends the process as Ctrl-Z does; returns when it goes on.
    package func suspend() {
        terminal.suspend()
        isDirty = true
    }

    /// Draws everything again, whatever the terminal shows.
    package func redraw() {
        terminal.invalidate()
        isDirty = true
    }

    /// Takes the events that are there, runs what is due and draws if needed; never waits.
    package func turn() {
        for event in terminal.events() {
            switch event {
            case .resize, .resumed: isDirty = true
            default: break
            }
            handle?(event)
        }
        runTimers()
        drawIfDue()
    }

    private func runTimers() {
        let now = clock.now()
        let due = timers.filter { $0.value.due <= now }.sorted { ($0.value.due, $0.key) < ($1.value.due, $1.key) }
        for (number, timer) in due where timers.removeValue(forKey: number) != nil { timer.body() }
    }

    private func drawIfDue() {
        guard isDirty, let draw else { return }
        let now = clock.now()
        if let lastFrame, now - lastFrame < Self.frameInterval { return }
        isDirty = false
        surface.clear(size: terminal.size)
        surface.isLinear = terminal.isLinear
        draw(&surface)
        terminal.present(surface)
        frames += 1
        lastFrame = now
        frameShown?()
    }

    /// The time until a frame, a timer or unfinished input is due; nothing when none is.
    private var untilNext: Duration? {
        var due = timers.values.map(\.due)
        if let deadline = terminal.inputDeadline { due.append(deadline) }
        if isDirty, draw != nil { due.append((lastFrame ?? .zero) + Self.frameInterval) }
        return due.min().map { max(.zero, $0 - clock.now()) }
    }
}

extension EventLoop: PollSource {
    var descriptors: [Int32] { terminal.descriptors }

    func beforeWaiting() -> Duration? {
        turns += 1
        turn()
        return untilNext
    }

    func ready(_ descriptors: [Int32]) {}
}
