package import JMAP

/// What has changed in the cache since the last change that was handed out.
package struct CacheChange: Sendable, Hashable {
    /// Accounts whose row, totals or messages changed.
    package var accounts: Set<AccountID> = []
    /// Accounts whose list of mailboxes (not only their totals) changed.
    package var mailboxes: Set<AccountID> = []
    /// Messages that came, by key; at most `limit`, then `isMany` is true.
    package var added: Set<MessageKey> = []
    /// Messages whose flags, mailboxes or body changed; at most `limit`, then `isMany` is true.
    package var updated: Set<MessageKey> = []
    /// Messages that went; at most `limit`, then `isMany` is true.
    package var removed: Set<MessageKey> = []
    /// True where more messages changed than the three sets hold: look again.
    package var isMany = false
    /// True where the list of accounts changed.
    package var accountList = false

    /// How many keys a set holds at most.
    package static let limit = 1_000
    /// Rows of one batch of which no keys are told when there are more.
    static let fewest = 250

    package init() {}

    /// True where nothing changed.
    package var isEmpty: Bool { self == CacheChange() }

    /// Adds a later change.
    package mutating func merge(_ later: CacheChange) {
        accounts.formUnion(later.accounts)
        mailboxes.formUnion(later.mailboxes)
        added.formUnion(later.added)
        updated.formUnion(later.updated)
        removed.formUnion(later.removed)
        added.subtract(later.removed)
        updated.subtract(later.removed)
        removed.subtract(later.added)
        isMany = isMany || later.isMany
        accountList = accountList || later.accountList
        if max(added.count, updated.count, removed.count) > Self.limit { keepOnlyThatThereAreMany() }
    }

    private mutating func keepOnlyThatThereAreMany() {
        added = []
        updated = []
        removed = []
        isMany = true
    }
}

extension CacheChange {
    mutating func noteAdded(_ key: MessageKey) {
        guard !isMany else { return }
        removed.remove(key)
        added.insert(key)
        if added.count > Self.limit { keepOnlyThatThereAreMany() }
    }

    mutating func noteUpdated(_ key: MessageKey) {
        guard !isMany, !added.contains(key) else { return }
        updated.insert(key)
        if updated.count > Self.limit { keepOnlyThatThereAreMany() }
    }

    mutating func noteRemoved(_ key: MessageKey) {
        guard !isMany else { return }
        added.remove(key)
        updated.remove(key)
        removed.insert(key)
        if removed.count > Self.limit { keepOnlyThatThereAreMany() }
    }
}
