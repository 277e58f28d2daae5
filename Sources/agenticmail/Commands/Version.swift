import AgenticMail
import SafeText

extension CommandHandlers {
    private struct VersionReport: Encodable {
        let version: String
        let date: String
    }

    /// `version`
    @Sendable static func version(_ context: CommandContext) async throws -> ExitCode {
        try printVersion(context.output)
        return .done
    }

    static func printVersion(_ output: Output) throws {
        try output.object(
            VersionReport(version: Version.number, date: Version.date),
            lines: ["agenticmail \(untrusted: Version.number)"])
    }
}
