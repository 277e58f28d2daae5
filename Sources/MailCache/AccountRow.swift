package import JMAP

/// What an account is to the person at the console.
package enum AccountKind: Int, Sendable, Hashable, CaseIterable {
    /// The account that logged in.
    case own = 0
    /// A group that the login is a member of.
    case group = 1
    /// An agent's account, read with `impersonate`.
    case agent = 2
}

/// How far an account can be read now.
package enum AccountCondition: Int, Sendable, Hashable, CaseIterable {
    /// It answers.
    case active = 0
    /// The server lists it as suspended: it can be read and receives nothing.
    case suspended = 1
    /// The credential may not read it (any longer); its rows stay as they were.
    case refused = 2
    /// The server does not know it any longer; its rows go with the next clean-up.
    case gone = 3
}

/// How far an account's first fill has come.
package enum FillStage: Int, Sendable, Hashable, CaseIterable {
    /// Nothing was asked for yet.
    case none = 0
    /// Pages are being fetched, newest first.
    case filling = 1
    /// Every message of the server was in the cache once; changes keep it so.
    case complete = 2
}

/// One account as a list shows it.
package struct AccountRow: Sendable, Hashable {
    package var id: AccountID
    package var kind: AccountKind
    package var condition: AccountCondition
    /// Why the condition is not `active`, a sentence from here or the server's words (untrusted); empty where there is
    /// nothing to say.
    package var reason: String
    /// The account's name on the server, mostly its login (untrusted text).
    package var name: String
    /// The account's first address, or empty where it is not known (untrusted text).
    package var address: String
    /// What the administrator wrote about it (untrusted text).
    package var detail: String
    /// Messages in the cache.
    package var total: Int
    /// Messages without `$seen`, drafts left out.
    package var unread: Int
    /// Messages in the account's mailbox `Held`.
    package var held: Int
    /// When its newest message was received, in seconds since 1970, or nil where it has none.
    package var lastHeard: Int64?
    /// Bytes used of the quota, or nil where the server told none.
    package var quotaUsed: Int64?
    /// Bytes allowed, or nil where there is no limit or the server told none.
    package var quotaLimit: Int64?
    /// How far the first fill has come.
    package var fill: FillStage
    /// Messages received in each of the 24 hours that end with the asked one, oldest first.
    package var traffic: [Int]
}

/// The counts that the top line shows.
package struct CacheTotals: Sendable, Hashable {
    package var accounts: Int
    package var messages: Int
    package var unread: Int
    package var held: Int
}
