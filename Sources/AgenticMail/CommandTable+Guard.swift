// The guard, the review desk and what an agent asks for.

extension CommandTable {
    private static let policyFile = Command.Option(
        "policy", .file, placeholder: "FILE", "The guard's policy; guard.toml beside the configuration otherwise.")
    private static let hold = Command.Argument("hold", .hold, .one, "The hold's id, or the beginning of it.")
    private static let note = Command.Option("note", .text, placeholder: "TEXT", "What the agent is told.")
    private static let keyFile = Command.Option(
        "key", .file, placeholder: "FILE", "The reviewer's secret key; reviewer-key in the data folder otherwise.")
    private static let wait = Command.Option(
        "wait", .integer(0...3_600), placeholder: "SECONDS", "How long the guard's answer is waited for; 10 otherwise.")

    private static let pair = Command.Argument(
        "pair", .text, .one, "The pair's id as the list shows it, or the beginning of it.")

    private static let digest = Command.Option(
        "digest", .text, placeholder: "DIGEST", "Only if it is still the form of this digest.")
    private static let template = Command.Option(
        "template", .choice(NoteTemplate.all.map(\.name)), placeholder: "NAME",
        "A note that is ready; --note is put behind it.")
    private static let hook = Command.Option(
        "hook", .text, placeholder: "ADDRESS",
        "Where the mail server's hook asks, such as 127.0.0.1:8645; the policy's otherwise.")
    private static let hookSecret = Command.Option(
        "hook-secret", .file, placeholder: "FILE", "What the hook must send; the policy's otherwise.")

    private static func decision(
        _ word: String, _ summary: String, discussion: String = "", options: [Command.Option] = [],
        requirements: [Command.Requirement] = [.hold], console: Command.ConsoleForm? = nil
    ) -> Command {
        Command(
            Command.ID(rawValue: "review.\(word)"), summary, discussion: discussion, arguments: [hold],
            options: options + [digest, keyFile, wait], effect: .change, requirements: requirements,
            commandLine: .init("review \(word)", output: .object), console: console)
    }

    /// What waits for people: the first thing that a footer names.
    static let waiting: [Command] = [
        Command(
            "review.list", "Show the holds that wait for a decision, the nearest deadline first",
            discussion: """
                A hold is a message that an agent wants sent and that waits for people. `!` behind the time that is left \
                says that half of it is gone. In the console `:review in` shows mail that came for agents and was kept, \
                `:review out` what agents want sent, and `:review ID` one hold.
                """,
            options: [
                .init("all", "Those that are decided too."),
                .init(
                    "inbound",
                    "Mail that came for agents and was kept: approve releases it, reject discards it."
                ),
                .init("agent", .text, placeholder: "AGENT", "Those of one agent."),
            ],
            commandLine: .init("review list", output: .list, examples: ["review list", "review list --all --json"]),
            console: .init(
                "review", aliases: ["held", "holds"], keys: ["H"],
                footer: [.agents, .live, .inbox]))
    ]

    /// The commands of the review desk.
    static let desk: [Command] = [
        Command(
            "review.show", "Show everything of a hold as it would leave",
            arguments: [hold], commandLine: .init("review show", output: .object)),
        decision(
            "approve", "Let a held message be sent, exactly as it was shown",
            discussion: """
                The decision is signed and is on the digest; what was changed meanwhile is refused. In the console all of \
                the message must have been shown before; several are approved at once where each was opened, of one agent.
                """,
            options: [.init("thread-moved-on", "Approve although messages came into its thread since it was held.")],
            console: .init("approve", on: [.review, .hold], keys: ["A"], footer: [.review, .hold])),
        decision(
            "reject", "Say no to a held message; the agent reads the note", options: [note, template],
            console: .init("reject", on: [.review, .hold], keys: ["R"], footer: [.review, .hold])),
        decision(
            "request-changes", "Ask the agent for another version; the note says what to change",
            options: [note, template],
            console: .init(
                "request-changes", aliases: ["changes"], on: [.review, .hold], keys: ["C"], label: "changes",
                footer: [.hold])),
        decision(
            "edit", "Change a held message's text, subject or recipients in your editor",
            discussion: """
                The editor is VISUAL, EDITOR or vi. The difference is shown, and the edited form goes back to the guard as \
                a decision of its own: it is inspected and held again, and another reviewer must approve it. Where the policy \
                names one reviewer, an edit can be approved by nobody; that is said before the editor opens. Files stay as \
                they are; an HTML form is left out, since it would say what the text said before.
                """,
            options: [
                .init("from", .file, placeholder: "FILE", "The edited message, instead of an editor."),
                .init("dry-run", "Show the difference and send nothing."), note,
            ],
            console: .init("edit", on: [.hold], keys: ["e"], footer: [.hold])),
        Command(
            "review.send-edit", "Send the edit to the guard, which holds it again for another reviewer",
            effect: .change, console: .init("send-edit", on: [.edit], keys: ["S"], label: "send", footer: [.edit])),
        decision(
            "claim", "Tell the other reviewers that you look at a hold, or no longer do",
            discussion: "A claim lasts ten minutes; it is advice to the others and keeps nobody out.",
            console: .init("claim", on: [.review, .hold], keys: ["c"], footer: [.review, .hold])),
        decision("release", "Give a claim back"),
        decision(
            "undo", "Call an approved message back while the server still holds it", options: [note],
            console: .init(
                "call-back", on: [.review, .hold], keys: ["u", "z"], label: "undo", footer: [.review, .hold])),
        decision(
            "allow", "Let an agent's mail to a recipient leave without waiting for a time",
            discussion: """
                The hold itself still waits for its decision. What the word would do is shown first: which of the open \
                holds would not have been held, and what holds the others all the same. The floor, what the rules find, \
                mail that cannot be read for certain, quotas, limits and misleading threads are never loosened. Where \
                several people must approve, as many must give their word. It ends by itself; `review allowed remove` \
                takes it back.
                """,
            options: [
                .init(
                    "until", .text, placeholder: "DATE", "The last day, such as 2026-12-31, or 30d; a year is the most."
                ),
                .init(
                    "recipient", .text, placeholder: "ADDRESS", repeats: true,
                    "Only this recipient; otherwise all because of whom the policy holds it."),
                .init("dry-run", "Show what it would do and give no word."),
            ],
            console: .init("allow", on: [.hold], keys: ["L"], label: "allow")),
        Command(
            "review.allowed", "List what reviewers have allowed for agents and recipients",
            commandLine: .init("review allowed list", output: .list, examples: ["review allowed list --json"])),
        Command(
            "review.disallow", "Take back what is allowed for an agent and a recipient", arguments: [pair],
            options: [keyFile, wait], effect: .change,
            commandLine: .init("review allowed remove", output: .object)),
        Command(
            "review.suppressed", "List who gets no more mail of which agent, and why",
            commandLine: .init("review suppressed list", output: .list)),
        Command(
            "review.unsuppress", "Let somebody get mail of an agent again",
            discussion: "A bounce that came before counts no longer; a new one does.", arguments: [pair],
            options: [keyFile, wait], effect: .change,
            commandLine: .init("review suppressed remove", output: .object)),
        Command(
            "review.inbound", "Change between mail to be sent and mail that came in and was kept",
            console: .init(
                "inbound", aliases: ["came-in"], on: [.review], keys: ["i"], label: "in/out", footer: [.review])),
        Command(
            "review.reveal", "Show secrets in the clear, or mask them again", requirements: [.secret],
            console: .init("reveal", aliases: ["mask"], on: [.hold], keys: ["m"], label: "reveal", footer: [.hold])),
        Command(
            "review.decided", "Show the holds that are decided too, or only those that wait",
            console: .init("decided", on: [.review], keys: ["x"], footer: [.review])),
        Command(
            "review.templates", "List the notes that are ready to be sent to an agent",
            commandLine: .init("review templates", output: .list)),
        Command(
            "review.enroll", "Make a reviewer's key and print the lines for the guard's policy",
            options: [keyFile], effect: .change, commandLine: .init("review enroll", output: .object)),
    ]

    /// Commands about mail that agents send.
    static let guardian: [Command] = [
        Command(
            "guard.run", "Run the guard: hold or send what agents put into their Outbox",
            discussion: """
                It runs with the login of the guard's own account until it is stopped and prints a line of JSON for \
                each thing that happens, without any content. Several may run: one is active, the others stand by.
                """,
            options: [
                policyFile, hook, hookSecret,
                .init(
                    "metrics", .text, placeholder: "ADDRESS",
                    "Serve counters for Prometheus on a loopback address such as 127.0.0.1:9645."),
            ], effect: .change, commandLine: .init("guard run", output: .text)),
        Command(
            "guard.status", "Say whether a guard is active and how many holds lie in each state",
            options: [policyFile, hook, hookSecret], commandLine: .init("guard status", output: .object)),
        Command(
            "outbox.put", "Ask for a message to be sent, with the agent's own key",
            arguments: [.init("file", .file, .one, "A whole message, as in a .eml file.")],
            options: [
                .init(
                    "idempotency-key", .text, placeholder: "KEY", "The same key never makes two messages."),
                .init("send-at", .text, placeholder: "TIME", "Not before this time, such as 2027-01-31T09:00:00Z."),
            ],
            effect: .change, commandLine: .init("outbox put", output: .object)),
        Command(
            "outbox.list", "List what the agent asked to be sent, and what became of it",
            commandLine: .init("outbox list", output: .list)),
        Command(
            "outbox.show", "Show what became of one message", arguments: [hold],
            commandLine: .init("outbox show", output: .object)),
        Command(
            "outbox.revise", "Hand in a new version of a held message",
            arguments: [hold, .init("file", .file, .one, "The whole new message.")], effect: .change,
            commandLine: .init("outbox revise", output: .object)),
        Command(
            "outbox.withdraw", "Take a held message back", arguments: [hold], effect: .change,
            commandLine: .init("outbox withdraw", output: .object)),
        Command(
            "audit.list", "List who decided what, the first entry first",
            commandLine: .init("audit list", output: .list)),
        Command(
            "audit.verify", "Check the audit's chain", commandLine: .init("audit verify", output: .object)),
        Command(
            "audit.export", "Print the audit as JSON lines or CSV",
            options: [.init("format", .choice(["jsonl", "csv"]), placeholder: "FORMAT", "jsonl otherwise.")],
            commandLine: .init("audit export", output: .text)),
        Command(
            "policy.show", "Show what the policy asks for, each value with its place",
            discussion: """
                Without an agent it is what holds for the workspace. Of a table for a recipient, an agent, its domain and \
                the workspace the first that says something counts; the floor is never loosened.
                """,
            arguments: [
                .init("agent", .agent, .optional, "What holds for this agent."),
                .init("recipient", .text, .optional, "And for its mail to this address."),
            ],
            options: [policyFile],
            commandLine: .init(
                "policy show", output: .list,
                examples: ["policy show", "policy show ada@agents.example.org bob@example.com"]),
            console: .init("policy")),
        Command(
            "policy.check", "Check the guard's policy, and name each mistake with its line",
            discussion: """
                Said too, and no mistake: ends that have passed, and reviewers too few for what is asked of them. A guard \
                keeps the last policy that was in order and holds all mail while the file has a mistake.
                """,
            options: [policyFile],
            commandLine: .init("policy check", output: .list, examples: ["policy check --policy guard.toml"])),
        Command(
            "policy.edit", "Edit the guard's policy in your editor; it is checked first",
            discussion:
                "The editor is VISUAL, EDITOR or vi. What has a mistake is not taken; the file stays as it was.",
            options: [
                policyFile, .init("from", .file, placeholder: "FILE", "The new text, instead of an editor."),
                .init("dry-run", "Check and take nothing."),
            ], effect: .change, commandLine: .init("policy edit", output: .object),
            console: .init("edit-policy", on: [.policy], keys: ["e"], label: "edit", footer: [.policy])),
        Command(
            "policy.test", "Say what the guard would do with a message, and why",
            options: [
                .init("message", .file, placeholder: "FILE", "The message."), policyFile,
                .init("agent", .text, placeholder: "ADDRESS", "Whose message; its From otherwise."),
            ],
            commandLine: .init(
                "policy test", output: .object, examples: ["policy test --message draft.eml --policy guard.toml"])),
    ]
}
