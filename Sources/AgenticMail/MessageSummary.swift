public import FoundationEssentials
import JMAP
package import MailCache

/// A message as a list shows it. All its texts come from strangers.
public struct MessageSummary: Sendable, Identifiable, Hashable, Codable {
    /// `account/email`: what names the message everywhere in this program.
    public let id: String
    /// The JMAP account id.
    public let accountId: String
    /// The JMAP Email id.
    public let emailId: String
    /// The JMAP Thread id.
    public let threadId: String
    /// The account's name.
    public let account: String
    /// When the server received it.
    public let receivedAt: Date
    /// The first sender's address.
    public let from: String?
    /// The first sender's name; empty where it has none.
    public let fromName: String
    /// The recipients' addresses, as far as a list keeps them.
    public let to: [String]
    /// The subject, decoded.
    public let subject: String
    /// The beginning of the text, as the server gives it.
    public let preview: String
    /// Bytes.
    public let size: Int
    /// Whether nobody has read it.
    public let isUnread: Bool
    /// Whether it is flagged.
    public let isFlagged: Bool
    /// Whether it was answered.
    public let isAnswered: Bool
    /// Whether it is a draft.
    public let isDraft: Bool
    /// Whether the guard holds it back.
    public let isHeld: Bool
    /// Whether the account's owner wrote it.
    public let isOutgoing: Bool
    /// Whether the server says that it has attachments.
    public let hasAttachment: Bool
    /// Messages of its thread that are kept here, itself counted.
    public let threadCount: Int
    /// The names of the mailboxes that it lies in.
    public let mailboxes: [String]

    /// The summary of a row of the cache, with the names of its account and mailboxes.
    package init(_ row: MessageRow, account: String, mailboxes: [String]) {
        id = MessageReference(account: row.account.rawValue, email: row.emailID.rawValue).description
        accountId = row.account.rawValue
        emailId = row.emailID.rawValue
        threadId = row.threadID.rawValue
        self.account = account
        receivedAt = Date(timeIntervalSince1970: Double(row.receivedAt))
        from = row.from?.address
        fromName = row.from?.name ?? ""
        to = row.to.map(\.address)
        subject = row.subject
        preview = row.preview
        size = row.size
        isUnread = row.flags.contains(.unread)
        isFlagged = row.flags.contains(.flagged)
        isAnswered = row.flags.contains(.answered)
        isDraft = row.flags.contains(.draft)
        isHeld = row.flags.contains(.held)
        isOutgoing = row.flags.contains(.outgoing)
        hasAttachment = row.flags.contains(.attachment)
        threadCount = row.threadCount
        self.mailboxes = mailboxes
    }

    /// The names are what the account and its mailboxes are called where they are known.
    public var reference: MessageReference { MessageReference(account: accountId, email: emailId) }
}
