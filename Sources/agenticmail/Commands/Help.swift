import AgenticMail

extension CommandHandlers {
    /// `help [COMMAND…]`
    @Sendable static func help(_ context: CommandContext) async throws -> ExitCode {
        try printHelp(of: context.parsed.arguments["command"] ?? [], context.output)
        return .done
    }

    /// Prints the help of the command or the group that the words name.
    static func printHelp(of words: [String], _ output: Output) throws {
        guard let text = HelpText(width: min(output.width, 100)).text(for: words) else {
            throw UsageError(
                "There is no command “\(words.joined(separator: " "))”.", cure: "agenticmail --help lists all.")
        }
        try output.write(Array(text.utf8))
    }
}
