import AgenticMail
import Configuration
import Guard
import Message
import SafeText

extension CommandHandlers {
    private struct Tested: Encodable {
        let outcome: String
        let reasons: [String]
        let findings: [String]
        let recipients: [String]
        let approvals: Int
        let deadlineSeconds: Int
        /// Who gets a copy because the policy asks for it.
        let copies: [String]
    }

    /// `policy test --message FILE [--policy FILE] [--agent ADDRESS]`
    @Sendable static func policyTest(_ context: CommandContext) async throws -> ExitCode {
        guard let path = context.parsed.value("message") else {
            throw UsageError("No message is named.", cure: "Add --message FILE.")
        }
        let message = ParsedMessage(try messageFile(path))
        let policy = try Policy.load(context.policyPath)
        for note in policy.notes(at: CommandContext.now, file: context.policyPath) {
            context.output.note(SafeText(untrusted: note.sentence))
        }
        guard let agent = context.parsed.value("agent") ?? message.from.first?.email else {
            throw UsageError("The message names no sender.", cure: "Add --agent ADDRESS.")
        }
        let envelope = OutboundEnvelope(sender: agent, message: message)
        let verdict = Verdict(
            message, envelope: envelope, inspector: RuleInspector(), policy: policy, lately: Lately(),
            at: CommandContext.now)
        let result = Tested(
            outcome: verdict.outcome.rawValue, reasons: verdict.reasons,
            findings: verdict.findings.map { "\($0.severity.rawValue) \($0.rule) \($0.part)" },
            recipients: envelope.recipients, approvals: verdict.required.approvals,
            deadlineSeconds: verdict.required.deadline, copies: verdict.required.copies.sorted())
        try context.output.object(
            result,
            lines: ["\(untrusted: result.outcome)"] + (result.reasons + result.findings).map { SafeText(untrusted: $0) }
        )
        return .done
    }
}
