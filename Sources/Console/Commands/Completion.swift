import AgenticMail
import JMAP
import MailCache
package import SafeText
package import TerminalUI

/// What a command line that is being typed can become.
@UIActor
package struct Completion {
    /// One way to go on.
    package struct Candidate: Equatable {
        /// The whole line with it.
        package let text: String
        /// What the list of candidates shows for it.
        package let label: String
        package let detail: SafeText
    }

    package let candidates: [Candidate]
    private var index: Int?

    /// Finds the candidates for a text: names of commands first, then values of their arguments.
    package init(_ text: String, _ console: ConsoleModel) {
        let words = CommandWords(text)
        guard let name = words.words.first, words.words.count > 1 || !words.endsInWord else {
            candidates = Self.names(words.words.first ?? "", console)
            return
        }
        guard let command = console.table.console(named: name) else {
            candidates = []
            return
        }
        let typed = words.endsInWord ? words.words.last ?? "" : ""
        let place = words.words.count - (words.endsInWord ? 2 : 1)
        let argument = command.arguments.indices.contains(place) ? command.arguments[place] : command.arguments.last
        // The messages are the marked ones, so what is typed is the command's option.
        let type = argument?.type == .message ? command.options.first { $0.value != nil }?.value : argument?.type
        let values = type.map { Self.values($0, isMove: command.id == "mail.move", console) } ?? []
        let before = words.words.prefix(words.words.count - (words.endsInWord ? 1 : 0))
            .map(CommandWords.quoted).joined(separator: " ")
        candidates =
            values.filter { $0.value.lowercased().hasPrefix(typed.lowercased()) }
            .map { Candidate(text: "\(before) \(CommandWords.quoted($0.value))", label: $0.value, detail: $0.detail) }
    }

    private static func names(_ typed: String, _ console: ConsoleModel) -> [Candidate] {
        let screen = console.top?.screen ?? .agents
        let commands = console.table.commands(on: screen)
        var found: [Candidate] = []
        var seen: Set<String> = []
        func add(_ command: Command) {
            guard let form = command.console, seen.insert(form.name).inserted else { return }
            found.append(
                Candidate(text: form.name, label: form.name, detail: SafeText(untrusted: command.summary)))
        }
        // What begins with the letters, then what merely contains them in order.
        let visible = commands.filter { $0.console.map { !$0.isHiddenInPalette } ?? false }
        for command in visible where command.console?.name == typed || command.console?.aliases.contains(typed) == true
        {
            add(command)
        }
        for command in visible where command.console?.name.hasPrefix(typed) == true { add(command) }
        for command in FuzzyMatch.ranked(visible, by: typed, text: { $0.console?.name ?? "" }) { add(command) }
        return found
    }

    private static func values(
        _ type: Command.ValueType, isMove: Bool, _ console: ConsoleModel
    ) -> [(value: String, detail: SafeText)] {
        switch type {
        case .agent:
            return console.book.rows.map { account in
                let name = account.name.isEmpty ? account.id.rawValue : account.name
                return (SafeText.plain(name), SafeText(untrusted: account.address))
            }
        case .choice(let words): return words.map { ($0, .empty) }
        case .theme: return console.themeNames.map { ($0, .empty) }
        case .command:
            return console.table.commands.compactMap { command in
                command.console.map { ($0.name, SafeText(untrusted: command.summary)) }
            }
        case .mailbox where isMove:
            let row = (console.top as? MessageListScreen)?.list.cursorRow
            return row.map { console.mailboxNames(of: $0).map { (SafeText.plain($0), .empty) } } ?? []
        case .mailbox:
            return (console.top as? MessagesScreen)?.mailboxNames.map { (SafeText.plain($0), .empty) } ?? []
        case .integer(let range) where range.count <= 10: return range.map { (String($0), .empty) }
        default: return []
        }
    }

    /// What the first candidate adds to what was typed; empty where it does not begin with that.
    package func ghost(after typed: String) -> SafeText {
        guard !typed.isEmpty, let first = candidates.first?.text, first.count > typed.count,
            first.lowercased().hasPrefix(typed.lowercased())
        else { return .empty }
        return SafeText(untrusted: String(first.dropFirst(typed.count)))
    }

    /// The next candidate, around the end.
    package mutating func next() -> String? { step(1) }

    /// The candidate before, around the start.
    package mutating func previous() -> String? { step(-1) }

    private mutating func step(_ distance: Int) -> String? {
        guard !candidates.isEmpty else { return nil }
        let place = index.map { $0 + distance } ?? (distance > 0 ? 0 : candidates.count - 1)
        let around = (place + candidates.count) % candidates.count
        index = around
        return candidates[around].text
    }
}
