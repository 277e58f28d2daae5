import AgenticMail
package import Configuration
import Glibc
package import MailCache
import SafeText
package import TerminalUI

/// What a console is opened with.
package struct ConsoleOptions: Sendable {
    /// What the console asks of the rest of the program.
    package var services: ConsoleServices
    /// The cache that it reads.
    package var cache: MailCache
    /// Keys, mouse and the like, as the configuration has them.
    package var configuration: ConsoleConfiguration
    /// The themes that `:theme` knows, the one to begin with first; at least one.
    package var themes: [Theme]
    /// The themes again, whenever a file of theirs has changed; nil where nobody looks.
    package var themeChanges: AsyncStream<ThemeLibrary>?
    /// The lines that drive the console without a person, with their file's name; nil for a person at a terminal.
    package var script: (name: String, script: Script)?
    /// The size of the screen that a script sees.
    package var size = Size(width: 80, height: 24)
    /// Whether there is no workspace yet, so that one is set up.
    package var isFirstRun = false
    /// Where standard error goes while the screen is up: a descriptor; nil throws it away.
    package var log: Int32?

    /// Options for a person at the process's own terminal.
    package init(
        services: ConsoleServices, cache: MailCache, configuration: ConsoleConfiguration = ConsoleConfiguration(),
        themes: [Theme]
    ) {
        self.services = services
        self.cache = cache
        self.configuration = configuration
        self.themes = themes
    }
}

/// The full-screen program.
package enum ConsoleApp {
    /// Opens the console and runs it until it is left; answers the program's exit status.
    ///
    /// Called on the process's main thread, which becomes the interface's. What goes wrong is written to standard error
    /// once the terminal is as it was found.
    package static func run(options: ConsoleOptions) -> Int32 {
        UIActor.main {
            do {
                return try await runIsolated(options)
            } catch {
                complain(error)
                return 1
            }
        }
    }

    @UIActor
    private static func runIsolated(_ options: ConsoleOptions) async throws -> Int32 {
        let reader = try options.cache.reader()
        let model = ConsoleModel(
            services: options.services, reader: reader, clock: .system,
            keymap: Keymap(.standard, overrides: options.configuration.keys))
        if let notice = options.cache.notice { model.say(SafeText(untrusted: notice), .refusal) }
        if options.isFirstRun { model.prompt = SetupForm(model, isFirst: true) }
        if let (name, script) = options.script { return try await play(script, name, model, options) }
        guard let theme = options.themes.first else {
            throw WorkspaceError(
                .failed, "There is no theme to draw with.", cure: "Install the program's themes again.")
        }
        var terminalOptions = Terminal.Options(theme: theme)
        terminalOptions.isLinear = options.configuration.isLinear
        terminalOptions.usesMouse = options.configuration.usesMouse
        terminalOptions.log = options.log
        let terminal = try Terminal(terminalOptions)
        let session = ConsoleSession(
            model: model, terminal: terminal, themes: options.themes, themeChanges: options.themeChanges)
        session.begin()
        let status = await session.run()
        terminal.close()
        return status
    }

    /// Plays a script to a terminal in memory.
    @UIActor
    private static func play(
        _ script: Script, _ name: String, _ model: ConsoleModel, _ options: ConsoleOptions
    ) async throws -> Int32 {
        let terminal = MemoryTerminal(size: options.size)
        terminal.isLinear = options.configuration.isLinear
        let session = ConsoleSession(model: model, terminal: terminal, themes: options.themes)
        session.begin()
        defer { session.end() }
        do {
            try await ScriptRunner(model: model, terminal: terminal, loop: session.loop).run(script)
        } catch {
            write("\(SafeText.plain(name)), \(error)\n")
            return 1
        }
        return model.exitStatus ?? 0
    }

    private static func complain(_ error: any Error) {
        let sentence = (error as? TerminalError)?.description ?? ConsoleModel.sentence(error).string
        write("agenticmail: \(sentence)\n")
    }

    private static func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
