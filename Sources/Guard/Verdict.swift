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
    /// - Parameter sentLately: How many messages of the agent left in the last hour.
    package init(
        _ message: ParsedMessage, envelope: OutboundEnvelope, inspector: any OutboundInspector, policy: Policy,
        sentLately: Int
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
        if let limit = required.messagesAnHour, sentLately >= limit {
            reasons.append("The agent has sent \(sentLately) messages in the last hour; \(limit) are allowed.")
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
}
