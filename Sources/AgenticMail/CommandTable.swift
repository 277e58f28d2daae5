/// Every command of the program, in the order of the help.
package struct CommandTable: Sendable {
    package let commands: [Command]
    private let byID: [Command.ID: Int]

    /// Makes a table.
    package init(_ commands: [Command]) {
        self.commands = commands
        byID = Dictionary(
            commands.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }

    /// The table of this program.
    package static let standard = CommandTable(
        waiting + places + movement + listing + reading + agents + agentLife + messages + conversation + acting
            + domains
            + inspection + desk + guardian + program + settingUp + workspace + shell)

    /// The command with an id.
    package subscript(id: Command.ID) -> Command? {
        byID[id].map { commands[$0] }
    }

    /// The commands that the command line knows.
    package var commandLine: [Command] {
        commands.filter { $0.commandLine != nil }
    }

    /// The commands that apply on a screen of the console.
    package func commands(on screen: Screen) -> [Command] {
        commands.filter { $0.console?.screens.contains(screen) ?? false }
    }

    /// The command that a person means by a word after `:`, by its name or one of its aliases.
    package func console(named word: String) -> Command? {
        commands.first { command in
            guard let console = command.console else { return false }
            return console.name == word || console.aliases.contains(word)
        }
    }

    /// The command of a screen that a person means by a word after `:`.
    package func console(named word: String, on screen: Screen) -> Command? {
        commands(on: screen).first { $0.console?.name == word || $0.console?.aliases.contains(word) == true }
    }

    /// The names after `:` that begin with what was typed, shortest first; for the completion.
    package func consoleNames(beginningWith prefix: String) -> [String] {
        commands.compactMap(\.console).flatMap { [$0.name] + $0.aliases }.filter { $0.hasPrefix(prefix) }
            .sorted { ($0.count, $0) < ($1.count, $1) }
    }

    /// The keys of a screen in the table's order, where the configuration changes nothing.
    package func defaultKeys(on screen: Screen) -> [(key: Command.KeyDefault, command: Command)] {
        commands(on: screen).flatMap { command in
            (command.console?.keys ?? []).filter { $0.screens?.contains(screen) ?? true }.map { ($0, command) }
        }
    }

    /// The commands that the footer of a screen shows, in the table's order.
    package func footer(on screen: Screen) -> [Command] {
        commands(on: screen).filter { $0.console?.footer.contains(screen) ?? false }
    }
}
