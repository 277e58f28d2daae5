import Agents

// Agents: listing them, making them, and what becomes of them.

extension CommandTable {
    private static let agent = Command.Argument("agent", .agent, .one, "The agent, by name, address or account id.")

    /// Where an agent comes to be, and its key.
    private static let placeAndKey: [Command.Option] =
        [
            .init("domain", .text, placeholder: "DOMAIN", "The domain; the archive's otherwise."),
            .init("make-domain", "Make the domain too, where the server does not have it."),
            .init("quota", .integer(1...1_000_000), placeholder: "MB", "The most that it may hold, in megabytes."),
        ] + key

    /// How long a key lasts, from where it works, and where it is stored.
    private static let key: [Command.Option] = [
        .init("key-days", .integer(1...36_500), placeholder: "DAYS", "Let the key end after so many days."),
        .init(
            "allow-from", .text, placeholder: "NETWORK", repeats: true,
            "Let the key work from this address or network alone; may be given again."),
        .init("store", .file, placeholder: "FILE", "Write the key into a new file of mode 0600."),
        .init(
            "store-command", .text, placeholder: "COMMAND", "Hand the key to this command on its standard input."),
        dryRun,
    ]

    /// Lists of agents, and single agents.
    static let agents: [Command] = [
        Command(
            "agent.list", "List every agent with its state",
            discussion: """
                For each agent: state, owner and purpose, unread and total messages, held drafts, when it was last heard \
                of, its quota, and the messages of each of the last 24 hours.
                """,
            options: [.init("all", "The own account and groups too.")],
            commandLine: .init("agent list", output: .list, examples: ["agent list", "agent list --json"]),
            console: .init("agents", aliases: ["a"])),
        Command(
            "agent.show", "Show an agent: who answers for it, its keys, its role",
            discussion:
                "What is shown comes from the server and not from the cache. A key's secret is never shown again.",
            arguments: [agent],
            commandLine: .init("agent show", output: .object, examples: ["agent show ada", "agent show ada --json"]),
            console: .init("agent", keys: [.init("i", on: [.agents])], label: "about", footer: [.agents])),
        Command(
            "agent.create", "Make an agent, or a list of them: account, address, mailboxes, key",
            discussion: """
                It is one transaction: the account is proven unable to send before it is handed out, and a failure takes \
                back what was made, and nothing else. Whatever has the address already is never touched. The key is shown \
                once, here, and kept nowhere unless --store, --store-command or --keys-to says where; {name} and \
                {address} in them stand for the agent's own. \
                A list (--from) is CSV whose first line names the columns, a JSON array of objects, or an object a line, \
                with \(AgentList.columns). Only the name must be there; the options stand in for what the list does \
                not say. Whatever is wrong about it is named with line and column before anything is made. Each agent is \
                a transaction of its own, and what came of it is a line, of JSON with --json. Agents that are there \
                already are passed over, so that a run that was stopped is begun again.
                """,
            arguments: [.init("name", .text, .optional, "The name, or the whole address.")],
            options: [
                .init("from", .file, placeholder: "FILE", "Make the agents of this list; - is the standard input."),
                .init("domain", .text, placeholder: "DOMAIN", "The domain; the one that agents have here otherwise."),
                .init("make-domain", "Make the domain too, where the server does not have it."),
                .init("owner", .text, placeholder: "ADDRESS", "The person who answers for it."),
                .init("purpose", .text, placeholder: "TEXT", "What it is for, one line."),
                .init("policy", .text, placeholder: "NAME", "The policy that its mail goes by."),
                .init("label", .text, placeholder: "WORD", repeats: true, "A word to find it by; may be given again."),
                .init("quota", .integer(1...1_000_000), placeholder: "MB", "The most that it may hold, in megabytes."),
                .init(
                    "keys-to", .file, placeholder: "FILE",
                    "Append the keys to this file of mode 0600, a line of JSON each."),
            ] + key,
            effect: .change,
            commandLine: .init(
                "agent create", output: .object,
                examples: [
                    "agent create ada --owner ines@example.com --store ada.key",
                    "agent create ada --store-command secret-store --json",
                    "agent create --from agents.csv --keys-to agents.keys",
                ]),
            console: .init("create", on: [.agents], keys: ["c"], footer: [.agents])),
    ]

    /// What becomes of agents.
    static let agentLife: [Command] = [
        Command(
            "agent.suspend", "Bar an agent from logging in, at once",
            discussion: """
                Its keys stop working, and its mail stays. A stream that it has open tells it that something changed until \
                the connection ends, and shows no mail. Mail to it still comes, unless --no-mail is given.
                """,
            arguments: [agent], options: [.init("no-mail", "Let mail to it bounce meanwhile."), dryRun],
            effect: .change,
            commandLine: .init("agent suspend", output: .object, examples: ["agent suspend ada"]),
            console: .init("agent-suspend")),
        Command(
            "agent.resume", "Let a suspended agent log in again", arguments: [agent], options: [dryRun],
            effect: .change,
            commandLine: .init("agent resume", output: .object, examples: ["agent resume ada"]),
            console: .init("agent-resume")),
        Command(
            "agent.rotate", "Give an agent a new key and end the old ones",
            discussion: """
                The new key is proven unable to send, and stored, before the old ones end. Keys that were made elsewhere go \
                on, and are named.
                """,
            arguments: [agent],
            options: key,
            effect: .destructive,
            commandLine: .init("agent rotate", output: .object, examples: ["agent rotate ada --store ada-2.key"]),
            console: .init("agent-rotate")),
        Command(
            "agent.revoke", "End an agent's keys, at once", arguments: [agent],
            options: [.init("key", .text, placeholder: "ID", "Only this key, as agent show names it."), dryRun],
            effect: .destructive,
            commandLine: .init("agent revoke", output: .object, examples: ["agent revoke ada --key b"]),
            console: .init("agent-revoke")),
        Command(
            "agent.archive", "Put an agent's mail into a file, and suspend the agent",
            discussion: """
                The file is a tar of a Maildir with every message's bytes as they are, and a manifest of their SHA-256. It \
                is read back before the agent counts as archived. The agent cannot log in and takes no mail from then on.
                """,
            arguments: [agent],
            options: [
                .init("to", .file, placeholder: "FILE", "The file; ADDRESS.tar in the current folder otherwise."),
                dryRun,
            ],
            effect: .change,
            commandLine: .init(
                "agent archive", output: .object, examples: ["agent archive ada --to ada.tar"]),
            console: .init("agent-archive")),
        Command(
            "agent.delete", "Delete an archived agent with all its mail",
            discussion: """
                Only an agent whose archive is whole, is the one that its record names, and holds all of its mail is \
                deleted. agent suspend is what can be taken back.
                """,
            arguments: [agent],
            options: [
                .init("archive", .file, placeholder: "FILE", "The archive, as agent archive has made it."),
                .init("confirm", .text, placeholder: "NAME", "The agent's name, typed again."), dryRun,
            ],
            effect: .destructive,
            commandLine: .init(
                "agent delete", output: .object, examples: ["agent delete ada --archive ada.tar --confirm ada"]),
            console: .init("agent-delete")),
        Command(
            "agent.restore", "Make an agent of an archive, with all its mail",
            discussion: """
                The archive is checked first. The agent gets a new account and a new key, and what was said about it; its \
                messages come back byte for byte, in their mailboxes, with their keywords and times, and are read back \
                before the agent is handed out. It is one transaction as agent create is: a failure takes all of it away \
                again, and so does the next start after a crash. The archive stays as it is.
                """,
            arguments: [.init("archive", .file, .one, "The archive, as agent archive has made it.")],
            options: [
                .init(
                    "name", .text, placeholder: "NAME", "Another name, or the whole address; the archive's otherwise.")
            ] + placeAndKey,
            effect: .change,
            commandLine: .init(
                "agent restore", output: .object,
                examples: ["agent restore ada.tar --store ada.key", "agent restore ada.tar --name ada-2 --dry-run"]),
            console: .init("agent-restore")),
    ]
}
