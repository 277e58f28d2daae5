import AgenticMail
import DNS
import SafeText

extension CommandHandlers {
    /// `domain check NAME [--name-server ADDRESS]…`; fails where a record is missing or different.
    @Sendable static func domainCheck(_ context: CommandContext) async throws -> ExitCode {
        let name = try context.domain()
        let servers = context.parsed.options["name-server"] ?? []
        let records = try await context.withWorkspace { workspace in
            try await workspace.checkDomain(name, with: Resolver(servers: servers))
        }
        try context.output.list(
            records, empty: "The server names no records for this domain.",
            columns: [
                Column("STATE") { SafeText(untrusted: $0.state?.rawValue ?? "") },
                Column("NAME", least: 16) { SafeText(untrusted: $0.name) },
                Column("TYPE") { SafeText(untrusted: $0.kind) },
                Column("WANTED", least: 16) { SafeText(untrusted: $0.value) },
                Column("FOUND", least: 10) { SafeText(untrusted: $0.found.joined(separator: " | ")) },
            ])
        let unknown = records.filter { $0.state == .unknown }
        if let reason = unknown.first?.reason, !context.output.isJSON {
            context.output.note("\(unknown.count) records could not be asked for. \(untrusted: reason)")
        }
        if records.contains(where: { $0.state == .missing || $0.state == .different }) { return .failed }
        return unknown.isEmpty ? .done : .notReachable
    }
}
