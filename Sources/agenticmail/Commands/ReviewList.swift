import AgenticMail
import Guard
import JMAP
import SafeText

/// A hold as the commands print it.
struct HoldRow: Encodable, Sendable {
    struct Found: Encodable, Sendable {
        let rule: String
        let category: String
        let severity: String
        let part: String
        let excerpt: String
        let why: String
    }

    let hold: String
    let state: String
    let agent: String
    let recipients: [String]
    /// Recipients outside the agent's own domain.
    let outside: [String]
    let subject: String
    let digest: String
    let approvals: Int
    let createdAt: String
    let deadline: String
    let reasons: [String]
    let findings: [Found]

    init(_ hold: ReviewDesk.Hold) {
        let entry = hold.entry
        self.hold = entry.id
        state = hold.state.rawValue
        agent = entry.agent
        recipients = entry.envelope.recipients
        let domain = OutboundEnvelope.domain(of: entry.agent)
        outside = recipients.filter { OutboundEnvelope.domain(of: $0) != domain }
        subject = entry.subject
        digest = entry.digest.text
        approvals = entry.approvals
        createdAt = entry.createdAt.description
        deadline = entry.deadline.description
        reasons = entry.reasons
        findings = entry.findings.map {
            Found(
                rule: $0.rule, category: $0.category, severity: $0.severity.rawValue, part: $0.part,
                excerpt: $0.excerpt, why: $0.why)
        }
    }
}

extension CommandHandlers {
    /// `review list [--all] [--inbound]`
    @Sendable static func reviewList(_ context: CommandContext) async throws -> ExitCode {
        let states: [HoldState] =
            context.parsed.has("all") ? HoldState.allCases : [.held, .approved, .sending, .uncertain]
        let (holds, unreadable) = try await context.withLogin(.reviewer) { client, _ in
            try await ReviewDesk.open(client).holds(
                in: states, direction: context.parsed.has("inbound") ? .inbound : .outbound)
        }
        if unreadable > 0 { context.output.note("\(untrusted: String(unreadable)) copies of holds cannot be read.") }
        try context.output.list(
            holds.map(HoldRow.init), empty: "Nothing waits for a decision.",
            columns: [
                Column("HOLD") { SafeText(untrusted: String($0.hold.prefix(8))) },
                Column("STATE") { SafeText(untrusted: $0.state) },
                Column("DEADLINE") { SafeText(untrusted: $0.deadline) },
                Column("AGENT", least: 10) { SafeText(untrusted: $0.agent) },
                Column("OUTSIDE", isTrailing: true) {
                    SafeText(untrusted: "\($0.outside.count)/\($0.recipients.count)")
                },
                Column("RECIPIENTS", least: 12) { SafeText(untrusted: $0.recipients.joined(separator: " ")) },
                Column("SUBJECT", least: 10) { SafeText(untrusted: $0.subject) },
            ])
        return .done
    }
}
