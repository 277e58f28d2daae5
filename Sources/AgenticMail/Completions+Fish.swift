extension Completions {
    static func fish(_ tree: CompletionTree) -> String {
        """
        # Completions of agenticmail for fish.
        function __agenticmail_at
            set -l place
            set -l skip 0
            for word in (commandline -opc)[2..-1]
                if test $skip = 1
                    set skip 0
                    continue
                end
                switch $word
                    case \(tree.optionsWithValues.joined(separator: " "))
                        set skip 1
                    case '-*'
                    case '*'
                        switch (string join ' ' $place $word)
                            case \(tree.places.filter { !$0.path.isEmpty }.map { quoted($0.path) }.joined(separator: " "))
                                set -a place $word
                        end
                end
            end
            test (string join ' ' $place) = "$argv[1]"
        end
        complete -c agenticmail -f
        \(tree.globals.map { option($0, at: nil) }.joined())\(tree.places.map(place).joined())
        """
    }

    private static func place(_ place: CompletionTree.Place) -> String {
        var lines = place.members.map { member in
            "complete -c agenticmail -n \(condition(place.path)) -a \(quoted(member.word)) -d \(quoted(member.summary))\n"
        }.joined()
        lines += place.options.map { option($0, at: place.path) }.joined()
        if let argument = place.arguments.first, let values = values(argument.type) {
            lines += "complete -c agenticmail -n \(condition(place.path)) \(values)\n"
        }
        return lines
    }

    private static func option(_ option: Command.Option, at path: String?) -> String {
        var line = "complete -c agenticmail"
        if let path { line += " -n \(condition(path))" }
        if let short = option.short { line += " -s \(short)" }
        line += " -l \(option.name)"
        if let type = option.value { line += " -x" + (values(type).map { " \($0)" } ?? "") }
        return line + " -d \(quoted(option.help))\n"
    }

    private static func condition(_ path: String) -> String {
        "'__agenticmail_at \"\(path)\"'"
    }

    private static func values(_ type: Command.ValueType) -> String? {
        switch type {
        case .choice(let choices): "-a \(quoted(choices.joined(separator: " ")))"
        case .file: "-a '(__fish_complete_path)'"
        case .folder: "-a '(__fish_complete_directories)'"
        case .workspace: "-a '(\(workspaces))'"
        case .text, .integer, .agent, .message, .hold, .mailbox, .theme, .command, .query, .url: nil
        }
    }
}
