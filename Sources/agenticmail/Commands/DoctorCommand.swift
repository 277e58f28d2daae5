import AgenticMail
import Configuration
import SafeText

extension CommandHandlers {
    /// `doctor`: every check with its cure; done where none failed.
    @Sendable static func doctor(_ context: CommandContext) async throws -> ExitCode {
        var checks: [Check] = []
        let (configuration, faults) = ConfigurationCheck.run(context.locations)
        for fault in faults {
            checks.append(Check("configuration", .failed, fault.statement, cure: fault.cure))
        }
        if faults.isEmpty {
            let file = configuration?.file
            checks.append(
                Check(
                    "configuration", .good,
                    file.map { "\($0) is in order." } ?? "There is none; the defaults are used."))
        }
        var obstacle: WorkspaceError?
        do {
            let (found, stopped) = try await context.withWorkspace { await $0.examine() }
            checks += found
            obstacle = stopped
        } catch let error as WorkspaceError {
            checks.append(Check("workspace", .failed, error.message, cure: error.cure))
            obstacle = error
        }
        try context.output.list(
            checks, empty: .empty,
            columns: [
                Column("CHECK") { SafeText(untrusted: $0.name) },
                Column("RESULT") { SafeText(untrusted: $0.result.rawValue) },
                Column("FOUND", least: 30) { SafeText(untrusted: $0.detail) },
                Column("CURE", least: 20) { SafeText(untrusted: $0.cure) },
            ])
        if let obstacle { return obstacle.exitCode }
        return checks.contains { $0.result == .failed } ? .failed : .done
    }
}
