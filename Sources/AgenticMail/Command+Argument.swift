extension Command {
    /// What a value of an argument or an option is, and so how it is completed and checked.
    package enum ValueType: Sendable, Hashable {
        case text
        /// A whole number in a range.
        case integer(ClosedRange<Int>)
        /// One of a few words.
        case choice([String])
        /// An agent, by name, address or account id.
        case agent
        /// A message as the lists name it: `account/email`.
        case message
        /// A hold by its id or the beginning of it.
        case hold
        /// A mailbox by name or role.
        case mailbox
        /// The name of a workspace in the configuration.
        case workspace
        /// The name of a theme.
        case theme
        /// A command of this table.
        case command
        /// Words to search for.
        case query
        case file
        case folder
        case url
    }

    /// A value that is given by its place.
    package struct Argument: Sendable {
        /// How often it may stand there.
        package enum Arity: Sendable, Hashable {
            case one, optional, oneOrMore, any

            /// Whether at least one must be there.
            package var isRequired: Bool { self == .one || self == .oneOrMore }
            /// Whether more than one may be there.
            package var repeats: Bool { self == .oneOrMore || self == .any }
        }

        /// The name in usage lines, such as `message`.
        package let name: String
        package let type: ValueType
        package let arity: Arity
        package let help: String

        /// Makes an argument.
        package init(_ name: String, _ type: ValueType, _ arity: Arity = .one, _ help: String) {
            self.name = name
            self.type = type
            self.arity = arity
            self.help = help
        }
    }

    /// A value, or a switch, that is given by name.
    package struct Option: Sendable {
        /// The long name without its two hyphens.
        package let name: String
        /// One letter, used after one hyphen.
        package let short: Character?
        /// The value that follows; `nil` for a switch.
        package let value: ValueType?
        /// The value's name in usage lines, in capitals.
        package let placeholder: String
        package let repeats: Bool
        package let help: String

        /// An option that a value follows.
        package init(
            _ name: String, short: Character? = nil, _ value: ValueType, placeholder: String, repeats: Bool = false,
            _ help: String
        ) {
            self.name = name
            self.short = short
            self.value = value
            self.placeholder = placeholder
            self.repeats = repeats
            self.help = help
        }

        /// A switch.
        package init(_ name: String, short: Character? = nil, _ help: String) {
            self.name = name
            self.short = short
            value = nil
            placeholder = ""
            repeats = false
            self.help = help
        }
    }
}
