import AgenticMail
import SafeText

extension CommandHandlers {
    /// `domain add NAME [--note TEXT] [--no-key] [--dry-run]`
    @Sendable static func domainAdd(_ context: CommandContext) async throws -> ExitCode {
        let parsed = context.parsed
        let name = try context.domain()
        let added = try await context.withWorkspace { workspace in
            try await workspace.addDomain(
                name, detail: parsed.value("note") ?? "", signs: !parsed.has("no-key"), isTrial: parsed.has("dry-run"))
        }
        try context.output.object(added, lines: added.steps.map { SafeText(untrusted: $0) })
        for warning in added.warnings where !context.output.isJSON {
            context.output.note(SafeText(untrusted: warning))
        }
        return .done
    }
}

extension CommandContext {
    /// The domain that the command line names.
    func domain() throws -> String {
        guard let name = parsed.argument("domain") else {
            throw UsageError("No domain is named.", cure: "Give its name, such as agents.example.org.")
        }
        return name
    }
}
