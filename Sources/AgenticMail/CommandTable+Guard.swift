// The guard, the review desk and what an agent asks for.

extension CommandTable {
    private static let policyFile = Command.Option(
        "policy", .file, placeholder: "FILE", "The guard's policy; guard.toml beside the configuration otherwise.")
    private static let hold = Command.Argument("hold", .text, .one, "The hold's id, or the beginning of it.")
    private static let note = Command.Option("note", .text, placeholder: "TEXT", "What the agent is told.")
    private static let keyFile = Command.Option(
        "key", .file, placeholder: "FILE", "The reviewer's secret key; reviewer-key in the data folder otherwise.")
    private static let waiting = Command.Option(
        "wait", .integer(0...3_600), placeholder: "SECONDS", "How long the guard's answer is waited for; 10 otherwise.")

    private static let hook = Command.Option(
        "hook", .text, placeholder: "ADDRESS",
        "Where the mail server's hook asks, such as 127.0.0.1:8645; the policy's otherwise.")
    private static let hookSecret = Command.Option(
        "hook-secret", .file, placeholder: "FILE", "What the hook must send; the policy's otherwise.")

    private static func decision(
        _ word: String, _ summary: String, discussion: String = "", effect: Command.Effect = .change
    ) -> Command {
        Command(
            Command.ID(rawValue: "review.\(word)"), summary, discussion: discussion, arguments: [hold],
            options: [note, keyFile, waiting], effect: effect,
            commandLine: .init("review \(word)", output: .object))
    }

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
            "review.list", "List the holds that wait for a decision, the nearest deadline first",
            options: [
                .init("all", "Those that are decided too."),
                .init("inbound", "Mail that came for agents and was kept: approve releases it, reject discards it."),
            ],
            commandLine: .init("review list", output: .list, examples: ["review list", "review list --all --json"])),
        Command(
            "review.show", "Show everything of a hold as it would leave",
            arguments: [hold], commandLine: .init("review show", output: .object)),
        decision("claim", "Tell the other reviewers that you are looking at a hold"),
        decision(
            "approve", "Let a held message be sent, exactly as it was shown",
            discussion: "The decision is signed and is on the digest; what was changed meanwhile is refused."),
        decision("reject", "Say no to a held message; the agent reads the note"),
        decision("request-changes", "Ask the agent for another version; the note says what to change"),
        decision("undo", "Call an approved message back while the server still holds it"),
        Command(
            "review.enroll", "Make a reviewer's key and print the lines for the guard's policy",
            options: [keyFile], effect: .change, commandLine: .init("review enroll", output: .object)),
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
            "policy.test", "Say what the guard would do with a message, and why",
            options: [
                .init("message", .file, placeholder: "FILE", "The message."), policyFile,
                .init("agent", .text, placeholder: "ADDRESS", "Whose message; its From otherwise."),
            ],
            commandLine: .init(
                "policy test", output: .object, examples: ["policy test --message draft.eml --policy guard.toml"])),
    ]
}
