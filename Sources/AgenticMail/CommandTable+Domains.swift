// The domains of the server and their records in the DNS.

extension CommandTable {
    /// Looking after domains.
    static let domains: [Command] = [
        Command(
            "domain.list", "List the server's domains", requirements: [.connection],
            commandLine: .init("domain list", output: .list, examples: ["domain list"]),
            console: .init("domains", aliases: ["dom"])),
        Command(
            "domain.add", "Add a domain to the server, with a key that signs its mail",
            discussion: """
                A domain that is there already is refused and left as it is. What has to stand in the DNS afterwards, \
                `domain records` lists.
                """,
            arguments: [.init("domain", .text, .one, "Its name, such as agents.example.org.")],
            options: [
                .init("note", .text, placeholder: "TEXT", "What it is for."),
                .init("no-key", "Make no key that signs its mail."),
                dryRun,
            ],
            effect: .change, requirements: [.connection],
            commandLine: .init(
                "domain add", output: .object,
                examples: ["domain add agents.example.org", "domain add agents.example.org --dry-run"])),
        Command(
            "domain.records", "List the DNS records that a domain should have",
            discussion: "With --zone it prints a zone file, ready to be given to a name server.",
            arguments: [.init("domain", .text, .one, "Its name.")],
            options: [.init("zone", "Print a zone file.")],
            requirements: [.connection],
            commandLine: .init(
                "domain records", output: .list,
                examples: [
                    "domain records agents.example.org", "domain records agents.example.org --zone > zone.txt",
                ])),
        Command(
            "domain.check", "Compare a domain's DNS records with those that it should have",
            discussion: """
                It asks this machine's name servers. Without a network every record says so. It fails where a record is \
                missing or different.
                """,
            arguments: [.init("domain", .text, .one, "Its name.")],
            options: [
                .init(
                    "name-server", .text, placeholder: "ADDRESS[:PORT]", repeats: true,
                    "Ask this name server; may be given several times.")
            ],
            requirements: [.connection],
            commandLine: .init(
                "domain check", output: .list,
                examples: ["domain check agents.example.org", "domain check agents.example.org --name-server 9.9.9.9"])
        ),
        Command(
            "records.rerun", "Ask for the records again",
            console: .init("recheck", on: [.domains, .records], keys: ["r"], label: "again", footer: [.records])),
        Command(
            "records.copy", "Copy the record under the cursor to the clipboard", requirements: [.row],
            console: .init("copy-record", on: [.records], keys: ["y"], label: "copy", footer: [.records])),
        Command(
            "records.save", "Save the domain's records as a zone file",
            discussion: "It goes into the folder that attachments are saved to; a file that is there stays as it is.",
            console: .init("save-zone", on: [.records], keys: ["w"], label: "zone file", footer: [.records])),
    ]
}
