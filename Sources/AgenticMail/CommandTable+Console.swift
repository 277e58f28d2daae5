// The commands that the console alone has: places, movement, lists, reading.

extension CommandTable {
    /// The screens that a person goes to by name.
    static let places: [Command] = [
        Command(
            "go.live", "Show every message of every agent as it happens",
            console: .init("live", aliases: ["l"])),
        Command(
            "go.inbox", "Show one agent's mailboxes, or all agents' messages",
            discussion: "Without an agent it shows the messages of all agents in one list.",
            arguments: [.init("agent", .agent, .optional, "The agent whose mailboxes are shown.")],
            console: .init("inbox", aliases: ["i", "in"])),
        Command(
            "go.thread", "Show the conversation of the selected message", requirements: [.message],
            console: .init("thread", aliases: ["t"], on: .messages)),
        Command(
            "go.log", "Show what the program did, with secrets left out",
            console: .init("log")),
        Command(
            "go.jobs", "Show what runs in the background",
            console: .init("jobs", aliases: ["j"])),
    ]

    /// Moving the cursor and going between views.
    static let movement: [Command] = [
        Command(
            "open", "Open what the cursor is on", requirements: [.row],
            console: .init(
                "open", on: ScreenSet.lists.union([.thread, .hold]), keys: ["Enter"],
                footer: ScreenSet.lists.union([.thread]))
        ),
        Command(
            "back", "Go one level back: end the filter or the marks, then the view",
            console: .init("back", keys: ["Esc"], footer: .readers)),
        Command(
            "leave", "Leave this view; from the start screen, quit",
            discussion: "Quitting asks only when work is pending.",
            console: .init("leave", keys: ["q"])),
        Command(
            "cursor.down", "Move one line down",
            console: .init("down", keys: ["j", "Down"], isHiddenInPalette: true)),
        Command(
            "cursor.up", "Move one line up",
            console: .init("up", keys: ["k", "Up"], isHiddenInPalette: true)),
        Command(
            "cursor.first", "Go to the first line",
            console: .init("first", aliases: ["top"], keys: ["g", "Home"], isHiddenInPalette: true)),
        Command(
            "cursor.last", "Go to the last line",
            console: .init("last", aliases: ["bottom"], keys: ["G", "End"], isHiddenInPalette: true)),
        Command(
            "cursor.half-down", "Move half a page down",
            console: .init("half-down", keys: ["Ctrl-d"], isHiddenInPalette: true)),
        Command(
            "cursor.half-up", "Move half a page up",
            console: .init("half-up", keys: ["Ctrl-u"], isHiddenInPalette: true)),
        Command(
            "cursor.page-down", "Move a page down",
            console: .init(
                "page-down", keys: ["PgDn", .init("Space", on: ScreenSet.readers.union([.hold, .edit]))],
                isHiddenInPalette: true)),
        Command(
            "cursor.page-up", "Move a page up",
            console: .init("page-up", keys: ["PgUp"], isHiddenInPalette: true)),
        Command(
            "scroll.left", "Scroll to the left",
            console: .init("scroll-left", keys: ["Left"], isHiddenInPalette: true)),
        Command(
            "scroll.right", "Scroll to the right",
            console: .init("scroll-right", keys: ["Right"], isHiddenInPalette: true)),
        Command(
            "next.unread", "Go to the next unread message", requirements: [.unread],
            console: .init("next-unread", on: [.agents, .live, .inbox, .search, .thread], keys: ["Tab"])),
        Command(
            "next.message", "Open the next message of the list", requirements: [.message],
            console: .init("next", on: .readers, keys: ["Ctrl-n"])),
        Command(
            "previous.message", "Open the previous message of the list", requirements: [.message],
            console: .init("previous", on: .readers, keys: ["Ctrl-p"])),
        Command(
            "pane", "Put the cursor into a pane, counted from the left",
            arguments: [.init("number", .integer(1...5), .one, "The pane.")],
            console: .init(
                "pane", keys: (1...5).map { .init("\($0)", arguments: ["\($0)"]) }, isHiddenInPalette: true)),
        Command(
            "history.back", "Go to the view before", requirements: [.earlierView],
            console: .init("history-back", keys: ["["])),
        Command(
            "history.forward", "Go to the view after", requirements: [.laterView],
            console: .init("history-forward", keys: ["]"])),
    ]

    /// Acting on a list as a whole.
    static let listing: [Command] = [
        Command(
            "filter", "Show only the rows that match, while you type",
            discussion: """
                A plain word matches anywhere in the row. `!word` leaves out what matches, `from:word` looks at the \
                sender alone, `re:pattern` is a regular expression.
                """,
            arguments: [.init("pattern", .query, .any, "What to show; without one it is asked for.")],
            console: .init("filter", on: ScreenSet.all, keys: ["/"], footer: .lists)),
        Command(
            "match.next", "Go to the next match", requirements: [.filter],
            console: .init("next-match", keys: ["n"])),
        Command(
            "match.previous", "Go to the previous match", requirements: [.filter],
            console: .init("previous-match", keys: ["N"])),
        Command(
            "sort", "Change the order of the rows",
            discussion: "Without an order it goes on to the next one.",
            arguments: [
                .init(
                    "order", .choice(["newest", "oldest", "from", "subject", "size", "unread", "name", "heard"]),
                    .optional,
                    "The order.")
            ],
            console: .init("sort", on: [.agents, .inbox, .search], keys: ["o"], footer: [.inbox])),
        Command(
            "mark", "Mark the row and move on", requirements: [.row],
            console: .init("mark", on: ScreenSet.messageLists.union([.review]), keys: ["Space"])),
        Command(
            "mark.range", "Mark from here to where the cursor goes", requirements: [.row],
            console: .init("mark-range", on: .messageLists, keys: ["v"])),
        Command(
            "mark.none", "Take all marks away", requirements: [.marks],
            console: .init("mark-none", on: ScreenSet.messageLists.union([.review]))),
        Command(
            "mailbox", "Change to another mailbox of this agent",
            arguments: [.init("mailbox", .mailbox, .optional, "Its name; without one it is asked for.")],
            console: .init("mailbox", aliases: ["c"], on: [.inbox], keys: ["c"], footer: [.inbox])),
        Command(
            "live.pause", "Stop the list from moving, or let it go on",
            console: .init("pause", on: [.live, .log], keys: ["p"], footer: [.live])),
        Command(
            "agents.faults", "Show only agents that need a look, or all again",
            console: .init("faults", on: [.agents], keys: ["x"])),
        Command(
            "jobs.cancel", "Cancel the job under the cursor", effect: .change, requirements: [.job],
            console: .init("cancel", on: [.jobs], keys: ["x"], footer: [.jobs])),
        Command(
            "doctor.rerun", "Run the checks again",
            console: .init("rerun", on: [.doctor], keys: ["r"], footer: [.doctor])),
    ]

    /// Reading one message.
    static let reading: [Command] = [
        Command(
            "quotes.toggle", "Fold quoted text, or show it", requirements: [.quotedText],
            console: .init("quotes", on: [.thread], keys: [">"], footer: [.thread])),
        Command(
            "expand.all", "Show every message of the conversation in full, or fold the read ones",
            console: .init("expand", on: [.thread], keys: ["e"])),
        Command(
            "findings", "List what the inspection found in the message, and why", requirements: [.message],
            console: .init("findings", on: [.thread], keys: ["i"])),
        Command(
            "links", "List the message's links in full; none is opened", requirements: [.link],
            console: .init("links", on: [.thread], keys: ["l"])),
    ]
}
