package import Message

/// What the guard makes of a draft.
package struct Verdict: Sendable, Hashable {
    /// What happens to it.
    package enum Outcome: String, Sendable, Hashable {
        case release, hold, refuse
    }

    package let outcome: Outcome
    package let findings: [Finding]
    /// Why, in sentences for people; empty where nothing speaks against sending.
    package let reasons: [String]
    /// What the policy asks for.
    package let required: Policy.Required

    /// Judges a message by its findings and the policy.
    ///
    /// - Parameter lately: What the agent has sent lately, and what its thread holds.
    package init(
        _ message: ParsedMessage, envelope: OutboundEnvelope, inspector: any OutboundInspector, policy: Policy,
        lately: Lately
    ) {
        let inspected = inspector.inspect(message, envelope: envelope)
        let findings = inspected.findings
        let required = policy.rules(for: envelope)
        var reasons: [String] = []
        var refusals: [String] = []
        if envelope.recipients.isEmpty { refusals.append("It names no recipient.") }
        if required.isRefused { refusals.append("The policy refuses mail to these recipients.") }
        let outside = envelope.recipients.filter { policy.isOutside($0, from: envelope.sender) }
        if required.mode == .reviewAll { reasons.append("The policy holds all mail of this agent.") }
        if required.mode == .reviewOutside, !outside.isEmpty {
            reasons.append("It goes outside, to \(outside.count) of \(envelope.recipients.count) recipients.")
        }
        if envelope.recipients.count > required.recipients {
            reasons.append("It has \(envelope.recipients.count) recipients; \(required.recipients) are allowed.")
        }
        reasons += Self.excesses(lately, required, recipients: envelope.recipients.count)
        if lately.isTainted {
            reasons.append(
                "A message in its thread looks as if it would mislead an agent: what follows from it is held.")
        }
        // What cannot be read for certain is held under every mode, also where findings are only recorded.
        if inspected.isUnsure || (required.mode != .releaseAll && inspected.holds) {
            let rules = Set(findings.filter { $0.severity != .low }.map(\.rule)).sorted()
            reasons.append("The rules saw something: \(rules.joined(separator: ", ")).")
        }
        self.findings = findings
        self.required = required
        outcome = !refusals.isEmpty ? .refuse : reasons.isEmpty ? .release : .hold
        self.reasons = refusals + reasons
    }

    /// The quotas and limits that this message would pass, a sentence each.
    private static func excesses(_ lately: Lately, _ required: Policy.Required, recipients: Int) -> [String] {
        var found: [String] = []
        for (limit, count, span) in [
            (required.messagesAnHour, lately.messagesInHour, "hour"),
            (required.messagesADay, lately.messagesInDay, "day"),
        ] {
            guard let limit, count >= limit else { continue }
            found.append("The agent has sent \(count) messages in the last \(span); \(limit) are allowed.")
        }
        for (limit, count, span) in [
            (required.recipientsAnHour, lately.recipientsInHour, "hour"),
            (required.recipientsADay, lately.recipientsInDay, "day"),
        ] {
            guard let limit, count + recipients > limit else { continue }
            found.append(
                "With it the agent has written to \(count + recipients) recipients in the last \(span); \(limit) are allowed."
            )
        }
        let turns = max(lately.turnsInThread, lately.turnsOfPair)
        if turns >= required.turns {
            found.append(
                "Agents have answered each other \(turns) times in the last hour; \(required.turns) are allowed.")
        }
        if lately.sameBody >= required.turns {
            found.append("The same text went to one recipient \(lately.sameBody) times in the last hour.")
        }
        return found
    }
}
