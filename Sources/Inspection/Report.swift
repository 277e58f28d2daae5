/// Which way a message goes.
package enum Direction: String, Sendable, Hashable, CaseIterable, Codable {
    case outbound, inbound
}

/// What an inspection says should be done with a message.
package enum Verdict: String, Sendable, Hashable, CaseIterable, Codable {
    /// Outbound: nothing stands against sending it.
    case release
    /// Outbound: people should decide.
    case hold
    /// Outbound: it must not be sent as it is. Only a policy says so.
    case refuse
    /// Inbound: nothing stands against reading it.
    case deliver
    /// Inbound: it is read with a mark.
    case mark
    /// Inbound: it is kept from the agent.
    case quarantine

    /// Whether it is anything but free passage.
    package var isAlarm: Bool { self != .release && self != .deliver }
}

/// Where an inbound message comes from, as far as that can be told.
package enum Origin: String, Sendable, Hashable, CaseIterable, Codable {
    /// Another account of this workspace, and the server vouches for it.
    case inside
    /// An outsider with whom there was mail before, and the server vouches for the address.
    case known
    /// Anybody else.
    case firstContact = "first-contact"
}

/// Something that a mail program would not show, taken out of the visible text.
package struct Removed: Sendable, Hashable, Codable {
    /// Why it is not seen, in a word or two: `display: none`, `comment`.
    package let reason: String
    /// Where it is; see ``Finding/part``.
    package let part: String
    /// What was taken out; hostile text, cut where it is long.
    package let text: String

    /// Makes an entry.
    package init(reason: String, part: String, text: String) {
        self.reason = reason
        self.part = part
        self.text = text
    }
}

/// What an inspection found in one message.
package struct Report: Sendable, Hashable {
    /// Which way the message goes.
    package let direction: Direction
    /// What should be done with it where no policy says otherwise.
    package let verdict: Verdict
    /// From 0, nothing, to 1.
    package let score: Double
    /// The findings, the heaviest first.
    package let findings: [Finding]
    /// What a mail program shows of the message, as text.
    package let visibleText: String
    /// What it would not show.
    package let removed: [Removed]
    /// Where an inbound message comes from; nil for an outbound one.
    package let origin: Origin?

    /// Sums findings up.
    init(
        _ direction: Direction, findings: [Finding], visibleText: String, removed: [Removed], origin: Origin? = nil
    ) {
        self.direction = direction
        self.findings = findings.sorted { $0.weight > $1.weight }
        self.visibleText = visibleText
        self.removed = removed
        self.origin = origin
        score = Self.score(findings)
        switch direction {
        case .outbound: verdict = score >= Self.holdAt ? .hold : .release
        case .inbound: verdict = score >= Self.quarantineAt ? .quarantine : score >= Self.markAt ? .mark : .deliver
        }
    }

    /// The score from which an outbound message is held.
    package static let holdAt = 0.5
    /// The score from which an inbound message is marked.
    package static let markAt = 0.5
    /// The score from which an inbound message is kept from the agent.
    package static let quarantineAt = 0.8

    /// Sums up weights so that many small ones come near to 1 and none passes it. A rule that fires again counts less:
    /// ten of the same are no tenfold proof.
    private static func score(_ findings: [Finding]) -> Double {
        var rest = 1.0
        for (_, same) in Dictionary(grouping: findings, by: \.rule) {
            let weights = same.map(\.weight).sorted(by: >)
            for (index, weight) in weights.prefix(8).enumerated() {
                rest *= 1 - min(0.999, weight) / Double(1 + index * index)
            }
        }
        return ((1 - rest) * 10_000).rounded() / 10_000
    }
}
