import JMAP

/// What left lately: what quotas and the limits of loops go by.
struct Usage: Sendable {
    /// One message that was released.
    struct Release: Sendable, Hashable {
        let at: Int64
        let sender: String
        let recipients: [String]
        let thread: String?
        let body: String
    }

    private static let hour: Int64 = 3_600
    private static let day: Int64 = 86_400
    /// For how long releases are remembered.
    static let memory = day

    private var releases: [Release] = []

    mutating func add(_ entry: HoldEntry, at: Int64) {
        releases.append(
            Release(
                at: at, sender: entry.envelope.sender.lowercased(),
                recipients: entry.envelope.recipients.map { $0.lowercased() }, thread: entry.thread, body: entry.body))
    }

    mutating func forget(before moment: Int64) {
        releases.removeAll { $0.at < moment }
    }

    /// Whether mail of an agent was released to somebody lately.
    func hasReleased(_ pair: Pair) -> Bool {
        releases.contains { $0.sender == pair.agent && $0.recipients.contains(pair.recipient) }
    }

    /// What is to be said of a message that is to be sent now.
    func lately(_ message: Release) -> Lately {
        var lately = Lately()
        let mine = releases.filter { $0.sender == message.sender && $0.at > message.at - Self.day }
        let recent = mine.filter { $0.at > message.at - Self.hour }
        lately.messagesInHour = recent.count
        lately.messagesInDay = mine.count
        lately.recipientsInHour = recent.reduce(0) { $0 + $1.recipients.count }
        lately.recipientsInDay = mine.reduce(0) { $0 + $1.recipients.count }
        let all = releases.filter { $0.at > message.at - Self.hour }
        if let thread = message.thread { lately.turnsInThread = all.count { $0.thread == thread } }
        for other in message.recipients {
            let turns = all.count {
                $0.sender == message.sender && $0.recipients.contains(other)
                    || $0.sender == other && $0.recipients.contains(message.sender)
            }
            // Only where both have sent is it a conversation; otherwise the quotas count.
            let isMutual = all.contains { $0.sender == other && $0.recipients.contains(message.sender) }
            if isMutual { lately.turnsOfPair = max(lately.turnsOfPair, turns) }
            lately.sameBody = max(
                lately.sameBody,
                all.count { $0.sender == message.sender && $0.body == message.body && $0.recipients.contains(other) })
        }
        return lately
    }
}

/// How much an agent has sent lately, as a verdict needs to know it.
package struct Lately: Sendable, Hashable {
    package var messagesInHour = 0
    package var messagesInDay = 0
    package var recipientsInHour = 0
    package var recipientsInDay = 0
    /// Messages of agents in the same thread in the last hour.
    package var turnsInThread = 0
    /// Messages between the agent and one recipient, both ways, in the last hour.
    package var turnsOfPair = 0
    /// Messages with the same body to one recipient in the last hour.
    package var sameBody = 0
    /// Whether a message of the thread, that others have sent, looks as if it would mislead an agent.
    package var isTainted = false

    /// Nothing was sent lately.
    package init() {}
}
