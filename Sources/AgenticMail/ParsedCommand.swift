/// A command with the values that a person gave it, each checked against its type.
package struct ParsedCommand: Sendable {
    package let command: Command
    /// By the argument's name.
    package let arguments: [String: [String]]
    /// By the option's name, global ones too; a switch that was given has an empty list.
    package let options: [String: [String]]

    /// The only value of an argument.
    package func argument(_ name: String) -> String? {
        arguments[name]?.first
    }

    /// Whether an option or a switch was given.
    package func has(_ option: String) -> Bool {
        options[option] != nil
    }

    /// The last value given for an option.
    package func value(_ option: String) -> String? {
        options[option]?.last
    }

    /// All values given for an option.
    package func values(_ option: String) -> [String] {
        options[option] ?? []
    }

    /// The last value of an option whose type is a whole number.
    package func integer(_ option: String) -> Int? {
        value(option).flatMap { Int($0) }
    }
}

/// What a command line asks for.
package enum CommandLineRequest: Sendable {
    case run(ParsedCommand)
    /// The help of the command or the group that these words name; all help where there are none.
    case help([String])
    case version
}
