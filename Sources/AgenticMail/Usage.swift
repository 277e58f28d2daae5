/// How commands are written, in one line.
package enum Usage {
    /// `agenticmail mail read [--json] MESSAGE`, without the global options.
    package static func line(_ command: Command) -> String {
        let options = command.options.map { "[\(written($0))]" }
        return (["agenticmail"] + (command.commandLine?.words ?? []) + options + command.arguments.map(written))
            .joined(separator: " ")
    }

    /// An argument as usage lines show it.
    package static func written(_ argument: Command.Argument) -> String {
        let name = argument.name.uppercased()
        return switch argument.arity {
        case .one: name
        case .optional: "[\(name)]"
        case .oneOrMore: "\(name)…"
        case .any: "[\(name)…]"
        }
    }

    /// An option as usage lines show it.
    package static func written(_ option: Command.Option) -> String {
        option.value == nil ? "--\(option.name)" : "--\(option.name) \(option.placeholder)"
    }
}
