package import Configuration

/// Checks what a person configured as far as that needs no server.
package enum ConfigurationCheck {
    /// Reads the configuration, and checks the keys against the command table.
    ///
    /// - Returns: The configuration where it can be used, and every fault.
    package static func run(
        _ locations: Locations, table: CommandTable = .standard
    ) -> (configuration: Configuration?, faults: [ConfigurationFault]) {
        do throws(ConfigurationError) {
            let configuration = try Configuration.load(locations)
            return (configuration, keyFaults(configuration, table))
        } catch {
            return (nil, error.faults)
        }
    }

    /// What is wrong with the keys: commands that the console does not have, and keys that nobody can press or that
    /// another command has on the same screen.
    package static func keyFaults(_ configuration: Configuration, _ table: CommandTable) -> [ConfigurationFault] {
        let commands = table.commands.filter { $0.console != nil }
        var faults: [ConfigurationFault] = []
        var bound: [String: [(screens: ScreenSet, command: String)]] = [:]
        for binding in configuration.console.keys {
            func fault(_ code: ConfigurationFault.Code, _ message: String, _ cure: String) {
                faults.append(
                    .init(
                        code, file: configuration.file ?? "", line: binding.line, column: binding.column,
                        key: "console.keys.\(binding.command)", message: message, cure: cure))
            }
            guard let console = table[Command.ID(rawValue: binding.command)]?.console else {
                let nearest = Suggestion.nearest(to: binding.command, among: commands.map(\.id.rawValue))
                fault(
                    .unknownKey, "is no command of the console",
                    nearest.map { "did you mean “\($0)”?" } ?? "agenticmail man lists the commands")
                continue
            }
            for key in binding.keys {
                if let wrong = KeySpelling.fault(in: key) {
                    fault(.wrongValue, "the key “\(key)” \(wrong)", "write it as j, Ctrl-d, PgDn, F5 or g g")
                    continue
                }
                if let other = bound[key]?.first(where: {
                    !$0.screens.screens.isDisjoint(with: console.screens.screens)
                }) {
                    fault(
                        .wrongValue, "the key “\(key)” is given to \(other.command) too", "keep it for one of the two")
                }
                bound[key, default: []].append((console.screens, binding.command))
            }
        }
        return faults
    }
}
