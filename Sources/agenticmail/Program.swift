import AgenticMail
import Glibc

/// Reads the command line and runs what it asks for.
enum Program {
    /// - Parameter words: The arguments without the program's name.
    /// - Returns: The process's exit code.
    static func run(_ words: [String]) -> Int32 {
        // A reader that goes away is an error of the write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        // A limit on the size of files is an error of the write too: the same as a disk that is full.
        signal(SIGXFSZ, SIG_IGN)
        let output = Output(isJSON: words.contains("--json"))
        do {
            switch try CommandLineParser().parse(words) {
            case .help(let command):
                try CommandHandlers.printHelp(of: command, output)
                return ExitCode.done.rawValue
            case .version:
                try CommandHandlers.printVersion(output)
                return ExitCode.done.rawValue
            case .run(let parsed):
                return try run(parsed)
            }
        } catch {
            return end(error, output)
        }
    }

    private static func run(_ parsed: ParsedCommand) throws -> Int32 {
        // The console is no command like the others: it takes the first thread for itself.
        if parsed.command.id == CommandTable.consoleID { return ConsoleCommand.run(CommandContext(parsed)) }
        guard let handler = CommandHandlers.all[parsed.command.id] else {
            throw UsageError(
                "agenticmail \(parsed.command.commandLine?.name ?? "") is not there.",
                cure: "agenticmail --help lists all.")
        }
        let context = CommandContext(parsed)
        return CommandRunner.run {
            do {
                return try await handler(context).rawValue
            } catch {
                return end(error, context.output)
            }
        }
    }

    /// Tells an error and gives its exit code.
    static func end(_ error: any Error, _ output: Output) -> Int32 {
        if error is ReaderGone { return ExitCode.done.rawValue }
        let failure = Failure(error)
        // Ctrl-C was the person's own wish: nothing needs saying.
        if failure.exitCode != .interrupted { output.failure(failure) }
        return failure.exitCode.rawValue
    }
}
