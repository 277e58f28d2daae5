/// A view of the console that fills the screen and has its own keys.
package enum Screen: String, Sendable, Hashable, CaseIterable {
    /// Every agent with its state; the console starts here.
    case agents
    /// Every message of every agent as it arrives or leaves.
    case live
    /// The messages of one mailbox, of one agent or of all agents.
    case inbox
    /// The messages that a query found.
    case search
    /// One conversation, read.
    case thread
    /// The bytes of one message as the server keeps them.
    case source
    /// Every header field of one message.
    case headers
    /// What the program did, redacted.
    case log
    /// What runs in the background.
    case jobs
    /// What was done to messages: what waits, what was refused, what can be taken back.
    case acts
    /// Each check of the workspace with its cure.
    case doctor
    /// The server's domains.
    case domains
    /// One domain's DNS records, wanted beside found.
    case records
    /// The holds that wait for a decision.
    case review
    /// One hold: everything that must be seen before it is decided.
    case hold
    /// What an edit of a held message would change.
    case edit
    /// What the policy asks for, where each value comes from, and its mistakes.
    case policy
    /// The keys of the screen before, each runnable.
    case help
}

/// A set of screens, written as a group where the same keys apply.
package struct ScreenSet: Sendable, Hashable, ExpressibleByArrayLiteral {
    package let screens: Set<Screen>

    /// The set of these screens.
    package init(_ screens: some Sequence<Screen>) {
        self.screens = Set(screens)
    }

    /// The set of these screens.
    package init(arrayLiteral elements: Screen...) {
        screens = Set(elements)
    }

    /// Whether a screen is in the set.
    package func contains(_ screen: Screen) -> Bool {
        screens.contains(screen)
    }

    /// The screens of both sets.
    package func union(_ other: ScreenSet) -> ScreenSet {
        ScreenSet(screens.union(other.screens))
    }

    /// The screens of this set that are not in the other.
    package func subtracting(_ other: ScreenSet) -> ScreenSet {
        ScreenSet(screens.subtracting(other.screens))
    }

    /// Nowhere in the console.
    package static let none: ScreenSet = []
    /// Everywhere in the console.
    package static let all = ScreenSet(Screen.allCases)
    /// Screens whose rows are messages.
    package static let messageLists: ScreenSet = [.live, .inbox, .search]
    /// Screens with one message open.
    package static let readers: ScreenSet = [.thread, .source, .headers]
    /// Screens that are a list of rows.
    package static let lists: ScreenSet = [
        .agents, .live, .inbox, .search, .log, .jobs, .acts, .doctor, .domains, .records, .help, .review,
    ]
    /// Screens on which one message is selected or open.
    package static let messages = messageLists.union(readers)
}
