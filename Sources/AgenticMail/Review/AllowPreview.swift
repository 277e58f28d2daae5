package import Guard
import JMAP
package import SafeText

/// What a word for an agent and some recipients would do, before it is given.
package struct AllowPreview: Sendable, Hashable {
    /// An open hold of the agent that goes to one of them.
    package struct Open: Sendable, Hashable, Identifiable {
        package let hold: HoldSummary
        /// Whether it would not have been held.
        package let wouldHaveGone: Bool
        /// What holds it all the same, each as the end of a sentence.
        package let still: [String]

        package var id: String { hold.id }
    }

    /// Whom it is about; its end may still be changed.
    package var terms: Decision.Terms
    package let hold: HoldSummary
    /// How many people must give their word.
    package let needed: Int
    /// Who has given it before, beside the one who asks.
    package let others: [String]
    package let open: [Open]

    /// Looks at the open holds as they were judged.
    ///
    /// - Parameters:
    ///   - reviewer: Who asks.
    ///   - holds: All open holds.
    package init(
        _ terms: Decision.Terms, on hold: HoldSummary, by reviewer: String, holds: [HoldSummary], lists: ReviewLists
    ) {
        self.terms = terms
        self.hold = hold
        needed = hold.entry.approvals
        let wanted = Set(terms.recipients.map { $0.lowercased() })
        let agent = terms.agent.lowercased()
        let known = lists.allowed.filter { $0.pair.agent == agent }
        let given = known.filter { wanted.contains($0.pair.recipient) }.map { Set($0.reviewers.keys) }
        others = (given.reduce(nil) { $0?.intersection($1) ?? $1 } ?? []).subtracting([reviewer.lowercased()]).sorted()
        let allowed = wanted.union(known.filter { $0.until != nil }.map(\.pair.recipient))
        open = holds.filter { other in
            other.state == .held && other.entry.direction == .outbound && other.entry.agent.lowercased() == agent
                && other.entry.envelope.recipients.contains { wanted.contains($0.lowercased()) }
        }.map { other in
            var still = other.entry.grounds.filter { $0 != .mode }.map(\.words)
            if other.entry.grounds.isEmpty { still.append("reasons that were not written down when it was held") }
            let rest = other.entry.waiting.filter { !allowed.contains($0.lowercased()) }
            if !rest.isEmpty { still.append("that it goes to \(rest.joined(separator: ", ")) too") }
            return Open(hold: other, wouldHaveGone: still.isEmpty, still: still)
        }
    }

    /// How many more people must give their word after this one.
    package var missing: Int { max(0, needed - others.count - 1) }

    /// Recipients whose domain is made to look like one that is known here.
    package var lookAlikes: [String] {
        let wanted = Set(terms.recipients.map { $0.lowercased() })
        return hold.lookAlikes.map(\.address).filter { wanted.contains($0.lowercased()) }
    }

    /// What never is loosened, as a sentence.
    package static let never =
        "What the rules find, mail that cannot be read for certain, quotas, limits, misleading threads and the floor "
        + "still hold."
}

extension ReviewRoom {
    /// What the guard has let the reviewers know beside the holds.
    package func lists() async throws(GuardError) -> ReviewLists { try await desk().lists() }

    /// The reviewer's address.
    package func reviewer() async throws(GuardError) -> String { try await desk().address }

    /// What a word for the agent of a hold and some of its recipients would do.
    ///
    /// - Parameters:
    ///   - recipients: All because of whom the policy holds it, where none is named.
    ///   - until: The first second in which it no longer counts, since 1970.
    package func preview(
        _ id: String, recipients: [String] = [], until: Int64
    ) async throws(GuardError) -> AllowPreview {
        let hold = try await summary(id)
        let queue = try await queue(in: [.held])
        let terms = Decision.Terms(
            agent: hold.entry.agent, recipients: recipients.isEmpty ? Self.meant(hold.entry) : recipients,
            until: .init(seconds: until))
        return AllowPreview(terms, on: hold, by: queue.reviewer, holds: queue.holds, lists: queue.lists)
    }

    /// The recipients that a word on a hold is about where none is named.
    package static func meant(_ entry: HoldEntry) -> [String] {
        guard entry.waiting.isEmpty else { return entry.waiting }
        let copies = Set(entry.copies)
        return entry.envelope.recipients.filter { !copies.contains($0) }
    }

    /// Gives the word that was previewed and waits a while for the guard's answer.
    package func allow(_ preview: AllowPreview, wait seconds: Int = 10) async throws -> Outcome {
        try await give(.allow, preview.terms, on: preview.hold.entry, wait: seconds)
    }

    /// Takes back what is allowed for a pair.
    package func disallow(_ pair: Pair, wait seconds: Int = 10) async throws -> Outcome {
        try await give(.disallow, .init(agent: pair.agent, recipients: [pair.recipient]), on: nil, wait: seconds)
    }

    /// Lets somebody get mail of an agent again.
    package func unsuppress(_ pair: Pair, wait seconds: Int = 10) async throws -> Outcome {
        try await give(.unsuppress, .init(agent: pair.agent, recipients: [pair.recipient]), on: nil, wait: seconds)
    }

    private func give(
        _ action: Decision.Action, _ terms: Decision.Terms, on entry: HoldEntry?, wait seconds: Int
    ) async throws -> Outcome {
        let desk = try await desk()
        let key = try await secretKey()
        let subject = try await desk.decide(action, terms, on: entry, at: now(), secretKey: key)
        switch try await desk.answer(to: subject, seconds: seconds) {
        case .waiting: return .waiting
        case .refused(let reason): return .refused(reason)
        case .accepted: return .accepted(holdFor: 0)
        }
    }
}

extension AllowPreview {
    /// The preview for a person, line by line; the same in the console and on the command line.
    package var lines: [SafeText] {
        let agent = SafeText(untrusted: terms.agent)
        let who = SafeText(untrusted: terms.recipients.joined(separator: ", "))
        let until = terms.until.map { EndDate.text($0.seconds) } ?? ""
        var lines: [SafeText] = ["Mail of \(agent) to \(who) need not wait until \(untrusted: until)."]
        lines += lookAlikes.map { "! \(untrusted: $0) LOOKS LIKE A KNOWN DOMAIN" }
        for open in open {
            let subject: SafeText =
                open.hold.entry.subject.isEmpty ? "(no subject)" : SafeText(untrusted: open.hold.entry.subject)
            let name = SafeText(untrusted: String(open.hold.id.prefix(8)))
            lines.append(
                open.wouldHaveGone
                    ? "\(name) “\(subject)” would have left by itself."
                    : "\(name) “\(subject)” is held all the same: \(untrusted: open.still.joined(separator: "; ")).")
        }
        lines.append("Open holds still wait for their decision. \(untrusted: Self.never)")
        if missing > 0 { lines.append("\(needed) people must give this word; after yours \(missing) are missing.") }
        return lines
    }
}
