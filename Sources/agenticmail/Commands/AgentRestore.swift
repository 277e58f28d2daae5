import AgenticMail
import Agents
import JMAP
import SafeText

extension CommandHandlers {
    /// `agent restore ARCHIVE [--name NEW] [--store FILE] [--dry-run]`
    @Sendable static func agentRestore(_ context: CommandContext) async throws -> ExitCode {
        let path = context.parsed.argument("archive") ?? ""
        var request = AgentRequest(keyOf: context.parsed)
        request.name = context.parsed.value("name") ?? ""
        request.domain = context.parsed.value("domain")
        request.quota = context.parsed.integer("quota").map { Int64($0) * 1_000_000 }
        request.makesDomain = context.parsed.has("make-domain")
        request.store = try KeyStore(context.parsed)
        let asked = request
        try await context.withWorkspace { workspace in
            let archive = try await workspace.checkArchive(path)
            let administration = try await workspace.administration()
            let plan = try await workspace.plan(restoring: archive, asked, administration)
            if context.parsed.has("dry-run") {
                try await workspace.examine(plan, administration)
                try context.output.object(
                    CreationReport(plan),
                    lines: [
                        "\(untrusted: plan.address) can be made with the \(archive.messages) messages of \(untrusted: path). Nothing was changed."
                    ])
                return
            }
            let (provisioner, recoveries) = try await workspace.provisioner(administration)
            for recovery in recoveries { context.output.note(SafeText(untrusted: recovery.sentence)) }
            let agent = try await workspace.create(plan, with: provisioner, report: context.stepPrinter())
            var lines: [SafeText] = [
                "\(untrusted: agent.address) is made with the \(archive.messages) messages of \(untrusted: path), each read back; its account is \(untrusted: agent.account.rawValue)."
            ]
            if let place = agent.storedAt { lines.append("Its key is stored at \(untrusted: place).") }
            lines.append("Its key, shown this once: \(untrusted: agent.key)")
            try context.output.object(CreationReport(plan, agent), lines: lines)
        }
        return .done
    }
}
