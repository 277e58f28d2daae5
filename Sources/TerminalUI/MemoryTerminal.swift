package import SafeText
internal import Synchronization

/// A terminal in memory: for tests, and for scripts that drive the program without a person.
@UIActor
package final class MemoryTerminal: TerminalDevice {
    /// Events fed from any thread and not taken yet.
    private nonisolated let queue = Queue()

    package private(set) var size: Size
    package var isLinear = false
    package let descriptors: [Int32] = []
    package let inputDeadline: Duration? = nil
    /// What was shown last.
    package private(set) var surface: Surface
    /// Texts that were copied, in order.
    package private(set) var copied: [SafeText] = []
    /// The window's title.
    package private(set) var title: SafeText = .empty
    package private(set) var theme: Theme?
    /// How often everything was asked to be drawn again.
    package private(set) var invalidations = 0
    package private(set) var suspensions = 0
    package private(set) var isClosed = false

    private final class Queue: Sendable {
        let events = Mutex<[Event]>([])
    }

    /// A blank terminal.
    package init(size: Size) {
        self.size = size
        surface = Surface(size: size)
    }

    /// Gives the terminal an event, as if a person or the system had caused it; from any thread.
    package nonisolated func feed(_ event: Event) {
        queue.events.withLock { $0.append(event) }
        UIExecutor.shared.wake()
    }

    /// Types the keys of a chord.
    package nonisolated func feed(_ chord: KeyChord) {
        for key in chord.keys { feed(.key(key)) }
    }

    /// Types each character of a text.
    package nonisolated func type(_ text: String) {
        for character in text { feed(.key(Key(character))) }
    }

    /// Changes the size and reports it.
    package func resize(to size: Size) {
        self.size = size
        feed(.resize(size))
    }

    package func events() -> [Event] {
        queue.events.withLock { events in
            defer { events.removeAll() }
            return events
        }
    }

    package func present(_ surface: Surface) {
        self.surface = surface
    }

    package func invalidate() {
        invalidations += 1
    }

    package func lend<Value>(_ body: () -> Value) -> Value {
        let value = body()
        feed(.resumed)
        return value
    }

    package func suspend() {
        suspensions += 1
        feed(.resumed)
    }

    package func copy(_ text: SafeText) {
        copied.append(text)
    }

    package func setTitle(_ title: SafeText) {
        self.title = title
    }

    package func setTheme(_ theme: Theme) {
        self.theme = theme
    }

    package func close() {
        isClosed = true
    }
}
