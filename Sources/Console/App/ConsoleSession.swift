import AgenticMail
import Configuration
import SafeText
package import TerminalUI

/// A console on a terminal: the model, the loop that feeds and draws it, and the streams that change it.
@UIActor
package final class ConsoleSession {
    package let model: ConsoleModel
    package let loop: EventLoop
    private var themes: [Theme]
    private let themeChanges: AsyncStream<ThemeLibrary>?
    private var streams: [Task<Void, Never>] = []

    /// Puts a model on a terminal.
    ///
    /// - Parameters:
    ///   - themes: those that `:theme` knows, the one in use first.
    ///   - themeChanges: the themes again, whenever a file of theirs has changed.
    package init(
        model: ConsoleModel, terminal: any TerminalDevice, themes: [Theme] = [],
        themeChanges: AsyncStream<ThemeLibrary>? = nil, clock: UIClock = .system
    ) {
        self.model = model
        self.themes = themes
        self.themeChanges = themeChanges
        loop = EventLoop(terminal: terminal, clock: clock)
        model.themeNames = themes.map(\.name)
        model.themeName = themes.first?.name ?? ""
        loop.frameShown = { [weak model] in model?.readAhead() }
        model.frameRequested = { [weak loop] in loop?.needsDisplay() }
    }

    /// Draws the first frame from the cache; nothing is asked of the network before it.
    package func begin() {
        if let theme = themes.first { loop.terminal.setTheme(theme) }
        model.size = loop.terminal.size
        model.isLinear = loop.terminal.isLinear
        model.start()
        loop.start(draw: draw, handle: handle)
        loop.turn()
        listen()
        scheduleMinute()
    }

    /// Runs until the person leaves; answers the program's status.
    package func run() async -> Int32 {
        await loop.run(draw: draw, handle: handle)
        end()
        return model.exitStatus ?? 0
    }

    /// Stops what was begun here.
    package func end() {
        for stream in streams { stream.cancel() }
        streams = []
        model.close()
    }

    private var draw: @UIActor (inout Surface) -> Void {
        { [model] surface in model.draw(on: &surface) }
    }

    private var handle: @UIActor (Event) -> Void {
        { [weak self] event in
            guard let self else { return }
            model.handle(event)
            settle()
        }
    }

    /// Does what the model asked of the terminal, and ends the loop once it is to end.
    private func settle() {
        let requests = model.terminalRequests
        model.terminalRequests = []
        for request in requests {
            switch request {
            case .suspend: loop.suspend()
            case .redraw: loop.redraw()
            case .run(let command):
                let ended = model.programEnded
                model.programEnded = nil
                ended?(loop.lend { Self.run(command) })
            case .copy(let text): loop.terminal.copy(text)
            case .theme(let name):
                if let theme = themes.first(where: { $0.name == name }) { loop.terminal.setTheme(theme) }
                loop.redraw()
            }
        }
        if model.exitStatus != nil { loop.stop() }
    }

    private static func run(_ command: [String]) -> Result<Int32, ChildProcessError> {
        do throws(ChildProcessError) { return .success(try ChildProcess.run(command)) } catch { return .failure(error) }
    }

    // MARK: What changes by itself

    private func listen() {
        let services = model.services
        let run = services.run
        streams.append(Task.detached { await run() })
        let (recover, log) = (services.recoverAgents, services.log)
        streams.append(
            Task.detached { for sentence in await recover() { log.write(.warning, "agents", sentence) } })
        follow(services.connection()) { $0.connectionChanged($1) }
        follow(services.changes()) { $0.cacheChanged($1) }
        follow(services.acts()) { $0.actsChanged($1) }
        if let review = services.review {
            model.desk.refresh()
            follow(review.changes()) { model, _ in model.desk.refresh() }
        }
        follow(services.log.changes()) { model, _ in model.logChanged() }
        follow(services.jobs.changes()) { model, _ in model.jobsChanged() }
        if let themeChanges {
            streams.append(
                Task { @UIActor [weak self] in
                    for await library in themeChanges { self?.themesChanged(library) }
                })
        }
    }

    /// Draws with the themes as their files are now; one that cannot be used stays as it was, and that is said.
    package func themesChanged(_ library: ThemeLibrary) {
        themes = library.themes
        model.themeNames = themes.map(\.name)
        if let theme = themes.first(where: { $0.name == model.themeName }) { loop.terminal.setTheme(theme) }
        if let fault = library.faults.first { model.say(SafeText(untrusted: fault.sentence), .refusal) }
        loop.redraw()
    }

    private func follow<Element: Sendable>(
        _ stream: AsyncStream<Element>, _ act: @escaping @UIActor (ConsoleModel, Element) -> Void
    ) {
        let model = model
        streams.append(
            Task { @UIActor in
                for await element in stream { act(model, element) }
            })
    }

    /// Wakes once a minute, at its turn: the clock and the ages read differently then.
    private func scheduleMinute() {
        loop.after(.seconds(model.clock.secondsToNextMinute)) { [weak self] in
            self?.model.minuteTurned()
            self?.scheduleMinute()
        }
    }
}
