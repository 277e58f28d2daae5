/// The help that the command line prints, from the command table.
package struct HelpText: Sendable {
    private let table: CommandTable
    private let width: Int

    /// - Parameter width: The columns that lines may have.
    package init(table: CommandTable = .standard, width: Int = 80) {
        self.table = table
        self.width = max(40, width)
    }

    /// The help of the command or the group that the words name, or of everything.
    ///
    /// - Returns: `nil` where there is no such command.
    package func text(for words: [String]) -> String? {
        if words.isEmpty { return overview }
        if let command = table.commandLine.first(where: { $0.commandLine?.words == words }) { return text(command) }
        let members = table.commandLine.filter {
            $0.commandLine.map { Array($0.words.prefix(words.count)) == words } ?? false
        }
        guard !members.isEmpty else { return nil }
        let name = words.joined(separator: " ")
        return "Usage: agenticmail \(name) COMMAND …\n\nCommands:\n" + rows(members.map(entry)) + "\n"
            + more("\(name) COMMAND")
    }

    private var overview: String {
        """
        Real mailboxes for AI agents, watched from one terminal.

        Usage: agenticmail [OPTION…] [COMMAND …]

        Without a command the console opens. To try it without a server: agenticmail --sandbox

        Commands:
        \(rows(table.commandLine.map(entry)))
        Options of every command:
        \(rows(CommandTable.globalOptions.map(entry)))
        \(environment)
        \(more("COMMAND"))
        """
    }

    private var environment: String {
        "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not allowed, 4 server not reached.\n"
    }

    private func more(_ command: String) -> String {
        "agenticmail \(command) --help says more.\n"
    }

    private func text(_ command: Command) -> String {
        var parts = [
            "\(command.summary).\n", TextLayout.wrap("Usage: \(Usage.line(command))", width: width, indent: 7) + "\n",
        ]
        if !command.discussion.isEmpty { parts.append(TextLayout.wrap(command.discussion, width: width) + "\n") }
        if !command.arguments.isEmpty {
            parts.append(
                "Arguments:\n" + rows(command.arguments.map { (Usage.written($0), describe($0.help, $0.type)) }))
        }
        if !command.options.isEmpty { parts.append("Options:\n" + rows(command.options.map(entry))) }
        parts.append("Options of every command:\n" + rows(CommandTable.globalOptions.map(entry)))
        if let examples = command.commandLine?.examples, !examples.isEmpty {
            parts.append("Examples:\n" + examples.map { "  agenticmail \($0)\n" }.joined())
        }
        if let keys = consoleLine(command) { parts.append(keys) }
        return parts.joined(separator: "\n")
    }

    private func consoleLine(_ command: Command) -> String? {
        guard let console = command.console else { return nil }
        let keys = console.keys.map(\.keys).joined(separator: ", ")
        return "In the console: :\(console.name)\(keys.isEmpty ? "" : ", or \(keys)")\n"
    }

    private func entry(_ command: Command) -> (String, String) {
        (command.commandLine?.name ?? "", command.summary)
    }

    private func entry(_ option: Command.Option) -> (String, String) {
        let short = option.short.map { "-\($0), " } ?? ""
        return (short + Usage.written(option), describe(option.help, option.value))
    }

    private func describe(_ help: String, _ type: Command.ValueType?) -> String {
        if case .choice(let words) = type { return "\(help) One of: \(words.joined(separator: ", "))." }
        return help
    }

    private func rows(_ rows: [(String, String)]) -> String {
        TextLayout.definitions(rows, width: width)
    }
}

/// Lays out the program's own text in lines; every character is one column wide.
enum TextLayout {
    /// Breaks text at spaces.
    static func wrap(_ text: String, width: Int, indent: Int = 0) -> String {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > width - indent {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " \(word)"
        }
        lines.append(line)
        return lines.joined(separator: "\n" + String(repeating: " ", count: indent))
    }

    /// Two columns: what is defined, and its text beside it or, where that is long, below it.
    static func definitions(_ rows: [(term: String, text: String)], width: Int) -> String {
        let column = min(28, (rows.map(\.term.count).max() ?? 0) + 4)
        return rows.map { row in
            let text = wrap(row.text, width: width, indent: column)
            if row.term.count + 4 > column { return "  \(row.term)\n\(String(repeating: " ", count: column))\(text)\n" }
            return "  \(row.term)\(String(repeating: " ", count: column - row.term.count - 2))\(text)\n"
        }.joined()
    }
}
