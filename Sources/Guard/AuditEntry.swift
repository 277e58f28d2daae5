package import JMAP

/// One link of the audit's chain: what happened, with the hash of the link before.
package struct AuditEntry: Sendable, Hashable {
    /// Counted from 1.
    package var number: Int64
    package var at: UTCDate
    /// What happened, such as `held` or `decision.approve`.
    package var event: String
    /// The hold, where it is about one.
    package var hold: String?
    /// Who did it: an address, or `guard`.
    package var actor: String
    /// More in words; never the message's text.
    package var detail: String
    /// The hash of the link before, 64 digits; zeros for the first.
    package var previous: String
    /// The hash of this link.
    package var hash: String

    /// Makes the link that follows another one.
    init(after last: AuditEntry?, at: UTCDate, event: String, hold: String?, actor: String, detail: String) {
        number = (last?.number ?? 0) + 1
        self.at = at
        self.event = event
        self.hold = hold
        self.actor = actor
        self.detail = detail
        previous = last?.hash ?? String(repeating: "0", count: 64)
        hash = ""
        hash = expectedHash
    }

    private var content: [String: JSON] {
        [
            "number": .int(number), "at": at.json, "event": .string(event), "hold": hold.map { .string($0) } ?? .null,
            "actor": .string(actor), "detail": .string(detail), "previous": .string(previous),
        ]
    }

    /// The hash that the link must have.
    package var expectedHash: String { Hex.sha256(JSON.object(content).encoded()) }

    /// The link as JSON.
    package var json: JSON { .object(content.merging(["hash": .string(hash)]) { $1 }) }

    /// Reads what ``json`` wrote.
    package init?(json: JSON) {
        guard let number = json["number"]?.int, let at = json["at"]?.string.flatMap({ UTCDate($0) }),
            let event = json["event"]?.string, let actor = json["actor"]?.string,
            let previous = json["previous"]?.string, let hash = json["hash"]?.string
        else { return nil }
        self.number = number
        self.at = at
        self.event = event
        hold = json["hold"]?.string
        self.actor = actor
        detail = json["detail"]?.string ?? ""
        self.previous = previous
        self.hash = hash
    }
}

/// Whether a chain holds.
package struct AuditVerdict: Sendable, Hashable {
    /// How many links were read.
    package var count: Int
    /// What is wrong, a sentence each; empty where the chain holds.
    package var faults: [String]

    /// Checks links in any order; messages of the audit that could not be read are counted by the caller.
    package init(_ entries: [AuditEntry], unreadable: Int) {
        count = entries.count
        faults = unreadable > 0 ? ["\(unreadable) messages in the audit cannot be read."] : []
        var last: AuditEntry?
        for entry in entries.sorted(by: { ($0.number, $0.hash) < ($1.number, $1.hash) }) {
            if entry.hash != entry.expectedHash { faults.append("Entry \(entry.number) was changed.") }
            let (number, previous) = (last?.number ?? 0, last?.hash ?? String(repeating: "0", count: 64))
            if entry.number == number {
                faults.append("Entry \(entry.number) is there more than once.")
            } else if entry.number != number + 1 {
                faults.append("Entries between \(number) and \(entry.number) are missing.")
            } else if entry.previous != previous {
                faults.append("Entry \(entry.number) does not follow the one before it.")
            }
            last = entry
        }
    }
}
