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

    /// What the first link says of the one before it.
    static let none = String(repeating: "0", count: 64)
    /// The event of a link that tells of one that was filed late.
    static let late = "audit.late"

    /// The hash of the link that this one says was filed late; nil where it says nothing of that kind.
    var lateHash: String? { event == Self.late ? detail.split(separator: " ").last.map(String.init) : nil }

    /// Makes the link that follows another one.
    init(after last: AuditEntry?, at: UTCDate, event: String, hold: String?, actor: String, detail: String) {
        number = (last?.number ?? 0) + 1
        self.at = at
        self.event = event
        self.hold = hold
        self.actor = actor
        self.detail = detail
        previous = last?.hash ?? Self.none
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
