/// Where a hold stands: the name of the ledger's mailbox that its entry lies in.
package enum HoldState: String, Sendable, Hashable, CaseIterable {
    /// It waits for people.
    case held
    /// It may be sent and is about to be.
    case approved
    /// An attempt to send it was begun; the server may still hold it, so it can be called back.
    case sending
    /// The server has accepted it and let it go.
    case sent
    /// A reviewer, or the policy, said no.
    case rejected
    /// A reviewer asks the agent for another version.
    case changesRequested = "changes-requested"
    /// The agent took it back.
    case withdrawn
    /// Nobody decided in time.
    case expired
    /// A reviewer called it back while the server still held it.
    case canceled
    /// The server refused it; nothing was sent.
    case failed
    /// Nobody can tell whether it was sent; it is never sent again by itself.
    case uncertain

    /// Whether nothing more happens to it by itself.
    package var isFinal: Bool {
        switch self {
        case .held, .approved, .sending: false
        default: true
        }
    }

    /// Of an entry that lies in two mailboxes, as a race of moves can leave it, the state that counts has the larger rank.
    var rank: Int { Self.order.firstIndex(of: self) ?? 0 }

    private static let order: [HoldState] = [
        .held, .approved, .sending, .expired, .withdrawn, .changesRequested, .rejected, .failed, .canceled, .sent,
        .uncertain,
    ]

    /// What it means for mail that came in: one sentence.
    package var inboundSentence: String {
        switch self {
        case .held: "It waits for a decision."
        case .approved, .sending: "It was released and is about to be put into the agent's Inbox; undo keeps it here."
        case .sent: "It lies in the agent's Inbox; it cannot be taken back from here."
        case .rejected: "It was discarded; the agent never sees it. Undo holds it again."
        case .canceled: "Its release was taken back; the agent never sees it. Undo holds it again."
        case .expired: "Nobody decided in time; the agent never sees it."
        case .failed, .withdrawn, .changesRequested: "It was not delivered."
        case .uncertain: "Nobody can tell whether it lies in the agent's Inbox; look there."
        }
    }

    /// What it means, for a person: one sentence.
    package var sentence: String {
        switch self {
        case .held: "It waits for a decision."
        case .approved: "It was approved and is about to be handed to the mail server."
        case .sending: "It was handed to the mail server, which may still hold it for the undo."
        case .sent: "The mail server has accepted it and let it go."
        case .rejected: "It was rejected; nothing was sent."
        case .changesRequested: "A reviewer asks for another version; nothing was sent."
        case .withdrawn: "The agent took it back; nothing was sent."
        case .expired: "Nobody decided in time; nothing was sent."
        case .canceled: "It was called back before it left; nothing was sent."
        case .failed: "The mail server refused it; nothing was sent."
        case .uncertain:
            "Nobody can tell whether it was sent. Look for its Message-ID in the recipient's mailbox and in the server's "
                + "log; it is never sent again by itself."
        }
    }
}
