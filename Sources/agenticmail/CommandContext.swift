import AgenticMail
import Configuration

/// What every command is handed: what was asked for, where to print, where files are.
struct CommandContext: Sendable {
    let parsed: ParsedCommand
    let output: Output
    let environment: [String: String]
    let locations: Locations

    init(_ parsed: ParsedCommand) {
        self.parsed = parsed
        output = Output(isJSON: parsed.has("json"))
        environment = Locations.environment
        locations = Locations(environment: environment, configuration: parsed.value("config"))
    }
}

/// What runs a command of the table.
typealias CommandHandler = @Sendable (CommandContext) async throws -> ExitCode
