import Configuration

extension CommandLineParser {
    /// One pass over the words, with what was found so far.
    struct Reading {
        let parser: CommandLineParser
        let command: Command?
        /// The words that name the command; skipped once each, in order.
        let named: [String]
        private(set) var options: [String: [String]] = [:]
        private var positional: [String] = []
        private var skipped = 0

        init(parser: CommandLineParser, command: Command?, named: [String]) {
            self.parser = parser
            self.command = command
            self.named = named
        }

        mutating func read(_ words: [String]) throws(UsageError) {
            var rest = words[...]
            var optionsHaveEnded = false
            while let word = rest.popFirst() {
                if optionsHaveEnded || word == "-" || !word.hasPrefix("-") {
                    if skipped < named.count, word == named[skipped] {
                        skipped += 1
                    } else {
                        positional.append(word)
                    }
                } else if word == "--" {
                    optionsHaveEnded = true
                } else if word.hasPrefix("--") {
                    try readLong(word, &rest)
                } else {
                    try readShort(word, &rest)
                }
            }
        }

        private mutating func readLong(_ word: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
            let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = parts.first.map(String.init) ?? ""
            if name == "version", command?.id == CommandTable.consoleID {
                options["version"] = []
                return
            }
            guard let option = parser.option(named: name, of: command) else { throw unknown("--\(name)") }
            let attached = parts.count > 1 ? String(parts[1]) : nil
            try take(option, written: "--\(name)", attached: attached, &rest)
        }

        private mutating func readShort(_ word: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
            var letters = word.dropFirst()
            while let letter = letters.popFirst() {
                guard let option = parser.option(letter: letter, of: command) else { throw unknown("-\(letter)") }
                let attached = option.value == nil || letters.isEmpty ? nil : String(letters)
                try take(option, written: "-\(letter)", attached: attached, &rest)
                if attached != nil { return }
            }
        }

        private mutating func take(
            _ option: Command.Option, written: String, attached: String?, _ rest: inout ArraySlice<String>
        ) throws(UsageError) {
            guard let type = option.value else {
                guard attached == nil else {
                    throw UsageError("\(written) takes no value.", cure: "Leave out what follows the equals sign.")
                }
                options[option.name] = []
                return
            }
            guard let value = attached ?? rest.popFirst() else {
                throw UsageError("\(written) needs a value.", cure: "Write \(written) \(option.placeholder).")
            }
            if options[option.name] != nil, !option.repeats {
                throw UsageError("\(written) is given twice.", cure: "Give it once.")
            }
            try ValueCheck.check(value, type, of: written)
            options[option.name, default: []].append(value)
        }

        private func unknown(_ option: String) -> UsageError {
            let known = ((command?.options ?? []) + parser.globals).map { "--\($0.name)" }
            let nearest = Suggestion.nearest(to: option, among: known).map { "Did you mean \($0)? " } ?? ""
            let dashes = command?.arguments.isEmpty == false ? "; words that begin with a hyphen go after --" : ""
            let name = (["agenticmail"] + named).joined(separator: " ")
            return UsageError("There is no option \(option).", cure: "\(nearest)See \(name) --help\(dashes).")
        }

        /// Gives the words to the arguments in their order.
        func finish(_ command: Command) throws(UsageError) -> ParsedCommand {
            var values: [String: [String]] = [:]
            var rest = positional[...]
            for argument in command.arguments {
                let taken = argument.arity.repeats ? Array(rest) : Array(rest.prefix(1))
                rest = rest.dropFirst(taken.count)
                if taken.isEmpty, argument.arity.isRequired {
                    throw UsageError(
                        "\(named.joined(separator: " ")) needs a value: \(argument.name).",
                        cure: "Write: \(Usage.line(command)).")
                }
                for value in taken { try ValueCheck.check(value, argument.type, of: argument.name) }
                if !taken.isEmpty { values[argument.name] = taken }
            }
            if let extra = rest.first {
                throw UsageError("“\(extra)” is one word too many.", cure: "Write: \(Usage.line(command)).")
            }
            if options["json"] != nil, command.commandLine?.output == .text, command.id != CommandTable.consoleID {
                throw UsageError(
                    "\(named.joined(separator: " ")) prints text, and no JSON.", cure: "Leave out --json.")
            }
            return ParsedCommand(command: command, arguments: values, options: options)
        }
    }
}

/// Checks a value against its type as far as that needs no workspace.
package enum ValueCheck {
    /// Throws what is wrong with the value of an argument or an option of that name.
    package static func check(_ value: String, _ type: Command.ValueType, of name: String) throws(UsageError) {
        switch type {
        case .integer(let range):
            guard let number = Int(value), range.contains(number) else {
                throw UsageError(
                    "\(name) is “\(value)”.",
                    cure: "Give a whole number from \(range.lowerBound) to \(range.upperBound).")
            }
        case .choice(let words):
            guard words.contains(value) else {
                throw UsageError(
                    "\(name) is “\(value)”.", cure: capitalised(Suggestion.cure(for: value, among: words)))
            }
        case .message:
            guard MessageReference(value) != nil else {
                throw UsageError(
                    "“\(value)” names no message.", cure: "Give it as the lists do: account/email, such as b/eaaaaab.")
            }
        case .url:
            if case .failure(let fault) = Configuration.origin(value) {
                throw UsageError("\(name) \(fault.message).", cure: capitalised(fault.cure))
            }
        case .text, .agent, .hold, .mailbox, .workspace, .theme, .command, .query, .file, .folder:
            guard !value.isEmpty else { throw UsageError("\(name) is empty.", cure: "Give it a value.") }
        }
    }
}
