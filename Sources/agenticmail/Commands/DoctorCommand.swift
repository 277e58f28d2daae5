import AgenticMail
import Configuration
import JMAP
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
            let (repairs, repairsAll) = (context.parsed.has("repair-roles"), context.parsed.has("repair"))
            let keys = try (context.parsed.options["try-key"] ?? []).map { ($0, try agentKey($0)) }
            let (found, stopped) = try await context.withWorkspace { workspace in
                if repairsAll {
                    for sentence in try await workspace.repair() { context.output.note(SafeText(untrusted: sentence)) }
                } else if repairs {
                    try await workspace.repairRoles()
                }
                var (found, stopped) = await workspace.examine()
                for (place, key) in keys where stopped == nil {
                    found.append(await workspace.tryDoors(.bearer(key.reveal()), of: place))
                }
                return (found, stopped)
            }
            checks += found
            obstacle = stopped
        } catch let error as WorkspaceError {
            checks.append(Check("workspace", .failed, error.message, cure: error.cure))
            obstacle = error
        }
        if context.output.isTerminal, !context.output.isJSON {
            for line in lines(checks, width: context.output.width) { try context.output.print(line) }
        } else {
            try context.output.list(
                checks, empty: .empty,
                columns: [
                    Column("CHECK") { SafeText(untrusted: $0.name) },
                    Column("RESULT") { SafeText(untrusted: $0.result.rawValue) },
                    Column("FOUND", least: 30) { SafeText(untrusted: $0.detail) },
                    Column("CURE", least: 20) { SafeText(untrusted: $0.cure) },
                ])
        }
        if let obstacle { return obstacle.exitCode }
        return checks.contains { $0.result == .failed } ? .failed : .done
    }

    /// An agent's key out of its file.
    private static func agentKey(_ path: String) throws -> Secret {
        do throws(SecretError) { return try SecretSource.file(path).read() } catch { throw WorkspaceError(error) }
    }

    /// The checks for a person: nothing is cut, and each cure stands below what it is for.
    private static func lines(_ checks: [Check], width: Int) -> [SafeText] {
        let name = checks.map { SafeText(untrusted: $0.name).width }.max() ?? 0
        let indent = 9 + name + 2
        let room = max(20, width - indent)
        return checks.flatMap { check in
            let texts = [SafeText(untrusted: check.detail), SafeText(untrusted: check.cure)].filter { !$0.isEmpty }
            return texts.flatMap { $0.wrapped(to: room) }.enumerated().map { index, line in
                let result = SafeText(untrusted: index == 0 ? check.result.rawValue : "").padded(to: 9)
                return result + SafeText(untrusted: index == 0 ? check.name : "").padded(to: name + 2) + line
            }
        }
    }
}
