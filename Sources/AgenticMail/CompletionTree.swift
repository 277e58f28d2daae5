/// What can follow what on the command line, made ready for the shells' completion scripts.
struct CompletionTree {
    /// A place in the command line: the words of a group or a command.
    struct Place {
        /// The words with spaces between; empty at the start.
        let path: String
        /// The words that can follow, with their summaries.
        let members: [(word: String, summary: String)]
        let options: [Command.Option]
        let arguments: [Command.Argument]
    }

    let places: [Place]
    let globals: [Command.Option]

    init(table: CommandTable, globals: [Command.Option]) {
        self.globals = globals
        var paths = [""]
        for form in table.commandLine.compactMap(\.commandLine) {
            for count in 1...max(1, form.words.count) {
                let path = form.words.prefix(count).joined(separator: " ")
                if !paths.contains(path) { paths.append(path) }
            }
        }
        places = paths.map { path in
            let command = table.commandLine.first { $0.commandLine?.name == path }
            return Place(
                path: path, members: Self.members(of: path, in: table), options: command?.options ?? [],
                arguments: command?.arguments ?? [])
        }
    }

    private static func members(of path: String, in table: CommandTable) -> [(word: String, summary: String)] {
        let words = path.split(separator: " ").map(String.init)
        var members: [(word: String, summary: String)] = []
        for command in table.commandLine {
            guard let form = command.commandLine, form.words.count > words.count,
                Array(form.words.prefix(words.count)) == words
            else { continue }
            let word = form.words[words.count]
            guard !members.contains(where: { $0.word == word }) else { continue }
            let isGroup = form.words.count > words.count + 1
            members.append((word, isGroup ? "Commands: \(groupWords(words + [word], in: table))" : command.summary))
        }
        return members
    }

    private static func groupWords(_ words: [String], in table: CommandTable) -> String {
        table.commandLine.compactMap(\.commandLine).filter { Array($0.words.prefix(words.count)) == words }
            .map { $0.words.dropFirst(words.count).joined(separator: " ") }.joined(separator: ", ")
    }

    /// Every option that a value follows, as it is written.
    var optionsWithValues: [String] {
        var written: [String] = []
        for option in globals + places.flatMap(\.options) where option.value != nil {
            for flag in Self.flags(option) where !written.contains(flag) { written.append(flag) }
        }
        return written
    }

    static func flags(_ option: Command.Option) -> [String] {
        (option.short.map { ["-\($0)"] } ?? []) + ["--\(option.name)"]
    }
}
