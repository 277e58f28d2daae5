// What both the console and the command line do with mail.

extension CommandTable {
    private static let message = Command.Argument(
        "message", .message, .one, "The message, as the lists name it: account/email.")

    /// Lists of messages.
    static let messages: [Command] = [
        Command(
            "mail.list", "List messages, newest first",
            discussion: "Without an agent it lists the messages of all agents.",
            options: [
                .init("agent", .agent, placeholder: "AGENT", "Only this agent's messages."),
                .init("mailbox", .mailbox, placeholder: "MAILBOX", "Only this mailbox, by name or role."),
                .init("unread", "Only unread messages."),
                .init("flagged", "Only flagged messages."),
                limit,
            ],
            commandLine: .init(
                "mail list", output: .list,
                examples: ["mail list --agent ada --mailbox inbox", "mail list --unread --limit 20 --json"])),
        Command(
            "mail.search", "Search the messages kept here",
            discussion: """
                Every word must be found, in the text, the subject or the addresses; the last may be the beginning of \
                one. `"some words"` are found side by side, `-word` must not be there (after `--` on the command \
                line), `from:word`, `to:word` and `subject:word` look there alone, `is:unread` and `is:flagged` ask \
                for a state.
                """,
            arguments: [.init("query", .query, .oneOrMore, "What to look for.")],
            options: [
                .init("agent", .agent, placeholder: "AGENT", "Only this agent's messages."),
                limit,
            ],
            commandLine: .init(
                "mail search", output: .list,
                examples: [
                    "mail search invoice", "mail search --agent ada from:bob overdue", "mail search -- invoice -paid",
                ]),
            console: .init("search", aliases: ["s"], keys: ["Ctrl-f"], footer: [.inbox, .live])),
    ]

    /// Reading and acting on single messages.
    static let conversation: [Command] = [
        Command(
            "mail.read", "Print a message as text",
            discussion: """
                HTML is shown as text, links are numbered and listed, attachments are listed and not opened. Reading \
                here does not mark the message as read.
                """,
            arguments: [message],
            commandLine: .init("mail read", output: .object, examples: ["mail read b/eaaaaab"])),
        Command(
            "mail.thread", "Print the conversation that a message belongs to",
            arguments: [message],
            commandLine: .init("mail thread", output: .list)),
        Command(
            "mail.headers", "Show every header field of a message", arguments: [message], requirements: [.message],
            commandLine: .init("mail headers", output: .list),
            console: .init("headers", on: .messages.subtracting([.headers]), keys: ["h"])),
        Command(
            "mail.source", "Show a message's bytes as the server keeps them",
            discussion:
                "On a terminal control characters are shown as marks; into a file or a pipe the bytes go as they are.",
            arguments: [message], requirements: [.message],
            commandLine: .init("mail source", output: .text, examples: ["mail source b/eaaaaab > message.eml"]),
            console: .init(
                "raw", aliases: ["source"], on: .messages.subtracting([.source]), keys: ["y"], footer: [.thread])),
        Command(
            "mail.save", "Save a message's attachments",
            discussion: """
                Names are made safe and nothing is overwritten: a number is added where a file of that name exists.
                """,
            arguments: [message],
            options: [
                .init("to", .folder, placeholder: "FOLDER", "Where to; the current folder otherwise."),
                .init(
                    "part", .integer(1...9999), placeholder: "NUMBER", repeats: true,
                    "Only this attachment, as `mail read` numbers them; may be given several times."),
            ],
            requirements: [.message, .attachment],
            commandLine: .init("mail save", output: .list, examples: ["mail save b/eaaaaab --to ~/Downloads"]),
            console: .init("save", on: .messages, keys: ["s"], footer: [.thread])),
        Command(
            "mail.mark", "Mark messages as read, unread, flagged or not flagged",
            arguments: [.init("message", .message, .oneOrMore, "The messages, as the lists name them: account/email.")],
            options: [
                .init("seen", "Mark as read."),
                .init("unseen", "Mark as unread."),
                .init("flagged", "Flag."),
                .init("unflagged", "Take the flag away."),
                CommandTable.dryRun,
            ],
            effect: .change,
            commandLine: .init("mail mark", output: .list, examples: ["mail mark b/eaaaaab --seen"])),
        Command(
            "seen.toggle", "Mark as read, or as unread", effect: .change, requirements: [.message],
            console: .init("seen", aliases: ["unread"], on: .messages, keys: ["U"])),
        Command(
            "flag.toggle", "Flag, or take the flag away", effect: .change, requirements: [.message],
            console: .init("flag", on: .messages, keys: ["*"])),
    ]

    private static let limit = Command.Option(
        "limit", short: "n", .integer(1...100_000), placeholder: "NUMBER", "At most so many; 100 otherwise.")
}
