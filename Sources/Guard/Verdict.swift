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
    /// What kinds of reasons there are.
    package let grounds: [Ground]
    /// Because of whom the policy's mode holds it: where nothing else does, a reviewer's word for them would let it go.
    package let waiting: [String]
    /// What the policy asks for.
    package let required: Policy.Required

    /// Judges a message by its findings and the policy.
    ///
    /// - Parameters:
    ///   - envelope: Whom the message itself names; copies that the policy asks for are no reason to hold it.
    ///   - lately: What the agent has sent lately, and what its thread holds.
    ///   - relations: How agent and recipients stand to each other.
    ///   - now: Seconds since 1970, for rules with an end.
    package init(
        _ message: ParsedMessage, envelope: OutboundEnvelope, inspector: any OutboundInspector, policy: Policy,
        lately: Lately, relations: Relations = Relations(), at now: Int64
    ) {
        let inspected = inspector.inspect(message, envelope: envelope)
        let findings = inspected.findings
        let required = policy.rules(for: envelope, at: now)
        var reasons: [Reason] = []
        var refusals: [String] = []
        if envelope.recipients.isEmpty { refusals.append("It names no recipient.") }
        if required.isRefused { refusals.append("The policy refuses mail to these recipients.") }
        for (address, why) in relations.suppressed.sorted(by: { $0.key < $1.key }) {
            refusals.append("\(address) gets no more mail from you: \(why) Leave this recipient out.")
        }
        var waiting: Set<String> = []
        for mode in required.modes.sorted(by: { $0.strictness > $1.strictness }) {
            let people = Self.held(by: mode, envelope, policy, relations, except: relations.allowed)
            guard !people.isEmpty else { continue }
            waiting.formUnion(people)
            reasons.append(Reason(.mode, Self.sentence(mode, people, of: envelope)))
        }
        if let mode = required.floorMode {
            let people = Self.held(by: mode, envelope, policy, relations, except: [])
            let sentence = Self.sentence(mode, people, of: envelope)
            if !people.isEmpty {
                reasons.removeAll { $0.sentence == sentence }
                reasons.append(Reason(.floor, sentence))
            }
        }
        if envelope.recipients.count > required.recipients {
            let count = envelope.recipients.count
            reasons.append(Reason(.recipients, "It has \(count) recipients; \(required.recipients) are allowed."))
        }
        reasons += Self.excesses(lately, required, recipients: envelope.recipients.count)
        if lately.isTainted {
            reasons.append(
                Reason(
                    .taint,
                    "A message in its thread looks as if it would mislead an agent: what follows from it is held."))
        }
        // What cannot be read for certain is held under every mode, also where findings are only recorded.
        if inspected.isUnsure || (required.mode != .releaseAll && inspected.holds) {
            let rules = Set(findings.filter { $0.severity != .low }.map(\.rule)).sorted()
            reasons.append(
                Reason(
                    inspected.isUnsure ? .unsure : .findings,
                    "The rules saw something: \(rules.joined(separator: ", "))."))
        }
        self.findings = findings
        self.required = required
        self.waiting = waiting.sorted()
        outcome = !refusals.isEmpty ? .refuse : reasons.isEmpty ? .release : .hold
        self.reasons = refusals + reasons.map(\.sentence)
        var seen: Set<Ground> = []
        grounds = reasons.map(\.ground).filter { seen.insert($0).inserted }
    }

    private struct Reason {
        let ground: Ground
        let sentence: String

        init(_ ground: Ground, _ sentence: String) {
            self.ground = ground
            self.sentence = sentence
        }
    }

    /// The recipients because of whom a mode holds a message.
    private static func held(
        by mode: Policy.Mode, _ envelope: OutboundEnvelope, _ policy: Policy, _ relations: Relations,
        except allowed: Set<String>
    ) -> [String] {
        envelope.recipients.filter { address in
            guard !allowed.contains(address.lowercased()) else { return false }
            return switch mode {
            case .reviewAll: true
            case .reviewOutside: policy.isOutside(address, from: envelope.sender)
            case .reviewNew: !relations.known.contains(address.lowercased())
            case .byFindings, .releaseAll: false
            }
        }
    }

    private static func sentence(_ mode: Policy.Mode, _ people: [String], of envelope: OutboundEnvelope) -> String {
        switch mode {
        case .reviewAll: "The policy holds all mail of this agent."
        case .reviewOutside: "It goes outside, to \(people.count) of \(envelope.recipients.count) recipients."
        case .reviewNew: "It is the agent's first mail to \(people.joined(separator: ", "))."
        case .byFindings, .releaseAll: ""
        }
    }

    /// The quotas and limits that this message would pass, a sentence each.
    private static func excesses(_ lately: Lately, _ required: Policy.Required, recipients: Int) -> [Reason] {
        var found: [Reason] = []
        for (limit, count, span) in [
            (required.messagesAnHour, lately.messagesInHour, "hour"),
            (required.messagesADay, lately.messagesInDay, "day"),
        ] {
            guard let limit, count >= limit else { continue }
            found.append(
                Reason(.quota, "The agent has sent \(count) messages in the last \(span); \(limit) are allowed."))
        }
        for (limit, count, span) in [
            (required.recipientsAnHour, lately.recipientsInHour, "hour"),
            (required.recipientsADay, lately.recipientsInDay, "day"),
        ] {
            guard let limit, count + recipients > limit else { continue }
            found.append(
                Reason(
                    .quota,
                    "With it the agent has written to \(count + recipients) recipients in the last \(span); \(limit) are allowed."
                ))
        }
        let turns = max(lately.turnsInThread, lately.turnsOfPair)
        if turns >= required.turns {
            found.append(
                Reason(
                    .turns,
                    "Agents have answered each other \(turns) times in the last hour; \(required.turns) are allowed."))
        }
        if lately.sameBody >= required.turns {
            found.append(
                Reason(.turns, "The same text went to one recipient \(lately.sameBody) times in the last hour."))
        }
        return found
    }
}

/// A kind of reason for which a message is held.
package enum Ground: String, Sendable, Hashable, CaseIterable {
    /// The policy's mode, which a reviewer's word for a pair loosens; nothing loosens the others.
    case mode
    /// The mode of the workspace's floor.
    case floor
    case recipients, quota, turns, taint, findings
    /// It can be read in two ways, or not at all.
    case unsure
    /// The policy's file has a mistake.
    case fault
    /// A reviewer edited it, or the agent made a new version of it.
    case edited, revised

    /// What still holds the message, as the end of a sentence.
    package var words: String {
        switch self {
        case .mode: "the policy's mode"
        case .floor: "the floor of the workspace"
        case .recipients: "too many recipients"
        case .quota: "the agent's quota"
        case .turns: "the limit of turns between agents"
        case .taint: "a message in its thread that would mislead"
        case .findings: "what the rules found"
        case .unsure: "that it cannot be read for certain"
        case .fault: "the mistake in the policy's file"
        case .edited: "that a reviewer edited it"
        case .revised: "that it is a new version of what was held"
        }
    }
}

/// How an agent and the recipients of a message stand to each other; addresses in lower case.
package struct Relations: Sendable, Hashable {
    /// Those to whom the guard has released mail of the agent before.
    package var known: Set<String> = []
    /// Those for whom reviewers have given their word.
    package var allowed: Set<String> = []
    /// Those who get no more mail, with the reason as a sentence.
    package var suppressed: [String: String] = [:]

    /// Nobody is known, allowed or suppressed.
    package init() {}
}
