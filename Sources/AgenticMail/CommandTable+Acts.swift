// What can be done to messages and taken back.

extension CommandTable {
    private static let actedOn = Command.Argument(
        "message", .message, .oneOrMore, "The messages, as the lists name them: account/email.")
    static let dryRun = Command.Option("dry-run", "Say what would be done, and do nothing.")
    private static let later = """
        It is shown here at once and sent as soon as the server is reached; until then it waits, also over a restart. \
        undo takes it back.
        """

    /// Acts on messages: each can be taken back.
    static let acting: [Command] = [
        Command(
            "mail.trash", "Move to Trash", discussion: later, arguments: [actedOn], options: [dryRun],
            effect: .change, requirements: [.message],
            commandLine: .init("mail trash", output: .object, examples: ["mail trash b/eaaaaab"]),
            console: .init(
                "trash", aliases: ["delete"], on: .messages, keys: ["d", "Delete"],
                footer: ScreenSet.messageLists.union([.thread]))),
        Command(
            "mail.archive", "Move to Archive", discussion: later, arguments: [actedOn], options: [dryRun],
            effect: .change, requirements: [.message],
            commandLine: .init("mail archive", output: .object, examples: ["mail archive b/eaaaaab"]),
            console: .init("archive", on: .messages, keys: ["a"])),
        Command(
            "mail.move", "Move to another mailbox",
            discussion: "In a list of one mailbox a message stays in the other mailboxes that it lies in. " + later,
            arguments: [actedOn],
            options: [.init("to", .mailbox, placeholder: "MAILBOX", "The mailbox, by name or role."), dryRun],
            effect: .change, requirements: [.message],
            commandLine: .init("mail move", output: .object, examples: ["mail move b/eaaaaab --to archive"]),
            console: .init("move", on: .messages, keys: ["M"])),
        Command(
            "mail.flag", "Flag messages, or take the flags away", discussion: later, arguments: [actedOn],
            options: [.init("off", "Take the flag away."), dryRun], effect: .change,
            commandLine: .init("mail flag", output: .object, examples: ["mail flag b/eaaaaab"])),
        Command(
            "mail.undo", "Take back what was done last",
            discussion: """
                What was not sent yet is never sent; what the server has is changed back there. Again takes back what \
                was done before. The console takes back its own acts; on the command line, those of any run.
                """,
            options: [
                .init("act", .integer(1...Int.max), placeholder: "NUMBER", "The act, as the acts are numbered.")
            ], effect: .change,
            commandLine: .init("mail undo", output: .object, examples: ["mail undo"]),
            console: .init("undo", on: ScreenSet.all.subtracting([.review, .hold]), keys: ["u", "z"], footer: [.acts])),
        Command(
            "go.acts", "Show what was done, what waits and what was refused", console: .init("acts")),
        Command(
            "acts.dismiss", "Take the refused act off the list", requirements: [.row],
            console: .init("dismiss", on: [.acts], keys: ["x"], footer: [.acts])),
    ]
}
