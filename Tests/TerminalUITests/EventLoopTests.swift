import SafeText
import Synchronization
import TerminalUI
import Testing

@Suite("The event loop")
@UIActor
struct EventLoopTests {
    private let time = ManualClock()
    private let terminal = MemoryTerminal(size: Size(width: 20, height: 3))

    @Test("draws at once, and then at most every 16 ms")
    func frames() {
        let loop = EventLoop(terminal: terminal, clock: time.clock)
        var count = 0
        loop.start(
            draw: { $0.put("\(count)", at: .zero) },
            handle: { _ in
                count += 1; loop.needsDisplay()
            })
        loop.turn()
        #expect(loop.frames == 1)
        terminal.type("abc")
        loop.turn()
        #expect(loop.frames == 1)
        time.advance(.milliseconds(16))
        loop.turn()
        #expect(loop.frames == 2)
        #expect(terminal.surface.text.hasPrefix("3"))
        terminal.type("d")
        time.advance(.milliseconds(100))
        loop.turn()
        #expect(loop.frames == 3, "a key after a pause is answered at once")
    }

    @Test("draws nothing when nothing changed")
    func idle() {
        let loop = EventLoop(terminal: terminal, clock: time.clock)
        loop.start(draw: { _ in }, handle: { _ in })
        loop.turn()
        for _ in 0..<50 {
            time.advance(.seconds(1))
            loop.turn()
        }
        #expect(loop.frames == 1)
    }

    @Test("runs timers in the order in which they are due, once, unless cancelled")
    func timers() {
        let loop = EventLoop(terminal: terminal, clock: time.clock)
        var ran: [String] = []
        loop.start(draw: { _ in }, handle: { _ in })
        loop.after(.milliseconds(20)) { ran.append("second") }
        loop.after(.milliseconds(10)) { ran.append("first") }
        let cancelled = loop.after(.milliseconds(10)) { ran.append("never") }
        loop.cancel(cancelled)
        loop.turn()
        #expect(ran.isEmpty)
        time.advance(.milliseconds(30))
        loop.turn()
        loop.turn()
        #expect(ran == ["first", "second"])
    }

    @Test("draws again after a resize and hands it out")
    func resize() {
        let loop = EventLoop(terminal: terminal, clock: time.clock)
        var sizes: [Size] = []
        loop.start(
            draw: { sizes.append($0.size) },
            handle: { if case .resize(let size) = $0 { #expect(size == Size(width: 5, height: 2)) } })
        loop.turn()
        terminal.resize(to: Size(width: 5, height: 2))
        time.advance(.milliseconds(20))
        loop.turn()
        #expect(sizes == [Size(width: 20, height: 3), Size(width: 5, height: 2)])
    }

    @Test(
        "runs on the interface's executor, wakes for keys and posts from anywhere, and ends when told",
        .timeLimit(.minutes(1)))
    func runs() async {
        let loop = EventLoop(terminal: terminal)
        var typed = ""
        Task.detached { [terminal] in
            terminal.type("ab")
            loop.post { loop.after(.milliseconds(1)) { terminal.type("q") } }
        }
        await loop.run(
            draw: { _ in },
            handle: { event in
                UIActor.shared.assertIsolated()
                guard case .key(let key) = event, let character = key.typed else { return }
                typed.append(character)
                if character == "q" { loop.stop() }
            })
        #expect(typed == "abq")
    }
}

@Suite("The interface's actor")
struct UIActorTests {
    @Test("runs everything on one thread and knows it", .timeLimit(.minutes(1)))
    func oneThread() async {
        let counted = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<100 { group.addTask { await Counter.shared.next() } }
            return await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(counted == Set(1...100))
    }

    @Test("lets code that is on it say so without waiting", .timeLimit(.minutes(1)))
    func assumed() async {
        let value = await UIActorTests.onTheActor()
        #expect(value == 7)
    }

    @UIActor
    private static func onTheActor() -> Int {
        UIActor.preconditionIsolated()
        return UIActor.assumeIsolated { 7 }
    }
}

@UIActor
private final class Counter {
    static let shared = Counter()
    private var count = 0

    func next() -> Int {
        count += 1
        return count
    }
}
