package import JMAP

/// An account as it is written.
package struct AccountRecord: Sendable, Hashable {
    package var id: AccountID
    package var kind: AccountKind
    package var condition: AccountCondition
    package var reason: String
    package var name: String
    package var address: String
    package var detail: String

    package init(
        id: AccountID, kind: AccountKind, name: String, address: String = "", detail: String = "",
        condition: AccountCondition = .active, reason: String = ""
    ) {
        self.id = id
        self.kind = kind
        self.name = name
        self.address = address
        self.detail = detail
        self.condition = condition
        self.reason = reason
    }
}

/// A mailbox as it is written.
package struct MailboxRecord: Sendable, Hashable {
    package var id: MailboxID
    package var name: String
    package var role: String?
    package var parentID: MailboxID?
    package var sortOrder: Int
    package var rights: MailboxRights

    package init(
        id: MailboxID, name: String, role: String? = nil, parentID: MailboxID? = nil, sortOrder: Int = 0,
        rights: MailboxRights = .all
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.parentID = parentID
        self.sortOrder = sortOrder
        self.rights = rights
    }
}

/// A message as it is written: what a list shows.
package struct EmailRecord: Sendable, Hashable {
    package var id: EmailID
    package var threadID: ThreadID
    package var blobID: BlobID
    package var mailboxIDs: [MailboxID]
    package var keywords: [String]
    /// Seconds since 1970.
    package var receivedAt: Int64
    package var size: Int
    package var from: [Correspondent]
    package var to: [Correspondent]
    package var subject: String
    package var preview: String
    package var hasAttachment: Bool

    package init(
        id: EmailID, threadID: ThreadID, blobID: BlobID, mailboxIDs: [MailboxID], keywords: [String], receivedAt: Int64,
        size: Int, from: [Correspondent], to: [Correspondent], subject: String, preview: String, hasAttachment: Bool
    ) {
        self.id = id
        self.threadID = threadID
        self.blobID = blobID
        self.mailboxIDs = mailboxIDs
        self.keywords = keywords
        self.receivedAt = receivedAt
        self.size = size
        self.from = from
        self.to = to
        self.subject = subject
        self.preview = preview
        self.hasAttachment = hasAttachment
    }
}

/// What of a message may change: the rest is immutable (RFC 8621 section 4). The thread is told too, since Stalwart
/// merges threads.
package struct EmailChange: Sendable, Hashable {
    package var id: EmailID
    package var threadID: ThreadID
    package var mailboxIDs: [MailboxID]
    package var keywords: [String]

    package init(id: EmailID, threadID: ThreadID, mailboxIDs: [MailboxID], keywords: [String]) {
        self.id = id
        self.threadID = threadID
        self.mailboxIDs = mailboxIDs
        self.keywords = keywords
    }
}

/// A step from one state of a type to the next.
package struct StateStep: Sendable, Hashable {
    /// The state that the change begins at; nil where there was none. The write is refused where the cache holds another.
    package var from: State?
    package var to: State

    package init(from: State?, to: State) {
        self.from = from
        self.to = to
    }
}

/// What one transaction writes of an account.
package struct CacheBatch: Sendable {
    package var account: AccountID
    /// Mailboxes that are new or changed.
    package var mailboxes: [MailboxRecord] = []
    package var mailboxesDestroyed: [MailboxID] = []
    /// Every mailbox there is, where the list is whole: those that it does not name go.
    package var mailboxesAreAll = false
    package var mailboxState: StateStep?
    /// Messages with everything a list shows; those that are there already are replaced.
    package var emails: [EmailRecord] = []
    /// Changes of messages that are there; others are passed over and counted.
    package var patches: [EmailChange] = []
    package var emailsDestroyed: [EmailID] = []
    package var emailState: StateStep?
    package var threadState: StateStep?
    /// Which messages belong to threads; messages that are not there are passed over.
    package var threads: [(id: ThreadID, emailIDs: [EmailID])] = []
    /// How far the first fill has come with this batch.
    package var fill: FillProgress?
    /// The state that was noted before the first fill that these rows are of. Refused as outdated where that fill has been
    /// replayed or is over: nobody would ever put right what of the rows is old by then.
    package var filling: State?
    /// Acts that the server had confirmed before it was asked for this batch: the batch, or the rows before it, tell what
    /// came of them, so the server's rows hold from now on.
    package var settled: [ActTargetID] = []

    package init(account: AccountID) {
        self.account = account
    }

    /// True where it tells nothing that the cache would not have already, as most answers of a quiet account do.
    package var isEmpty: Bool {
        let steps = [mailboxState, emailState, threadState].compactMap { $0 }
        return mailboxes.isEmpty && mailboxesDestroyed.isEmpty && !mailboxesAreAll && emails.isEmpty && patches.isEmpty
            && emailsDestroyed.isEmpty && threads.isEmpty && fill == nil && settled.isEmpty
            && steps.allSatisfy { $0.from == $0.to }
    }
}

/// How far a first fill has come; enough to go on after a restart.
package struct FillProgress: Sendable, Hashable {
    package var stage: FillStage
    /// The Email state that was noted before page one: changes since then are replayed at the end.
    package var notedState: State?
    /// The last message of the last page: the next page begins behind it.
    package var anchor: EmailID?
    /// Messages fetched so far.
    package var done: Int
    /// Messages that the server counted, or nil where it did not.
    package var total: Int?

    package init(stage: FillStage, notedState: State? = nil, anchor: EmailID? = nil, done: Int = 0, total: Int? = nil) {
        self.stage = stage
        self.notedState = notedState
        self.anchor = anchor
        self.done = done
        self.total = total
    }
}

/// The states that the cache holds of an account.
package struct AccountStates: Sendable, Hashable {
    package var mailbox: State?
    package var email: State?
    package var thread: State?
    package var fill: FillProgress
    /// How many messages of it the cache holds.
    package var messages: Int

    package init(mailbox: State?, email: State?, thread: State?, fill: FillProgress, messages: Int = 0) {
        self.mailbox = mailbox
        self.email = email
        self.thread = thread
        self.fill = fill
        self.messages = messages
    }
}

/// A message whose body is wanted.
package struct WantedBody: Sendable, Hashable {
    package var key: MessageKey
    package var account: AccountID
    package var emailID: EmailID
    /// Bytes of the raw message.
    package var size: Int
}

/// A body as it is written.
package struct BodyRecord: Sendable {
    package var account: AccountID
    package var emailID: EmailID
    package var content: BodyRow
    /// What is found by search: the plain text, or what the HTML says.
    package var text: String

    package init(account: AccountID, emailID: EmailID, content: BodyRow, text: String) {
        self.account = account
        self.emailID = emailID
        self.content = content
        self.text = text
    }
}
