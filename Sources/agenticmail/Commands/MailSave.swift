import AgenticMail
import SafeText

extension CommandHandlers {
    /// `mail save MESSAGE [--to FOLDER] [--part N]…`
    @Sendable static func mailSave(_ context: CommandContext) async throws -> ExitCode {
        let numbers = (context.parsed.options["part"] ?? []).compactMap { Int($0) }
        let folder = context.parsed.value("to") ?? "."
        let files = try await context.withMessage { try await $0.save($1, parts: numbers, to: folder) }
        try context.output.list(
            files, empty: "Nothing was saved.",
            columns: [
                Column("FILE") { SafeText(untrusted: $0.path) },
                Column("TYPE", least: 8) { SafeText(untrusted: $0.type) },
                Column("SIZE", isTrailing: true) { SafeText(bytes: Int64($0.bytes)) },
            ])
        return .done
    }
}
