import Glibc
import SafeText
package import TerminalUI

/// Plays a script to a console on a terminal in memory.
///
/// The loop is turned by hand after each line, so that the screen shows what the line did before the next one runs.
@UIActor
package struct ScriptRunner {
    private let model: ConsoleModel
    private let terminal: MemoryTerminal
    private let loop: EventLoop

    /// A runner for a console whose loop has begun.
    package init(model: ConsoleModel, terminal: MemoryTerminal, loop: EventLoop) {
        self.model = model
        self.terminal = terminal
        self.loop = loop
    }

    /// Plays every line; throws at the first that cannot be done, naming it.
    package func run(_ script: Script) async throws(ScriptError) {
        for step in script.steps {
            guard model.exitStatus == nil else {
                throw ScriptError(
                    code: .left, line: step.line, source: step.source, reason: "the console was left before this line.")
            }
            try await run(step)
        }
    }

    private func run(_ step: Script.Step) async throws(ScriptError) {
        func failure(_ code: ScriptError.Code, _ reason: String) -> ScriptError {
            ScriptError(code: code, line: step.line, source: step.source, reason: reason)
        }
        switch step.act {
        case .key(let name):
            let chord: KeyChord
            do {
                chord = try KeyChord(parsing: name)
            } catch {
                throw failure(.unknownKey, error.description)
            }
            terminal.feed(chord)
            loop.turn()
        case .command(let line):
            model.run(commandLine: line)
            loop.turn()
        case .resize(let columns, let rows):
            terminal.resize(to: Size(width: columns, height: rows))
            loop.turn()
        case .waitFor(let text, let seconds):
            let deadline = loop.clock.now() + .seconds(seconds)
            while !screen.contains(text) {
                guard loop.clock.now() < deadline, model.exitStatus == nil else {
                    throw failure(.timedOut, "the screen did not show it within \(seconds) seconds:\n\(screen)")
                }
                try? await Task.sleep(for: .milliseconds(5))
            }
        case .saveScreen(let path):
            guard await Self.write(screen + "\n", to: path) else {
                throw failure(.notWritten, "the file \(SafeText.plain(path)) cannot be written.")
            }
        }
    }

    /// The screen as it is now, drawn for this purpose: the loop's own frame may not be due yet.
    package var screen: String {
        var surface = Surface(size: terminal.size)
        surface.isLinear = terminal.isLinear
        model.draw(on: &surface)
        return surface.text
    }

    @concurrent
    private static func write(_ text: String, to path: String) async -> Bool {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { return false }
        defer { close(file) }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            guard written > 0 else { return false }
            bytes = bytes.dropFirst(written)
        }
        return true
    }
}
