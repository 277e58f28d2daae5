package import JMAP
package import MailCache

/// Keeps a cache equal to a server: first fill, catch-up, push, sweeps, bodies.
///
/// `run` does all of it until its task is cancelled. What it does is told by `status()`; what it changes by the cache's
/// `changes()`. It never asks for what a person did not ask for except mail and the list of accounts, and changes nothing
/// on the server except by `perform` and `undo`.
package actor MailSync {
    let client: JMAPClient
    let writer: CacheWriter
    let clock: SyncClock
    let options: SyncOptions
    /// A number from 0 up to 1, not 1 itself.
    let random: @Sendable () -> Double
    /// What of an HTML text is searched.
    let textOfHTML: @Sendable (String) -> String
    nonisolated let feed = StatusFeed(SyncStatus())
    /// What is known of each account; see `Watched`.
    var accounts: [AccountID: Watched] = [:]
    /// Accounts that a person looks at now.
    var onScreen: Set<AccountID> = []
    var isPaused = false
    /// How the server tells what changes, once that is known.
    var push = PushState.unknown
    /// Bodies that are being fetched because somebody opened them.
    var opening: [MessageKey: Task<Void, any Error>] = [:]
    /// Reads the event stream; cancelled so that another is opened.
    var stream: Task<StreamEnd, any Error>?
    /// The accounts of the session that the stream was opened with.
    var pushed: Set<AccountID> = []
    /// Ring once it is known whether the server pushes.
    var pushBells: [Bell] = []
    /// Rings when accounts may have moved.
    let moved = Bell()
    /// Rings when sweeps may be due earlier than was thought.
    let sweepBell = Bell()
    /// Rings when there may be something to fill.
    let fillBell = Bell()
    /// Rings when there may be bodies to fetch or words to index.
    let bodyBell = Bell()
    /// Rings when the accounts are to be listed again.
    let listBell = Bell()
    /// Rings when there may be acts to send.
    let actBell = Bell()
    /// Accounts whose acts could not be sent, and when they are tried again.
    var actRetries: [AccountID: ActRetry] = [:]
    /// How often the server had no final word on a message of an act.
    var actAttempts: [ActTargetID: Int] = [:]
    /// Keeps other programs from filling the same cache, and how many parts of this one rely on it.
    var filling: (lock: ProgramLock, users: Int)?
    /// Lets so many requests of first fills through.
    let fillLane: Lane

    /// How the server tells what changes.
    enum PushState: Equatable {
        case unknown
        case open
        case none(reason: String)
        case lost
    }

    /// Makes a synchronisation; nothing happens until `run`.
    ///
    /// - Parameters:
    ///   - client: the login at the server.
    ///   - cache: what is kept equal to it.
    ///   - clock: the time.
    ///   - random: numbers from 0 up to 1, for the jitter of waits.
    ///   - textOfHTML: makes words to search for of an HTML text.
    package init(
        client: JMAPClient, cache: MailCache, options: SyncOptions = SyncOptions(), clock: SyncClock = .system,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        textOfHTML: @escaping @Sendable (String) -> String = HTMLWords.text
    ) {
        self.client = client
        self.writer = cache.writer
        self.options = options
        self.clock = clock
        self.random = random
        self.textOfHTML = textOfHTML
        self.fillLane = Lane(width: options.fillsInFlight)
    }

    /// The status now, and then whenever it changes.
    package nonisolated func status() -> AsyncStream<SyncStatus> { feed.subscribe() }

    /// The status now.
    package nonisolated var currentStatus: SyncStatus { feed.value }

    /// Says which accounts a person looks at: they are swept several times a second.
    package func show(_ shown: Set<AccountID>) {
        let new = shown.subtracting(onScreen)
        onScreen = shown
        for account in new { accounts[account]?.due = .zero }
        if !new.isEmpty {
            sweepBell.ring()
            fillBell.ring()
        }
    }

    /// Stops and starts the sweeps and the work in the background, as while the console is suspended.
    package func setPaused(_ isPaused: Bool) {
        self.isPaused = isPaused
        if !isPaused {
            for account in accounts.keys { accounts[account]?.due = .zero }
            sweepBell.ring()
            bodyBell.ring()
        }
    }

    /// Asks for the changes of one account now, or of all accounts and for the list of accounts.
    package func refresh(_ account: AccountID? = nil) {
        if let account {
            markMoved(account)
        } else {
            for account in accounts.keys { markMoved(account) }
            listBell.ring()
        }
    }
}

/// What is known of one account while the synchronisation runs.
struct Watched {
    var kind: AccountKind
    var condition: AccountCondition
    /// The Email state of the cache, as far as it is known here.
    var emailState: State?
    var fill: FillStage
    /// True while the account is caught up with or compared.
    var isBusy = false
    /// True while the account is filled.
    var isFilling = false
    /// True where a change was told and not asked for yet.
    var hasMoved = false
    /// When it is swept next.
    var due: Duration = .zero
    /// How long until it is swept again.
    var interval: Duration = .zero
    /// When something last changed in it.
    var lastMoved: Duration?
    /// When mailboxes and threads were last asked for as well.
    var lastWhole: Duration = .zero
    /// When it may be tried again after a failure.
    var retryAt: Duration = .zero
    var failures = 0
}
