package import AgenticMail
package import SafeText
package import TerminalUI

/// One line of the help: a command with its keys, or something worth knowing.
package struct HelpRow: Identifiable, Sendable {
    package let id: Int
    package let keys: SafeText
    package let words: SafeText
    package let name: SafeText
    /// Nil where it is only worth knowing.
    package let command: Command?
}

/// The keys of the screen below, each runnable.
@UIActor
package final class HelpScreen: ListScreen<HelpRow> {
    private let subjectScreen: Screen
    private let rows: [HelpRow]
    private var shown = 0

    package init(_ console: ConsoleModel, for screen: Screen) {
        subjectScreen = screen
        rows = Self.rows(console, screen)
        super.init(.help, console)
        arrange()
    }

    package override var crumb: SafeText { "keys of \(untrusted: subjectScreen.rawValue)" }
    package override var total: Int? { shown }

    private static func rows(_ console: ConsoleModel, _ screen: Screen) -> [HelpRow] {
        var rows: [HelpRow] = []
        func add(_ keys: SafeText, _ words: SafeText, _ name: SafeText = .empty, _ command: Command? = nil) {
            rows.append(HelpRow(id: rows.count, keys: keys, words: words, name: name, command: command))
        }
        let commands = console.table.commands(on: screen)
        let isEverywhere: (Command) -> Bool = { $0.console?.screens == .all }
        let keys: (Command) -> SafeText = { command in
            console.keymap.bindings(on: screen).filter { $0.command.id == command.id }.prefix(3).map(\.label)
                .joined(separator: " ")
        }
        // What is special here stands before what works everywhere, and what has a key before what is typed.
        let ordered = commands.filter { !isEverywhere($0) } + commands.filter(isEverywhere)
        for command in ordered.filter({ !keys($0).isEmpty }) + ordered.filter({ keys($0).isEmpty }) {
            guard let form = command.console else { continue }
            let keys = keys(command)
            add(keys, SafeText(untrusted: command.summary), ":\(untrusted: form.name)", command)
        }
        add("letters", FlagLetters.legend)
        add("reading", "Reading here marks nothing as read: the agent's own program goes by that mark.")
        return rows
    }

    private func arrange() {
        let matcher = FilterMatcher(FilterExpression(filter).terms)
        let shown = rows.filter { row in
            filter.isEmpty
                || matcher.matches(
                    FilterSubject(from: row.keys.string, to: row.name.string, subject: row.words.string))
        }
        self.shown = shown.count
        setSource(RowSource(shown), keeping: false)
    }

    package override func filterChanged() { arrange() }
    package override func reload() {}
    package override func appear() {}

    package override var columns: [TableColumn] {
        [
            TableColumn("key", minimum: 6, ideal: 12, priority: 90),
            TableColumn("what it does", minimum: 10, grows: 1, priority: 100),
            TableColumn("command", minimum: 10, ideal: 16, priority: 50),
        ]
    }

    package override func cells(of row: HelpRow) -> [Line] {
        [Line(row.keys, .key), Line(row.words, row.command == nil ? .muted : .text), Line(row.name, .muted)]
    }

    package override func open(_ row: HelpRow) {
        guard let command = row.command else { return console.say(row.words) }
        _ = console.closeTop()
        console.runFromList(command)
    }
}
