import AgenticMail
import SafeText

extension CommandHandlers {
    /// `domain records NAME [--zone]`
    @Sendable static func domainRecords(_ context: CommandContext) async throws -> ExitCode {
        let name = try context.domain()
        if context.parsed.has("zone") {
            guard !context.output.isJSON else {
                throw UsageError("--zone and --json name two forms.", cure: "Give one of them.")
            }
            // Written by this program: printable ASCII and line ends alone.
            let zone = try await context.withWorkspace { try await $0.domainZone(name) }
            try context.output.write(Array(zone.utf8))
            return .done
        }
        let records = try await context.withWorkspace { try await $0.domainRecords(name) }
        try context.output.list(
            records, empty: "The server names no records for this domain.",
            columns: [
                Column("NAME", least: 16) { SafeText(untrusted: $0.name) },
                Column("TYPE") { SafeText(untrusted: $0.kind) },
                Column("VALUE", least: 16) { SafeText(untrusted: $0.value) },
            ])
        return .done
    }
}
