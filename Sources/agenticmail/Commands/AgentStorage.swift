import AgenticMail
import Agents
import JMAP
import SafeText

// `agent archive` and `agent delete`: an agent's mail into a file, and the agent away.

extension CommandHandlers {
    private struct ArchiveReport: Encodable {
        let address: String
        let path: String
        let messages: Int
        let bytes: Int
        let sha256: String
        var isAdopted = false
        let isDryRun: Bool
    }

    /// `agent archive AGENT [--to FILE] [--dry-run]`
    @Sendable static func agentArchive(_ context: CommandContext) async throws -> ExitCode {
        let isDryRun = context.parsed.has("dry-run")
        let report = try await context.withAgent { workspace, keeper, entry in
            let path = context.parsed.value("to") ?? "\(entry.address).tar"
            if isDryRun {
                let messages = try await workspace.ofAgents { () async throws(AgentsError) in
                    try await Archiver(keeper).examine(entry, to: path)
                }
                return ArchiveReport(
                    address: entry.address, path: path, messages: messages, bytes: 0, sha256: "",
                    isAdopted: entry.record == nil, isDryRun: true)
            }
            let meter = ProgressMeter(context.output, unit: "messages")
            defer { meter.clear() }
            let report = try await workspace.ofAgents { () async throws(AgentsError) in
                try await workspace.archive(entry, to: path, with: keeper) { meter.show($0, of: $1) }
            }
            return ArchiveReport(
                address: entry.address, path: report.path, messages: report.messages, bytes: report.bytes,
                sha256: report.sha256, isAdopted: entry.record == nil, isDryRun: false)
        }
        if report.isAdopted, !isDryRun, !context.output.isJSON { context.output.note(adoption(report.address)) }
        try context.output.object(
            report,
            lines: [
                isDryRun
                    ? "\(report.messages) messages of \(untrusted: report.address) would be archived into \(untrusted: report.path). Nothing was changed."
                    : "\(report.messages) messages of \(untrusted: report.address), \(SafeText(bytes: Int64(report.bytes))), are in \(untrusted: report.path), which was read back. The agent is suspended."
            ])
        return .done
    }

    /// `agent delete AGENT --archive FILE --confirm NAME [--dry-run]`
    @Sendable static func agentDelete(_ context: CommandContext) async throws -> ExitCode {
        let isDryRun = context.parsed.has("dry-run")
        guard let path = context.parsed.value("archive") else {
            throw UsageError(
                "An agent is deleted only with its archive at hand.",
                cure: "Give --archive FILE, as agent archive has made it.")
        }
        let report = try await context.withAgent { workspace, keeper, entry in
            guard isDryRun || context.parsed.value("confirm") == entry.name else {
                throw UsageError(
                    "Deleting \(entry.address) cannot be taken back.",
                    cure: "Type its name too: --confirm \(entry.name).")
            }
            let report = try await workspace.ofAgents { () async throws(AgentsError) in
                isDryRun
                    ? try await Archiver(keeper).examineRemoval(entry, archive: path)
                    : try await Archiver(keeper).remove(entry, archive: path)
            }
            return ArchiveReport(
                address: entry.address, path: report.path, messages: report.messages, bytes: report.bytes,
                sha256: report.sha256, isDryRun: isDryRun)
        }
        try context.output.object(
            report,
            lines: [
                isDryRun
                    ? "\(untrusted: report.address) can be deleted; its \(report.messages) messages are in \(untrusted: report.path). Nothing was changed."
                    : "\(untrusted: report.address) is deleted; its \(report.messages) messages are in \(untrusted: report.path)."
            ])
        return .done
    }
}
