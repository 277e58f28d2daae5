import AgenticMail
import Agents
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

extension CommandContext {
    /// The failure that the environment asks for, to try the way back; nil where it asks for none.
    func fault() throws -> FaultPoint? {
        guard let text = environment[FaultPoint.variable], !text.isEmpty else { return nil }
        guard let fault = FaultPoint(text) else {
            throw UsageError(
                "\(FaultPoint.variable) is none of step:N and kill:N.", cure: "Name a step that there is, or unset it.")
        }
        return fault
    }
}

/// What runs a command of the table.
typealias CommandHandler = @Sendable (CommandContext) async throws -> ExitCode
