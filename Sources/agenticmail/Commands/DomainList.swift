import AgenticMail
import SafeText

extension CommandHandlers {
    /// `domain list`
    @Sendable static func domainList(_ context: CommandContext) async throws -> ExitCode {
        let domains = try await context.withWorkspace { try await $0.domains() }
        try context.output.list(
            domains, empty: "The server has no domain; agenticmail domain add NAME makes one.",
            columns: [
                Column("DOMAIN", least: 12) { SafeText(untrusted: $0.name) },
                Column("SUB-ADDRESSES") { domain in
                    domain.subAddressing.map { $0 ? "yes" : "no" } ?? ""
                },
                Column("NOTE", least: 8) { SafeText(untrusted: $0.detail) },
                Column("ID") { SafeText(untrusted: $0.id) },
            ])
        return .done
    }
}
