package import JMAP

/// What a message's row tells by a letter or a mark.
package struct MessageFlags: OptionSet, Sendable, Hashable {
    package let rawValue: Int

    package init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// `$seen`.
    package static let seen = MessageFlags(rawValue: 1 << 0)
    /// `$flagged`.
    package static let flagged = MessageFlags(rawValue: 1 << 1)
    /// `$answered`.
    package static let answered = MessageFlags(rawValue: 1 << 2)
    /// `$draft`.
    package static let draft = MessageFlags(rawValue: 1 << 3)
    /// `$forwarded`.
    package static let forwarded = MessageFlags(rawValue: 1 << 4)
    /// `$junk`.
    package static let junk = MessageFlags(rawValue: 1 << 5)
    /// `$phishing`.
    package static let phishing = MessageFlags(rawValue: 1 << 6)
    /// The server says that it has attachments.
    package static let attachment = MessageFlags(rawValue: 1 << 8)
    /// It lies in the mailbox in which the guard shows what it holds.
    package static let held = MessageFlags(rawValue: 1 << 9)
    /// It lies in a mailbox of what its owner wrote (sent, drafts, Outbox, Held, Rejected): the account is its sender.
    package static let outgoing = MessageFlags(rawValue: 1 << 10)
    /// It counts as unread: neither `$seen` nor `$draft`. Kept by the cache, never asked of a server.
    package static let unread = MessageFlags(rawValue: 1 << 11)
}

/// A name and an address of a message's header (untrusted text both).
package struct Correspondent: Sendable, Hashable, Codable {
    /// The display name, or empty.
    package var name: String
    /// The address, or empty where the header had none.
    package var address: String

    package init(name: String, address: String) {
        self.name = name
        self.address = address
    }
}

/// One message as a list shows it. All its texts come from strangers.
package struct MessageRow: Sendable, Hashable {
    package var key: MessageKey
    package var account: AccountID
    package var emailID: EmailID
    package var threadID: ThreadID
    package var blobID: BlobID
    /// Seconds since 1970.
    package var receivedAt: Int64
    /// The first of From, or nil where the header has none.
    package var from: Correspondent?
    /// To, as far as 1,000 characters reach.
    package var to: [Correspondent]
    package var subject: String
    package var preview: String
    /// Bytes of the raw message.
    package var size: Int
    package var flags: MessageFlags
    /// Keywords that `flags` has no bit for, sorted.
    package var keywords: [String]
    /// The mailboxes that it lies in.
    package var mailboxes: [MailboxID]
    /// Messages of its thread in the cache, itself counted.
    package var threadCount: Int
    /// True where its body is in the cache.
    package var hasBody: Bool
}
