package import Guard
import Inspection
import JMAP

/// A hold as a line of the queue: who wants to send what to whom, why it waits, and how far its decision is.
package struct HoldSummary: Sendable, Hashable, Identifiable {
    /// Who is looking at it, as the guard was told; advice, no lock.
    package struct Claim: Sendable, Hashable {
        package let reviewer: String
        /// Seconds since 1970.
        package let until: Int64
    }

    /// A recipient of the envelope.
    package struct Recipient: Sendable, Hashable {
        package let address: String
        /// Whether it is at another domain than the agent.
        package let isOutside: Bool
        /// Whether its domain is made to look like one that is known here.
        package let isLookAlike: Bool
    }

    package let entry: HoldEntry
    package let state: HoldState
    package let recipients: [Recipient]
    /// Who has approved the form that it has now.
    package let approvedBy: [String]
    package let claim: Claim?
    /// Until when the server holds what was let go, in seconds since 1970; nil where nothing was, or that is over.
    package let heldUntil: Int64?

    package var id: String { entry.id }

    /// Whether it is mail that came for an agent and was kept.
    package var isInbound: Bool { entry.direction == .inbound }

    /// What its state means, for a person: one sentence.
    package var meaning: String { isInbound ? state.inboundSentence : state.sentence }

    /// Makes a line.
    ///
    /// - Parameters:
    ///   - activity: The decisions that counted, the newest first; those of other holds are passed over.
    ///   - holdFor: Seconds for which the server holds what is let go.
    ///   - now: Seconds since 1970.
    package init(_ entry: HoldEntry, _ state: HoldState, activity: [ReviewDesk.Activity], holdFor: Int64, now: Int64) {
        self.entry = entry
        self.state = state
        let own = OutboundEnvelope.domain(of: entry.agent)
        recipients = entry.envelope.recipients.map { address in
            let domain = OutboundEnvelope.domain(of: address)
            return Recipient(
                address: address, isOutside: domain != own,
                isLookAlike: domain != own && (DomainLooks.isMixed(domain) || DomainLooks.resembles(domain, own)))
        }
        let mine = activity.filter { $0.hold == entry.id }
        let approvals = mine.filter { $0.action == .approve && $0.digest == entry.digest }
        approvedBy = Set(approvals.map(\.reviewer)).sorted()
        let looking = mine.first { $0.action == .claim || $0.action == .release }
        let until = (looking?.at.seconds ?? 0) + ReviewDesk.claimDuration
        claim =
            looking.flatMap { $0.action == .claim && until > now ? Claim(reviewer: $0.reviewer, until: until) : nil }
        let isUnderWay = state == .approved || state == .sending
        let end = approvals.first.map { $0.at.seconds + holdFor }
        heldUntil = isUnderWay ? end.flatMap { $0 > now ? $0 : nil } : nil
    }

    /// The recipients outside.
    package var outside: [Recipient] { recipients.filter(\.isOutside) }
    package var lookAlikes: [Recipient] { recipients.filter(\.isLookAlike) }

    /// Seconds until nobody can decide any longer; negative after that.
    package func secondsLeft(at now: Int64) -> Int64 { entry.deadline.seconds - now }

    /// Whether half of the time for the decision has gone by: when the reviewers are reminded.
    package func isPastReminder(at now: Int64) -> Bool {
        now - entry.createdAt.seconds >= (entry.deadline.seconds - entry.createdAt.seconds) / 2
    }

    /// Why it waits, as short as it goes: the heaviest rules, or what the policy says.
    package var why: String {
        let rules = entry.findings.filter { $0.severity != .low }.sorted { $0.severity > $1.severity }.map(\.rule)
        var seen: Set<String> = []
        let names = rules.filter { seen.insert($0).inserted }
        if !names.isEmpty { return names.joined(separator: ", ") }
        if entry.grounds.contains(.edited) { return "edited" }
        let others = entry.grounds.filter { ![.mode, .floor, .revised].contains($0) }
        if let first = others.first { return first.rawValue }
        return outside.isEmpty ? "policy" : "outside"
    }
}
