package import JMAP

/// Names an act in the journal; a greater one was done later.
package struct ActID: RawRepresentable, Hashable, Comparable, Sendable {
    package let rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    package static func < (left: ActID, right: ActID) -> Bool { left.rawValue < right.rawValue }
}

/// One message of an act.
package struct ActTargetID: Hashable, Comparable, Sendable {
    package let act: ActID
    /// Its place in the act, from 0.
    package let number: Int

    package static func < (left: ActTargetID, right: ActTargetID) -> Bool {
        (left.act, left.number) < (right.act, right.number)
    }
}

/// How far one message of an act has come.
package enum ActState: Int, Sendable, Hashable, CaseIterable {
    /// It is in the journal and not on its way.
    case waiting = 0
    /// It was handed to the network: the server may have carried it out.
    case sent = 1
    /// The server has carried it out; the changes that say so have not been read yet.
    case confirmed = 2
    /// The server has it and the cache has read it back.
    case done = 3
    /// The server, or this program, refused it.
    case refused = 4
    /// It was taken back before it was sent.
    case takenBack = 5

    /// True where the row shows what the server does not say yet.
    package var isOpen: Bool { rawValue < ActState.done.rawValue }
}

/// What kind of act it was, for words.
package enum ActKind: String, Sendable, Hashable, CaseIterable {
    case seen, unseen, flagged, unflagged
    /// Another keyword was set or taken away; the act's place is the keyword.
    case keywordSet, keywordRemoved
    /// The act's place is the mailbox's name.
    case move
    case trash, archive
    case undo
}

/// What of a message can be changed: where it lies, and its keywords.
package struct Standing: Sendable, Hashable {
    package var mailboxIDs: [MailboxID]
    package var keywords: [String]

    package init(mailboxIDs: [MailboxID], keywords: [String]) {
        self.mailboxIDs = mailboxIDs
        self.keywords = keywords
    }

    func has(_ keyword: String) -> Bool {
        let word = keyword.lowercased()
        return keywords.contains { $0.lowercased() == word }
    }
}

/// A change of one message; doing it twice is the same as doing it once.
package struct MessageEdit: Sendable, Hashable, Codable {
    /// Keywords to set (true) and to take away.
    package var keywords: [String: Bool] = [:]
    /// Every mailbox that it lies in afterwards; nil where it is put into and taken out of single ones.
    package var only: [MailboxID]?
    package var into: [MailboxID] = []
    package var outOf: [MailboxID] = []

    package init() {}

    /// The standing that the change leads to.
    ///
    /// - Parameter isKnown: whether there is such a mailbox: into one that is gone nothing is shown to move.
    func applied(to before: Standing, isKnown: (MailboxID) -> Bool) -> Standing {
        var after = before
        for (keyword, isSet) in keywords {
            after.keywords.removeAll { $0.lowercased() == keyword.lowercased() }
            if isSet { after.keywords.append(keyword) }
        }
        if let only {
            if !only.isEmpty, only.allSatisfy(isKnown) { after.mailboxIDs = only }
        } else if into.allSatisfy(isKnown) {
            let left = before.mailboxIDs.filter { !outOf.contains($0) && !into.contains($0) } + into
            if !left.isEmpty { after.mailboxIDs = left }
        }
        return after
    }

    /// The change that leads back to the standing before, or nil where nothing changes.
    func reversed(over before: Standing) -> MessageEdit? {
        var reverse = MessageEdit()
        for (keyword, isSet) in keywords where before.has(keyword) != isSet { reverse.keywords[keyword] = !isSet }
        if let only {
            if Set(only) != Set(before.mailboxIDs) { reverse.only = before.mailboxIDs }
        } else {
            reverse.into = outOf.filter { before.mailboxIDs.contains($0) }
            reverse.outOf = into.filter { !before.mailboxIDs.contains($0) }
        }
        return reverse == MessageEdit() ? nil : reverse
    }
}

/// What a person asks to be done to messages.
package struct ActRequest: Sendable {
    package enum Change: Sendable, Hashable {
        case keyword(String, isSet: Bool)
        /// To the account's mailbox of that role, out of every other.
        case role(ActKind)
        /// To a mailbox of each account, out of every other, or out of one alone where it is named.
        case move(to: [AccountID: MailboxID], from: MailboxID?, name: String)
    }

    package var keys: [MessageKey]
    package var change: Change

    package init(_ change: Change, on keys: [MessageKey]) {
        self.change = change
        self.keys = keys
    }
}

/// What became of a request.
package struct ActReceipt: Sendable, Hashable {
    /// The act, or nil where no message had to be changed.
    package var act: ActRow?
    /// Messages that are so already.
    package var unchanged = 0
    /// Messages that cannot be changed, and why.
    package var impossible: [MessageKey: String] = [:]

    package init() {}
}

/// What became of taking an act back.
package struct UndoReceipt: Sendable, Hashable {
    /// The act that was taken back.
    package var act: ActRow
    /// Messages that had not been sent, and are not.
    package var unsent = 0
    /// Messages that are changed back on the server.
    package var reversed = 0
    /// Messages that the server had refused, so that there was nothing to take back.
    package var refused = 0
}

/// A message of an act on its way to the server.
package struct ActTarget: Sendable, Hashable {
    package var id: ActTargetID
    package var account: AccountID
    package var emailID: EmailID
    package var blobID: BlobID
    /// Seconds since 1970.
    package var receivedAt: Int64
    package var edit: MessageEdit
    package var state: ActState
}

/// What the server said of a message of an act.
package enum ActOutcome: Sendable, Hashable {
    case confirmed
    /// A sentence; may hold the server's words (untrusted).
    case refused(String)
    /// Nothing was carried out: it waits again.
    case unsent
}

/// One act as a list shows it.
package struct ActRow: Sendable, Hashable, Identifiable {
    package var id: ActID
    package var kind: ActKind
    /// The mailbox's name, or the keyword (untrusted text); empty where the kind says it.
    package var place: String
    /// Seconds since 1970.
    package var made: Int64
    /// Up to eight of the accounts that it concerns.
    package var accounts: [AccountID]
    /// How many of its messages are how far.
    package var counts: [ActState: Int]
    /// Why the first of the refused ones was refused; untrusted text.
    package var reason: String
    /// True where a person has taken it back.
    package var isTakenBack: Bool
    /// True where this run of the program did it.
    package var isOwn: Bool

    package init(
        id: ActID, kind: ActKind, place: String, made: Int64, accounts: [AccountID], counts: [ActState: Int],
        reason: String, isTakenBack: Bool, isOwn: Bool
    ) {
        self.id = id
        self.kind = kind
        self.place = place
        self.made = made
        self.accounts = accounts
        self.counts = counts
        self.reason = reason
        self.isTakenBack = isTakenBack
        self.isOwn = isOwn
    }

    /// All its messages.
    package var total: Int { counts.values.reduce(0, +) }
    /// Those that the server does not have yet, as far as is known.
    package var waiting: Int { (counts[.waiting] ?? 0) + (counts[.sent] ?? 0) }
    package var refused: Int { counts[.refused] ?? 0 }
}

/// A message by the server's names.
package struct MessageName: Sendable, Hashable {
    package var account: AccountID
    package var emailID: EmailID

    package init(account: AccountID, emailID: EmailID) {
        self.account = account
        self.emailID = emailID
    }
}

/// The journal at one moment.
package struct ActSummary: Sendable, Hashable {
    /// Acts, the newest first: all that are open or refused, and some that are done.
    package var acts: [ActRow] = []
    /// Messages on which acts wait, up to `messageLimit`.
    package var waitingMessages: Set<MessageName> = []
    /// Messages whose acts wait for the server, counted once for each act.
    package var waiting = 0
    /// Messages that were refused, counted once for each act.
    package var refused = 0
    /// What the server has carried out and the cache has not read back yet.
    package var confirmed: [AccountID: [ActTargetID]] = [:]

    package static let messageLimit = 2_000

    package init() {}

    package subscript(id: ActID) -> ActRow? { acts.first { $0.id == id } }
}
