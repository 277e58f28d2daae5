import JMAP

/// An agent with the mailboxes that the guard uses in its account.
struct AgentBoxes: Sendable {
    let account: AccountID
    let address: String
    let inbox: MailboxID
    let outbox: MailboxID
    let held: MailboxID
    let rejected: MailboxID
    let sent: MailboxID
    /// Where unwanted mail lies; nil where the account has no mailbox with that role.
    let junk: MailboxID?
    /// Where released mail waits for a moment to be moved into the Inbox; nil where there never was any.
    var arriving: MailboxID?

    static let arrivingName = "Arriving"
    /// Keyword of the notes that the guard writes to agents.
    static let noteKeyword: Keyword = "agenticmail-note"

    /// Finds the mailboxes and makes those that are missing.
    static func load(_ agent: AccountList.Entry, _ server: MailServer) async throws(GuardError) -> AgentBoxes {
        let boxes = try await server.ensure(["Outbox", "Held", "Rejected"], in: agent.id)
        guard let inbox = boxes["role:inbox"], let sent = boxes["role:sent"], let outbox = boxes["Outbox"],
            let held = boxes["Held"], let rejected = boxes["Rejected"]
        else {
            throw GuardError(
                .setup, "The account of \(agent.address) lacks an Inbox or a mailbox for sent mail.",
                cure: "Make them, with their roles.")
        }
        return AgentBoxes(
            account: agent.id, address: agent.address, inbox: inbox, outbox: outbox, held: held, rejected: rejected,
            sent: sent, junk: boxes["role:junk"], arriving: boxes[arrivingName])
    }
}
