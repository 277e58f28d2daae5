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

    struct Claim: Encodable, Sendable {
        let reviewer: String
        let until: String
    }

    let hold: String
    let state: String
    /// What the state means, as a sentence.
    let meaning: String
    /// `outbound`, or `inbound` for mail that came for the agent.
    let direction: String
    let agent: String
    /// Who has written it, where it came in.
    let sender: String?
    let recipients: [String]
    /// Recipients outside the agent's own domain.
    let outside: [String]
    /// Recipients whose domain is made to look like one that is known here.
    let lookAlikes: [String]
    let subject: String
    let digest: String
    let approvals: Int
    let approvedBy: [String]
    let editedBy: [String]
    let claim: Claim?
    let createdAt: String
    let deadline: String
    let secondsLeft: Int64
    /// Whether half of the time for the decision is gone.
    let isReminded: Bool
    let sendAt: String?
    /// Recipients whom the message does not name: the policy sends them a copy.
    let copies: [String]
    let reasons: [String]
    let findings: [Found]

    init(_ hold: HoldSummary, now: Int64) {
        let entry = hold.entry
        self.hold = entry.id
        state = hold.state.rawValue
        meaning = hold.meaning
        direction = entry.direction.rawValue
        agent = entry.agent
        sender = hold.isInbound ? entry.envelope.sender : nil
        recipients = entry.envelope.recipients
        outside = hold.outside.map(\.address)
        lookAlikes = hold.lookAlikes.map(\.address)
        subject = entry.subject
        digest = entry.digest.text
        approvals = entry.approvals
        approvedBy = hold.approvedBy
        editedBy = entry.editors
        claim = hold.claim.map { Claim(reviewer: $0.reviewer, until: UTCDate(seconds: $0.until).description) }
        createdAt = entry.createdAt.description
        deadline = entry.deadline.description
        secondsLeft = hold.secondsLeft(at: now)
        isReminded = hold.state == .held && hold.isPastReminder(at: now)
        sendAt = entry.sendAt?.description
        copies = entry.copies
        reasons = entry.reasons
        findings = entry.findings.map {
            Found(
                rule: $0.rule, category: $0.category, severity: $0.severity.rawValue, part: $0.part,
                excerpt: $0.excerpt, why: $0.why)
        }
    }

    /// How long is left, as short as it goes; `!` where half of the time is gone.
    var left: String {
        guard state == "held" else { return "" }
        guard secondsLeft > 0 else { return "over" }
        let text =
            secondsLeft >= 2 * 3_600
            ? "\(secondsLeft / 3_600)h" : secondsLeft >= 60 ? "\(secondsLeft / 60)m" : "\(secondsLeft)s"
        return isReminded ? "\(text)!" : text
    }
}

extension CommandHandlers {
    /// `review list [--all] [--inbound] [--agent ADDRESS]`
    @Sendable static func reviewList(_ context: CommandContext) async throws -> ExitCode {
        let states = context.parsed.has("all") ? HoldState.allCases : ReviewRoom.open
        let queue = try await context.withRoom { try await $0.queue(in: states) }
        if queue.unreadable > 0 {
            context.output.note("\(untrusted: String(queue.unreadable)) copies of holds cannot be read.")
        }
        if queue.isSilent {
            let seen = queue.guardSeen.map { UTCDate(seconds: $0).description } ?? "never"
            context.output.note("No guard answers, the last one was seen: \(untrusted: seen). Decisions wait for one.")
        }
        let agent = context.parsed.value("agent")?.lowercased()
        let direction: HoldEntry.Direction = context.parsed.has("inbound") ? .inbound : .outbound
        let holds = queue.holds.filter { hold in
            guard hold.entry.direction == direction else { return false }
            guard let agent else { return true }
            let address = hold.entry.agent.lowercased()
            return address == agent || address.hasPrefix("\(agent)@")
        }
        let columns: [Column<HoldRow>] =
            [
                Column("HOLD") { SafeText(untrusted: String($0.hold.prefix(8))) },
                Column("STATE") { SafeText(untrusted: $0.state) },
                Column("LEFT", isTrailing: true) { SafeText(untrusted: $0.left) },
                Column("DEADLINE") { SafeText(untrusted: $0.deadline) },
            ] + people(direction)
            + [
                Column("SUBJECT", least: 10) { SafeText(untrusted: $0.subject) },
                Column("CLAIM", least: 5) { SafeText(untrusted: $0.claim?.reviewer ?? "") },
            ]
        try context.output.list(
            holds.map { HoldRow($0, now: CommandContext.now) }, empty: "Nothing waits for a decision.",
            columns: columns)
        return .done
    }

    /// Whose mail it is and who gets it, or for whom it came and from whom.
    private static func people(_ direction: HoldEntry.Direction) -> [Column<HoldRow>] {
        guard direction == .outbound else {
            return [
                Column("FOR", least: 10) { SafeText(untrusted: $0.agent) },
                Column("FROM", least: 12) { SafeText(untrusted: $0.sender ?? "") },
            ]
        }
        return [
            Column("AGENT", least: 10) { SafeText(untrusted: $0.agent) },
            Column("OUTSIDE", isTrailing: true) {
                SafeText(untrusted: "\($0.outside.count)/\($0.recipients.count)")
            },
            Column("RECIPIENTS", least: 12) { SafeText(untrusted: $0.recipients.joined(separator: " ")) },
        ]
    }
}
