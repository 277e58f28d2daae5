import AgenticMail

extension CommandHandlers {
    /// `completions SHELL`
    @Sendable static func completions(_ context: CommandContext) async throws -> ExitCode {
        guard let shell = context.parsed.argument("shell").flatMap(Completions.Shell.init(rawValue:)) else {
            throw UsageError("No shell is named.", cure: "Name bash, zsh or fish.")
        }
        try context.output.write(Array(Completions.script(for: shell).utf8))
        return .done
    }
}
