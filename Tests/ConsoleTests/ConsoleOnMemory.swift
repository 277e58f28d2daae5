import AgenticMail
import Console
import MailCache
import SafeText
import TerminalUI
import TestSupport
import Testing

/// A console on a terminal in memory, its loop turned by hand.
@UIActor
final class ConsoleOnMemory {
    let model: ConsoleModel
    let session: ConsoleSession
    let terminal: MemoryTerminal
    let sample: SampleCache

    init(_ sample: SampleCache, _ size: Size, _ services: ConsoleServices? = nil) throws {
        self.sample = sample
        terminal = MemoryTerminal(size: size)
        var services = services ?? ConsoleServices(workspace: "prod", server: "example.com")
        services.changes = { [cache = sample.cache] in cache.changes() }
        model = ConsoleModel(services: services, reader: try sample.cache.reader(), clock: SampleCache.clock)
        session = ConsoleSession(model: model, terminal: terminal)
        session.begin()
        model.connectionChanged(.live)
    }

    isolated deinit { session.end() }

    /// Presses keys, named as in the key bindings, with blanks between.
    func press(_ keys: String) throws {
        for key in keys.split(separator: " ") {
            terminal.feed(try KeyChord(parsing: String(key)))
            session.loop.turn()
        }
    }

    /// Types each character.
    func type(_ text: String) {
        terminal.type(text)
        session.loop.turn()
    }

    func run(_ line: String) { model.run(commandLine: line) }

    func resize(_ columns: Int, _ rows: Int) {
        terminal.resize(to: Size(width: columns, height: rows))
        session.loop.turn()
    }

    /// The screen as it is now.
    var surface: Surface {
        var surface = Surface(size: terminal.size)
        surface.isLinear = terminal.isLinear
        model.draw(on: &surface)
        return surface
    }

    var screen: String { surface.text }

    /// The text of the row that has the cursor.
    var cursorRow: String {
        let surface = surface
        return surface.cursor.map { surface.rows[$0.y] } ?? ""
    }

    /// Waits until something holds of the console.
    func becomes(_ condition: (ConsoleModel) -> Bool) async -> Bool {
        for _ in 0..<2_000 {
            session.loop.turn()
            if condition(model) { return true }
            try? await Task.sleep(for: .milliseconds(5))
        }
        return false
    }

    /// Waits until the screen shows a text.
    func shows(_ text: String) async -> Bool {
        for _ in 0..<2_000 {
            if screen.contains(text) { return true }
            try? await Task.sleep(for: .milliseconds(5))
        }
        return false
    }

    /// Plays a script.
    func play(_ script: String) async throws {
        try await ScriptRunner(model: model, terminal: terminal, loop: session.loop).run(Script(script))
    }
}
