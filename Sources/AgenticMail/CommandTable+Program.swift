// The program itself: help, checks, configuration, the server inside, what shells need.

extension CommandTable {
    /// The console's own acts.
    static let program: [Command] = [
        Command(
            "command", "Type a command",
            console: .init("command", keys: [":"], footer: .all, isHiddenInPalette: true)),
        Command(
            "palette", "Find a command, an agent or a mailbox",
            console: .init("palette", keys: ["Ctrl-k"], label: "find", footer: .all, isHiddenInPalette: true)),
        Command(
            "repeat", "Run the last act again", requirements: [.lastCommand],
            console: .init("repeat", keys: ["."])),
        Command(
            "command.last", "Type the last command again", requirements: [.lastCommand],
            console: .init("last-command", keys: ["-"])),
        Command(
            "theme", "Change the colours",
            arguments: [.init("name", .theme, .optional, "The theme; without one it goes on to the next.")],
            console: .init("theme")),
        Command("redraw", "Draw the screen again", console: .init("redraw", keys: ["Ctrl-l"])),
        Command(
            "suspend", "Give the terminal back to the shell until `fg`", console: .init("suspend", keys: ["Ctrl-z"])),
        Command(
            "quit", "Quit the program",
            discussion: "It asks only when work is pending.",
            console: .init("quit", aliases: ["q", "exit"], keys: ["Ctrl-c"])),
        Command(
            "help", "Show help",
            discussion:
                "In the console: the keys of this screen, each runnable. On the command line: a command's help.",
            arguments: [.init("command", .command, .any, "The command; without one, all are listed.")],
            commandLine: .init("help", output: .text, examples: ["help mail search"]),
            console: .init("help", aliases: ["h", "keys"], keys: ["?", "F1"], label: "keys", footer: .all)),
    ]

    /// The workspace as a whole.
    static let workspace: [Command] = [
        Command(
            "console", "Open the console; what the program does without a command",
            options: [
                .init(
                    "script", .file, placeholder: "FILE", "Drive the console by the lines of a file, without a person."),
                .init(
                    "size", .text, placeholder: "COLUMNSxROWS",
                    "The size of the screen that a script sees, such as 80x24."),
                .init("theme", .theme, placeholder: "NAME", "The colours."),
                .init("linear", "Draw without boxes, one thing a line, for screen readers."),
                .init("no-mouse", "Leave the mouse to the terminal."),
            ],
            commandLine: .init("console", output: .text)),
        Command(
            "sync", "Bring the cache up to date with the server",
            discussion: """
                It returns when everything that the server has now is here. The console does this by itself all the time.
                """,
            options: [.init("watch", "Go on until stopped, and print each message as it comes.")],
            effect: .change, requirements: [.connection],
            commandLine: .init("sync", output: .object, examples: ["sync", "sync --watch"]),
            console: .init("sync", aliases: ["refresh"], keys: ["Ctrl-r"])),
        Command(
            "doctor", "Check the workspace and say what to do about each fault",
            discussion: """
                It checks that the server is reached and what answers, the login, what the login may do, the roles, \
                creations that were not finished, accounts that are left over, whether agents can still not send, their \
                keys, the domains' records, the clocks, TLS, where the session's addresses point, push and the cache. \
                What others made is named and never touched. With --repair the roles are made what they should be, which \
                accounts that carry them follow at once, and unfinished creations are finished or undone, before all is \
                looked at. With an agent's own key every door by which it could send is tried.
                """,
            options: [
                .init("repair", "Make the roles exact, and finish or undo unfinished creations."),
                .init("repair-roles", "Make missing roles, and set the permissions of those that differ."),
                .init(
                    "try-key", .file, placeholder: "FILE", repeats: true,
                    "Try every door with the agent's key in this file; may be given again."),
            ],
            commandLine: .init("doctor", output: .list, examples: ["doctor", "doctor --json"]),
            console: .init("doctor")),
    ]

    /// What the command line alone has.
    static let shell: [Command] = [
        Command(
            "config.check", "Check the configuration and the themes",
            discussion: "Every fault is named with its file, line, key and cure.",
            commandLine: .init("config check", output: .list)),
        Command(
            "config.list", "List the workspaces of the configuration",
            commandLine: .init("config list", output: .list)),
        Command(
            "sandbox.serve", "Run a mail server for trying and testing, on this machine alone",
            discussion: """
                It prints one line of JSON with its address and its administrator's login, then serves until it is \
                stopped. It has the sample workspace, in which agents go on writing, or nothing with --empty.
                """,
            options: [
                .init("port", .integer(0...65535), placeholder: "NUMBER", "The port; a free one otherwise."),
                .init(
                    "smtp-port", .integer(0...65_535), placeholder: "PORT",
                    "The port for mail from outside; any that is free otherwise."),
                .init("data", .folder, placeholder: "FOLDER", "Keep its data here; in memory otherwise."),
                .init("empty", "Start without the sample workspace."),
            ],
            commandLine: .init("sandbox serve", output: .text)),
        Command(
            "completions", "Print the completions for a shell",
            arguments: [.init("shell", .choice(["bash", "zsh", "fish"]), .one, "The shell.")],
            commandLine: .init(
                "completions", output: .text,
                examples: ["completions bash > /etc/bash_completion.d/agenticmail"])),
        Command(
            "man", "Print the manual page",
            commandLine: .init("man", output: .text, examples: ["man | man -l -"])),
        Command(
            "version", "Print the version",
            commandLine: .init("version", output: .object)),
    ]

    /// The options that stand before or after any command.
    package static let globalOptions: [Command.Option] = [
        .init("workspace", short: "w", .workspace, placeholder: "NAME", "The workspace of the configuration to use."),
        .init("sandbox", "Use a mail server inside the program, with sample agents; nothing is kept."),
        .init("url", .url, placeholder: "URL", "The server, where no workspace is configured."),
        .init("login", .text, placeholder: "NAME", "The login at --url; its password is asked for on the terminal."),
        .init("password-file", .file, placeholder: "FILE", "Read the password of --login from a file of mode 0600."),
        .init("ca-file", .file, placeholder: "FILE", "Trust the certificates in this file at --url."),
        .init("pinned-key", .text, placeholder: "KEY", "Know the server at --url by its key, sha256//BASE64."),
        .init("config", .file, placeholder: "FILE", "Read this configuration instead of the usual one."),
        .init("json", "Print JSON."),
        .init("help", short: "h", "Show help."),
    ]
}
