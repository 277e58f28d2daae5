// From an empty server to a working workspace.

extension CommandTable {
    /// Setting a workspace up.
    static let settingUp: [Command] = [
        Command(
            "setup", "Take a mail server to a working workspace",
            discussion: """
                By the administrator's login it makes the domain, the roles, the group of reviewers, the accounts and keys \
                of the guard, of an operator and of the first reviewer, and writes the configuration and the guard's \
                policy. What is there already is found and left as it is, so that a second run changes nothing; a failure \
                takes back what the run made, and nothing else. What somebody else has made is never touched. \
                The administrator's password is asked for on the terminal, or comes from a file, a command or standard \
                input; it is kept nowhere. The keys that the guard and the operator work with are stored in files of mode \
                0600 beside the configuration. The first reviewer's is shown once, and stored too where the reviewer works \
                on this machine; with --reviewer-key, which `review enroll` has printed there, the reviewer works on \
                another one. \
                With --hook the server asks the guard before it accepts any message (its second lock); the secret for it is \
                made, stored beside the others and named in the policy. \
                A configuration or policy that is there is never written over: lines that are missing are shown, and added \
                at its end with --append.
                """,
            options: [
                .init("admin", .text, placeholder: "LOGIN", "The administrator's login."),
                .init("password-command", .text, placeholder: "COMMAND", "A command that prints its password."),
                .init("password-stdin", "Read its password from standard input."),
                .init("domain", .text, placeholder: "DOMAIN", "The domain of agents; the server's only one otherwise."),
                .init("reviewer", .text, placeholder: "ADDRESS", "The first reviewer's address."),
                .init(
                    "reviewer-key", .text, placeholder: "KEY",
                    "The reviewer's public key, ed25519:BASE64, of another machine."
                ),
                .init("operator", .text, placeholder: "NAME", "The operator's name; operator otherwise."),
                .init("guard", .text, placeholder: "NAME", "The guard's name; guard otherwise."),
                .init("group", .text, placeholder: "NAME", "The name of the reviewers' group; review otherwise."),
                .init(
                    "hook", .text, placeholder: "HOST:PORT",
                    "Have the server ask the guard there before it accepts mail; without a guard all mail then waits."),
                .init("append", "Add missing lines at the end of files that are there."),
                dryRun,
            ],
            effect: .change,
            commandLine: .init(
                "setup", output: .object,
                examples: [
                    "setup --url https://mail.example.com --admin admin",
                    "setup --url https://mail.example.com --admin admin --dry-run",
                ]),
            console: .init("setup"))
    ]
}
