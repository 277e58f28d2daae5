import AgenticMail
import Configuration
import FoundationEssentials
import SafeText

extension CommandHandlers {
    private struct WorkspaceReport: Encodable {
        let name: String
        let url: String
        let login: String?
        let kind: String
        let isDefault: Bool
    }

    /// `config list`
    @Sendable static func configList(_ context: CommandContext) async throws -> ExitCode {
        let configuration = try Configuration.load(context.locations)
        let reports = configuration.workspaces.map { workspace in
            var login: String?
            if case .password(let name, _) = workspace.authentication { login = name }
            return WorkspaceReport(
                name: workspace.name, url: workspace.url.absoluteString, login: login, kind: workspace.kind.rawValue,
                isDefault: workspace.name == configuration.defaultWorkspace)
        }
        try context.output.list(
            reports, empty: "There is no workspace in \(untrusted: context.locations.configuration).",
            columns: [
                Column("NAME") { SafeText(untrusted: $0.name) },
                Column("URL", least: 16) { SafeText(untrusted: $0.url) },
                Column("LOGIN", least: 8) { SafeText(untrusted: $0.login) },
                Column("KIND") { SafeText(untrusted: $0.kind) },
                Column("DEFAULT") { $0.isDefault ? "yes" : "" },
            ])
        return .done
    }
}
