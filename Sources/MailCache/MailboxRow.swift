package import JMAP

/// One mailbox as a list shows it.
package struct MailboxRow: Sendable, Hashable {
    package var account: AccountID
    package var id: MailboxID
    /// The name (untrusted text).
    package var name: String
    /// The role of RFC 8621 section 2 (`inbox`, `trash`, …), or nil.
    package var role: String?
    package var parentID: MailboxID?
    package var sortOrder: Int
    /// Messages in the cache that lie in it.
    package var total: Int
    /// Those without `$seen`, drafts left out.
    package var unread: Int
    /// True for the mailbox in which the guard shows what it holds.
    package var isHeld: Bool
    /// Whether the login may put messages in, take them out, and set keywords.
    package var rights: MailboxRights
}

/// What the login may do in a mailbox (RFC 8621 section 2, `myRights`).
package struct MailboxRights: OptionSet, Sendable, Hashable {
    package let rawValue: Int

    package init(rawValue: Int) {
        self.rawValue = rawValue
    }

    package static let readItems = MailboxRights(rawValue: 1 << 0)
    package static let addItems = MailboxRights(rawValue: 1 << 1)
    package static let removeItems = MailboxRights(rawValue: 1 << 2)
    package static let setSeen = MailboxRights(rawValue: 1 << 3)
    package static let setKeywords = MailboxRights(rawValue: 1 << 4)
    package static let createChild = MailboxRights(rawValue: 1 << 5)
    package static let rename = MailboxRights(rawValue: 1 << 6)
    package static let delete = MailboxRights(rawValue: 1 << 7)
    package static let submit = MailboxRights(rawValue: 1 << 8)
    package static let all = MailboxRights(rawValue: (1 << 9) - 1)
}
