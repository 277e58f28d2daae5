extension Completions {
    static func bash(_ tree: CompletionTree) -> String {
        """
        # Completions of agenticmail for bash.
        _agenticmail() {
            local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} place="" word i
            COMPREPLY=()
            for ((i = 1; i < COMP_CWORD; i++)); do
                word=${COMP_WORDS[i]}
                case $word in
                \(tree.optionsWithValues.joined(separator: " | "))) ((i++)) ;;
                -*) ;;
                *)
                    case "$place${place:+ }$word" in
                    \(tree.places.filter { !$0.path.isEmpty }.map { quoted($0.path) }.joined(separator: " | ")))
                        place="$place${place:+ }$word" ;;
                    esac
                    ;;
                esac
            done
            case "$place:$previous" in
        \(optionValues(tree))    esac
            if [[ $current == -* ]]; then
                case $place in
        \(optionNames(tree))        esac
                return
            fi
            case $place in
        \(members(tree))    esac
        }
        complete -F _agenticmail agenticmail

        """
    }

    private static func optionValues(_ tree: CompletionTree) -> String {
        var lines = ""
        for place in tree.places where !place.path.isEmpty {
            for option in place.options {
                guard let type = option.value else { continue }
                let patterns = CompletionTree.flags(option).map { quoted("\(place.path):\($0)") }
                lines += "    \(patterns.joined(separator: " | "))) \(values(type)); return ;;\n"
            }
        }
        for option in tree.globals {
            guard let type = option.value else { continue }
            let patterns = CompletionTree.flags(option).map { "*:\($0)" }
            lines += "    \(patterns.joined(separator: " | "))) \(values(type)); return ;;\n"
        }
        return lines
    }

    private static func optionNames(_ tree: CompletionTree) -> String {
        let globals = tree.globals.flatMap(CompletionTree.flags)
        return tree.places.map { place in
            let own = place.options.flatMap(CompletionTree.flags)
            return "        \(quoted(place.path))) \(words(own + globals)) ;;\n"
        }.joined()
    }

    private static func members(_ tree: CompletionTree) -> String {
        tree.places.compactMap { place in
            if !place.members.isEmpty { return "    \(quoted(place.path))) \(words(place.members.map(\.word))) ;;\n" }
            guard let argument = place.arguments.first else { return nil }
            return "    \(quoted(place.path))) \(argumentValues(argument, tree)) ;;\n"
        }.joined()
    }

    private static func argumentValues(_ argument: Command.Argument, _ tree: CompletionTree) -> String {
        guard argument.type == .command else { return values(argument.type) }
        return words(tree.places.first?.members.map(\.word) ?? [])
    }

    private static func values(_ type: Command.ValueType) -> String {
        switch type {
        case .choice(let choices): words(choices)
        case .file: "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$current\")"
        case .folder: "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- \"$current\")"
        case .workspace: "mapfile -t COMPREPLY < <(compgen -W \"$(\(workspaces))\" -- \"$current\")"
        case .text, .integer, .agent, .message, .hold, .mailbox, .theme, .command, .query, .url: ":"
        }
    }

    private static func words(_ words: [String]) -> String {
        "mapfile -t COMPREPLY < <(compgen -W \(quoted(words.joined(separator: " "))) -- \"$current\")"
    }
}
