import AgenticMail
import Configuration
import Console
import Glibc
import SafeText
import Synchronization
import TerminalUI

/// `console`: the screen for a person, a script's run of it, or its start screen as text.
enum ConsoleCommand {
    /// Runs on the process's first thread, which becomes the interface's.
    static func run(_ context: CommandContext) -> Int32 {
        let output = context.output
        do {
            let script = try context.parsed.value("script").map { try loadScript($0) }
            let size = try context.parsed.value("size").map { try readSize($0) }
            if size != nil, script == nil {
                throw UsageError("--size goes with --script.", cure: "Add --script FILE, or leave --size out.")
            }
            if context.parsed.has("json") {
                throw UsageError("The console prints no JSON.", cure: "Name a command, such as agent list --json.")
            }
            let themes = ThemeLibrary(folder: context.locations.themes)
            for fault in themes.faults { output.note(SafeText(untrusted: fault.sentence)) }
            if try isFirstRun(context), script != nil || output.isTerminal {
                let chosen = try themes.chosen(context.parsed.value("theme"), environment: context.environment)
                return try setUp(context, themes: chosen, script, size)
            }
            let opened = try wait { try await OpenedWorkspace.open(context, showsFirst: true) }
            defer { closing(opened) }
            let configuration = try settings(opened, context)
            let chosen = try themes.chosen(configuration.theme, environment: context.environment)
            if script == nil, !output.isTerminal {
                return try printStart(opened, context, themes: chosen)
            }
            var options = ConsoleOptions(
                services: services(opened, context), cache: opened.workspace.cache, configuration: configuration,
                themes: chosen)
            options.script = script
            if let size { options.size = size }
            if script == nil { options.themeChanges = ThemeWatcher.changes(in: context.locations.themes, from: themes) }
            return ConsoleApp.run(options: options)
        } catch {
            return Program.end(error, output)
        }
    }

    /// The services of what was opened.
    static func services(_ opened: OpenedWorkspace, _ context: CommandContext) -> ConsoleServices {
        var services = ConsoleServices(opened.workspace, home: context.environment["HOME"])
        services.setUp = setUp(context)
        let client = opened.sandbox?.staff?.reviewerClient ?? opened.workspace.client
        let environment = context.environment
        let folder = EditFolder()
        services.review = ReviewServices(
            context.room(client, opened), editPath: { try folder.newPath() },
            editor: { EditFile.command(environment, $0) })
        let path = opened.sandbox?.staff?.policyPath ?? context.policyPath
        services.policy = PolicyServices(
            path: path, editPath: { try folder.newPath() }, editor: { EditFile.command(environment, $0) })
        return services
    }

    /// What the configuration says about the console, with the command line over it.
    static func settings(
        _ opened: OpenedWorkspace, _ context: CommandContext
    ) throws -> ConsoleConfiguration {
        let faults = ConfigurationCheck.keyFaults(opened.configuration, .standard)
        guard faults.isEmpty else { throw ConfigurationError(faults) }
        var settings = opened.configuration.console
        if let theme = context.parsed.value("theme") { settings.theme = theme }
        if context.parsed.has("linear") { settings.isLinear = true }
        if context.parsed.has("no-mouse") { settings.usesMouse = false }
        return settings
    }

    private static func loadScript(_ path: String) throws -> (name: String, script: Script) {
        switch readSmallFile(path, limit: 1 << 20) {
        case .success(let bytes):
            do throws(ScriptError) {
                return (path, try Script(String(decoding: bytes, as: UTF8.self)))
            } catch {
                throw UsageError("\(path) is no script: \(error).", cure: "Correct the line that is named.")
            }
        case .failure(let fault):
            throw UsageError("The script \(path) cannot be read: \(fault.reason).", cure: "Name a readable file.")
        }
    }

    private static func readSize(_ text: String) throws -> Size {
        let parts = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let columns = parts[0], let rows = parts[1], (1...1_000).contains(columns),
            (1...1_000).contains(rows)
        else {
            throw UsageError("--size is “\(text)”.", cure: "Write columns and rows as 80x24, each from 1 to 1000.")
        }
        return Size(width: columns, height: rows)
    }

    /// Runs something asynchronous before the interface has the thread.
    static func wait<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
        let box = ResultBox<Value>()
        _ = CommandRunner.run {
            do {
                let value = try await body()
                box.result.withLock { $0 = .success(value) }
            } catch {
                box.result.withLock { $0 = .failure(error) }
            }
            return 0
        }
        guard let result = box.result.withLock({ $0 }) else { throw CancellationError() }
        return try result.get()
    }

    private static func closing(_ opened: OpenedWorkspace) {
        _ = CommandRunner.run {
            await opened.close()
            return 0
        }
    }

    private final class ResultBox<Value: Sendable>: Sendable {
        let result = Mutex<Result<Value, any Error>?>(nil)
    }
}
