/// The manual page in mdoc, from the command table.
package struct ManualPage: Sendable {
    private let table: CommandTable
    /// The day in the page's footer, as mdoc writes it: `November 24, 2026`.
    private let date: String

    /// Makes a page of a table.
    package init(table: CommandTable = .standard, date: String) {
        self.table = table
        self.date = date
    }

    /// The whole page.
    package var text: String {
        ([header] + [description, globalOptions, commands, console, environment, files, exitStatus, examples]).joined()
    }

    private var header: String {
        """
        .Dd \(date)
        .Dt AGENTICMAIL 1
        .Os
        .Sh NAME
        .Nm agenticmail
        .Nd real mailboxes for AI agents, watched from one terminal
        .Sh SYNOPSIS
        .Nm
        .Op Ar option ...
        .Op Ar command ...

        """
    }

    private var description: String {
        """
        .Sh DESCRIPTION
        .Nm
        gives each AI agent a real mailbox on a Stalwart mail server,
        and gives the people around the agents one program to watch
        what they send and receive.
        Without a command it opens the console; where standard output is no terminal,
        it prints the console's start screen as text.
        .Pp
        What it shows comes from a cache that is kept equal to the server.
        The cache can be deleted at any time.

        """
    }

    private var globalOptions: String {
        ".Sh OPTIONS\nThese may stand before or after any command.\n" + list(CommandTable.globalOptions)
    }

    private var commands: String {
        ".Sh COMMANDS\n" + table.commandLine.map(section).joined()
    }

    private func section(_ command: Command) -> String {
        var text = ".Ss \(escape(command.commandLine?.name ?? ""))\n"
        text += ".Nm agenticmail Cm \(escape(command.commandLine?.name ?? ""))\n"
        for option in command.options {
            text +=
                ".Op Fl Fl \(escape(option.name))\(option.value == nil ? "" : " Ar \(escape(option.placeholder.lowercased()))")\n"
        }
        for argument in command.arguments {
            let dots = argument.arity.repeats ? " ..." : ""
            text +=
                argument.arity.isRequired
                ? ".Ar \(escape(argument.name))\(dots)\n" : ".Op Ar \(escape(argument.name))\(dots)\n"
        }
        text += ".Pp\n" + prose(command.summary + ".")
        if !command.discussion.isEmpty { text += prose(command.discussion) }
        return text + list(command.options)
    }

    private func list(_ options: [Command.Option]) -> String {
        guard !options.isEmpty else { return "" }
        let items = options.map { option in
            let short = option.short.map { "Fl \(String($0)) , " } ?? ""
            let value = option.value == nil ? "" : " Ar \(escape(option.placeholder.lowercased()))"
            return ".It \(short)Fl Fl \(escape(option.name))\(value)\n" + prose(option.help)
        }
        return ".Bl -tag -width Ds\n" + items.joined() + ".El\n"
    }

    private var console: String {
        let entries = table.commands.compactMap { command -> String? in
            guard let console = command.console else { return nil }
            var keys: [String] = []
            for key in console.keys.map(\.keys) where !keys.contains(key) { keys.append(key) }
            let names = ([console.name] + console.aliases).map { "Ic :\(escape($0))" }.joined(separator: " , ")
            // The mark of no width keeps a key that is punctuation from being read as the macro's delimiter.
            let pressed = keys.map { " , Li \\&\(escape($0))" }.joined()
            return ".It \(names)\(pressed)\n" + prose(command.summary + ".")
        }
        return ".Sh CONSOLE\nEach entry names what is typed after a colon, then its keys.\n.Bl -tag -width Ds\n"
            + entries.joined()
            + ".El\n"
    }

    private var files: String {
        """
        .Sh FILES
        .Bl -tag -width Ds
        .It Pa ~/.config/agenticmail/config.toml
        The configuration.
        .It Pa ~/.config/agenticmail/themes/
        Own themes.
        .It Pa ~/.cache/agenticmail/
        The caches, one a workspace.
        .It Pa ~/.local/state/agenticmail/agenticmail.log
        The log.
        .El

        """
    }

    private var environment: String {
        """
        .Sh ENVIRONMENT
        .Bl -tag -width Ds
        .It Ev AGENTICMAIL_CONFIG
        The configuration file.
        .It Ev AGENTICMAIL_CACHE , Ev AGENTICMAIL_DATA , Ev AGENTICMAIL_STATE
        Folders in place of those of the XDG base directories.
        .It Ev NO_COLOR
        Use no colours.
        .El

        """
    }

    private var exitStatus: String {
        """
        .Sh EXIT STATUS
        .Bl -tag -width Ds
        .It 0
        Done.
        .It 1
        Failed.
        .It 2
        Wrong usage.
        .It 3
        Not allowed: the login was refused or lacks a right.
        .It 4
        The server is not reached.
        .El

        """
    }

    private var examples: String {
        let lines = table.commandLine.flatMap { $0.commandLine?.examples ?? [] }
        return ".Sh EXAMPLES\n.Bd -literal\n" + (["--sandbox"] + lines).map { "agenticmail \(escape($0))\n" }.joined()
            + ".Ed\n"
    }

    /// One sentence a line, as mdoc asks, with nothing that roff would read as a request.
    private func prose(_ text: String) -> String {
        let words = text.split(separator: " ").map(String.init)
        var lines: [String] = []
        var line = ""
        for word in words {
            if !line.isEmpty, line.count + word.count > 72 {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? word : " \(word)"
            if word.hasSuffix(".") || word.hasSuffix("?") {
                lines.append(line)
                line = ""
            }
        }
        if !line.isEmpty { lines.append(line) }
        return lines.map { guarded(escape($0)) + "\n" }.joined()
    }

    private func guarded(_ line: String) -> String {
        line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line
    }

    private func escape(_ text: String) -> String {
        text.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("…", with: "...")
            .replacing("\"", with: "\\(dq")
    }
}
