import Configuration

/// Reads a command line by the command table.
///
/// Options may stand anywhere, the global ones before the command too; `--` ends them.
package struct CommandLineParser: Sendable {
    let table: CommandTable
    let globals: [Command.Option]

    /// Makes a parser of a table.
    package init(table: CommandTable = .standard, globals: [Command.Option] = CommandTable.globalOptions) {
        self.table = table
        self.globals = globals
    }

    /// - Parameter words: The arguments without the program's name.
    /// - Returns: The console's command where no command is named.
    package func parse(_ words: [String]) throws(UsageError) -> CommandLineRequest {
        let command = try findCommand(words)
        var reading = Reading(parser: self, command: command.command, named: command.words)
        try reading.read(words)
        if reading.options["help"] != nil { return .help(command.words) }
        if reading.options["version"] != nil { return .version }
        guard let found = command.command else {
            let known = groupMembers(command.words)
            throw UsageError(
                "“\(command.words.joined(separator: " "))” is a group of commands.",
                cure: "Add one of: \(known.joined(separator: ", ")).")
        }
        return .run(try reading.finish(found))
    }

    /// The second words of the commands that begin with these words.
    package func groupMembers(_ words: [String]) -> [String] {
        table.commandLine.compactMap { command in
            guard let form = command.commandLine, form.words.count > words.count,
                Array(form.words.prefix(words.count)) == words
            else { return nil }
            return form.words[words.count]
        }
    }

    /// Finds the command by the first words that are no options and no values of options.
    private func findCommand(_ words: [String]) throws(UsageError) -> (command: Command?, words: [String]) {
        var names: [String] = []
        var index = 0
        while index < words.count {
            let word = words[index]
            index += 1
            if word == "--" { break }
            if word.hasPrefix("-"), word.count > 1 {
                if takesNextWord(word, after: names) { index += 1 }
                continue
            }
            let candidate = names + [word]
            if let command = table.commandLine.first(where: { $0.commandLine?.words == candidate }) {
                return (command, candidate)
            }
            guard !groupMembers(candidate).isEmpty else {
                let known =
                    names.isEmpty
                    ? Array(Set(table.commandLine.compactMap { $0.commandLine?.words.first })).sorted()
                    : groupMembers(names)
                throw UsageError(
                    "There is no command “\(candidate.joined(separator: " "))”.",
                    cure: "\(capitalised(Suggestion.cure(for: word, among: known))) See agenticmail --help.")
            }
            names = candidate
        }
        if names.isEmpty, let console = table[CommandTable.consoleID] { return (console, []) }
        return (nil, names)
    }

    /// Whether an option is followed by its value, as far as that can be said before the command is known: by the
    /// global options and those of the commands that may still be meant.
    private func takesNextWord(_ word: String, after names: [String]) -> Bool {
        let possible = table.commandLine.filter { command in
            (command.commandLine?.words.starts(with: names) ?? false)
                && (!names.isEmpty || command.id == CommandTable.consoleID)
        }
        let options = globals + possible.flatMap(\.options)
        if word.hasPrefix("--") { return options.contains { $0.value != nil && word == "--\($0.name)" } }
        guard word.count == 2, let letter = word.last else { return false }
        return options.contains { $0.value != nil && $0.short == letter }
    }

    func option(named name: String, of command: Command?) -> Command.Option? {
        (command?.options ?? []).first { $0.name == name } ?? globals.first { $0.name == name }
    }

    func option(letter: Character, of command: Command?) -> Command.Option? {
        (command?.options ?? []).first { $0.short == letter } ?? globals.first { $0.short == letter }
    }
}

extension CommandTable {
    /// The command that runs where none is named.
    package static let consoleID: Command.ID = "console"
}

/// The cure of a suggestion as a sentence of its own.
package func capitalised(_ text: String) -> String {
    let sentence = text.prefix(1).uppercased() + text.dropFirst()
    return sentence.hasSuffix("?") || sentence.hasSuffix(".") ? sentence : sentence + "."
}
