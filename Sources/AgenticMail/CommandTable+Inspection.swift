// What a message contains, and the rules that tell it.

extension CommandTable {
    /// Inspection of message files, and the rules.
    static let inspection: [Command] = [
        Command(
            "inspect", "Say what secrets, orders to machines and hidden text mail holds",
            discussion: """
                It reads messages as files and prints one line each, with --json one object: file, direction, verdict, \
                score from 0 to 1, findings, visible text. Outbound a message is released or held, inbound delivered, \
                marked or quarantined. Nothing is sent or changed, and no server is asked.
                """,
            arguments: [.init("file", .file, .oneOrMore, "The messages; - is standard input.")],
            options: [
                .init(
                    "direction", .choice(["outbound", "inbound"]), placeholder: "DIRECTION",
                    "Which way the messages go; outbound otherwise."),
                .init(
                    "authority", .text, placeholder: "NAME", repeats: true,
                    "The name by which your own server writes Authentication-Results; those of others are not believed."
                ),
            ],
            commandLine: .init(
                "inspect", output: .list,
                examples: ["inspect draft.eml", "inspect --direction inbound --json mail/*.eml"])),
        Command(
            "rules.list", "List the rules of the inspection",
            discussion: "Rules of your own stand as TOML files in the folder rules beside the configuration.",
            commandLine: .init("rules list", output: .list, examples: ["rules list", "rules list --json"])),
        Command(
            "rules.show", "Show one rule",
            arguments: [.init("rule", .text, .one, "The rule, by its id.")],
            commandLine: .init("rules show", output: .object, examples: ["rules show github-token"])),
        Command(
            "rules.test", "Try the rules on their own examples",
            discussion: "Every rule must find each of its matches and none of its spares.",
            arguments: [.init("rule", .text, .any, "The rules, by their ids; all without one.")],
            commandLine: .init("rules test", output: .list, examples: ["rules test", "rules test github-token"])),
    ]
}
