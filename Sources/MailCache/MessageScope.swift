package import JMAP

/// Which messages a list is over.
package enum MessageScope: Sendable, Hashable {
    /// Every account's.
    case all
    case account(AccountID)
    case mailbox(AccountID, MailboxID)
    case thread(AccountID, ThreadID)
}

/// What narrows a list down. An empty filter lets everything through.
package struct MessageFilter: Sendable, Hashable {
    /// Flags that every row has. `unread`, `flagged` and `held` are fast in any scope.
    package var with: MessageFlags = []
    /// Flags that no row has.
    package var without: MessageFlags = []
    /// Words of the sender's name or address, or empty.
    package var from = ""
    /// Words of the recipients, or empty.
    package var to = ""
    /// Words of the subject, or empty.
    package var subject = ""
    /// Words anywhere (sender, recipients, subject, text), or empty.
    package var text = ""
    /// True where the four texts name what is left out instead of what is shown.
    package var isNegated = false

    package init() {}

    /// True where it lets everything through.
    package var isEmpty: Bool { self == MessageFilter() }
    /// True where it asks the full text.
    package var hasText: Bool { !(from.isEmpty && to.isEmpty && subject.isEmpty && text.isEmpty) }
}

/// In which order a list stands.
package enum MessageOrder: Sendable, Hashable, CaseIterable {
    /// By date, fast at any size and at any place.
    case newestFirst
    /// By date, fast at any size and at any place.
    case oldestFirst
    /// By sender, within the newest `CacheReader.sortLimit` messages.
    case sender
    /// By subject without its Re: and Fwd:, within the newest `CacheReader.sortLimit` messages.
    case subject
    /// Largest first, within the newest `CacheReader.sortLimit` messages.
    case size
}

/// Where a window of a list begins.
package enum WindowStart: Sendable, Hashable {
    /// At the list's first row.
    case top
    /// At the list's last row, counted back.
    case bottom
    /// Behind this row, which need not be there any longer.
    case after(MessageKey)
    /// Before this row, counted back from it; the rows still come in the list's order.
    case before(MessageKey)
}

/// A stretch of a list, in the list's order.
package struct MessageWindow: Sendable, Hashable {
    package var rows: [MessageRow]
    /// True where nothing lies beyond the rows in the direction that was asked for.
    package var isEnd: Bool
    /// Where to go on in the same direction when `isEnd` is false: mostly the last row that was looked at. A filter that
    /// lets little through may give fewer rows than asked, or none, and still not be at its end.
    package var next: WindowStart
}
