extension Completions {
    static func zsh(_ tree: CompletionTree) -> String {
        """
        #compdef agenticmail
        # Completions of agenticmail for zsh.
        _agenticmail() {
            local current=${words[CURRENT]} previous=${words[CURRENT-1]} place="" word
            local -a found
            integer i
            for ((i = 2; i < CURRENT; i++)); do
                word=${words[i]}
                case $word in
                (\(tree.optionsWithValues.joined(separator: "|"))) ((i++)) ;;
                (-*) ;;
                (*)
                    case "$place${place:+ }$word" in
                    (\(tree.places.filter { !$0.path.isEmpty }.map { quoted($0.path) }.joined(separator: "|")))
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
                _describe -o option found
                return
            fi
            case $place in
        \(members(tree))    esac
        }
        if [ "${funcstack[1]}" = "_agenticmail" ]; then
            _agenticmail "$@"
        else
            compdef _agenticmail agenticmail
        fi

        """
    }

    private static func optionValues(_ tree: CompletionTree) -> String {
        var lines = ""
        for place in tree.places where !place.path.isEmpty {
            for option in place.options {
                guard let type = option.value else { continue }
                let patterns = CompletionTree.flags(option).map { quoted("\(place.path):\($0)") }
                lines += "    (\(patterns.joined(separator: "|"))) \(values(type)); return ;;\n"
            }
        }
        for option in tree.globals {
            guard let type = option.value else { continue }
            let patterns = CompletionTree.flags(option).map { "*:\($0)" }
            lines += "    (\(patterns.joined(separator: "|"))) \(values(type)); return ;;\n"
        }
        return lines
    }

    private static func optionNames(_ tree: CompletionTree) -> String {
        tree.places.map { place in
            let options = (place.options + tree.globals).flatMap { option in
                CompletionTree.flags(option).map { ($0, option.help) }
            }
            return "        (\(quoted(place.path))) \(list(options)) ;;\n"
        }.joined()
    }

    private static func members(_ tree: CompletionTree) -> String {
        tree.places.compactMap { place in
            if !place.members.isEmpty {
                let rows = place.members.map { ($0.word, $0.summary) }
                return "    (\(quoted(place.path))) \(list(rows)); _describe command found ;;\n"
            }
            guard let argument = place.arguments.first else { return nil }
            guard argument.type == .command else { return "    (\(quoted(place.path))) \(values(argument.type)) ;;\n" }
            let words = tree.places.first?.members.map { ($0.word, $0.summary) } ?? []
            return "    (\(quoted(place.path))) \(list(words)); _describe command found ;;\n"
        }.joined()
    }

    private static func values(_ type: Command.ValueType) -> String {
        switch type {
        case .choice(let choices): "compadd -- \(choices.map(quoted).joined(separator: " "))"
        case .file: "_files"
        case .folder: "_files -/"
        case .workspace: "compadd -- ${(f)\"$(\(workspaces))\"}"
        case .text, .integer, .agent, .message, .hold, .mailbox, .theme, .command, .query, .url: ":"
        }
    }

    /// Entries as `_describe` reads them; a colon inside a word is escaped.
    private static func list(_ rows: [(String, String)]) -> String {
        let entries = rows.map { quoted("\($0.0.replacing(":", with: "\\:")):\($0.1)") }
        return "found=(\(entries.joined(separator: " ")))"
    }
}
