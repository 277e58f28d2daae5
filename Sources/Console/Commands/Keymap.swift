package import AgenticMail
package import Configuration
package import SafeText
package import TerminalUI

/// Which keys run which commands on which screen: the table's, changed by the configuration's.
package struct Keymap: Sendable {
    /// A sequence of chords that runs a command.
    package struct Binding: Sendable {
        /// Pressed one after the other.
        package let keys: [Key]
        package let command: Command
        package let arguments: [String]
        package let screens: ScreenSet

        /// The keys as a footer shows them.
        package var label: SafeText { keys.map(\.label).joined(separator: " ") }
    }

    /// What a sequence of chords means.
    package enum Resolution {
        case run(Binding)
        /// The beginning of these.
        case pending([Binding])
        case none
    }

    package let bindings: [Binding]

    /// Builds the map; a command that the configuration binds loses the keys of the table.
    ///
    /// The spelling of keys was checked when the configuration was read; what is no key all the same is left out.
    package init(_ table: CommandTable, overrides: [ConsoleConfiguration.KeyBinding] = []) {
        var bindings: [Binding] = []
        func chord(_ keys: String) -> [Key] { (try? KeyChord(parsing: keys))?.keys ?? [] }
        var bound: Set<String> = []
        for override in overrides {
            guard let command = table[Command.ID(rawValue: override.command)], let form = command.console else {
                continue
            }
            bound.insert(override.command)
            for keys in override.keys {
                let sequence = chord(keys)
                guard !sequence.isEmpty else { continue }
                bindings.append(
                    Binding(keys: sequence, command: command, arguments: [], screens: form.screens))
            }
        }
        for command in table.commands where !bound.contains(command.id.rawValue) {
            guard let form = command.console else { continue }
            for key in form.keys {
                let sequence = chord(key.keys)
                guard !sequence.isEmpty else { continue }
                bindings.append(
                    Binding(
                        keys: sequence, command: command, arguments: key.arguments,
                        screens: key.screens ?? form.screens))
            }
        }
        self.bindings = bindings
    }

    /// The bindings that work on a screen, those of the configuration first.
    package func bindings(on screen: Screen) -> [Binding] {
        bindings.filter { $0.screens.contains(screen) }
    }

    /// What a sequence means on a screen.
    package func resolve(_ keys: [Key], on screen: Screen) -> Resolution {
        var longer: [Binding] = []
        for binding in bindings where binding.screens.contains(screen) {
            if binding.keys == keys { return .run(binding) }
            if binding.keys.starts(with: keys) { longer.append(binding) }
        }
        return longer.isEmpty ? .none : .pending(longer)
    }

    /// The first key of a command on a screen.
    package func key(of id: Command.ID, on screen: Screen) -> SafeText? {
        bindings.first { $0.command.id == id && $0.screens.contains(screen) }?.label
    }
}
