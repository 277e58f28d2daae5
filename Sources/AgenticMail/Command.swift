/// One thing that the program can do, described once.
///
/// Its fields make the parser of the command line, the completions, the keys, the palette, the footer, the help and the
/// manual page, so that none of them can say something that the others do not. What it does is a handler, found by
/// ``id``: the console's beside its screens, the command line's in the executable, one file a command.
package struct Command: Sendable, Identifiable {
    /// The stable name that handlers and the key bindings of the configuration use, such as `cursor.down`.
    package struct ID: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
        package let rawValue: String

        /// The id of that name.
        package init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The id of that name.
        package init(stringLiteral value: StaticString) {
            rawValue = value.description
        }

        package var description: String { rawValue }
    }

    /// What running it can change.
    package enum Effect: Sendable, Hashable {
        /// Nothing but what is shown.
        case none
        /// Something that can be set back, here or on the server.
        case change
        /// Something that cannot be taken back.
        case destructive
    }

    package let id: ID
    /// What it does in a few words, without a full stop: "Open what the cursor is on".
    package let summary: String
    /// More for the manual and `--help`, in whole sentences; empty where the summary says all.
    package let discussion: String
    package let arguments: [Argument]
    package let options: [Option]
    package let effect: Effect
    /// What must hold for it to act, in the order in which a missing one is named.
    package let requirements: [Requirement]
    /// How it is written on the command line; `nil` where it cannot be.
    package let commandLine: CommandLineForm?
    /// How it is reached in the console; `nil` where it cannot be.
    package let console: ConsoleForm?

    /// Makes a command.
    package init(
        _ id: ID, _ summary: String, discussion: String = "", arguments: [Argument] = [], options: [Option] = [],
        effect: Effect = .none, requirements: [Requirement] = [], commandLine: CommandLineForm? = nil,
        console: ConsoleForm? = nil
    ) {
        self.id = id
        self.summary = summary
        self.discussion = discussion
        self.arguments = arguments
        self.options = options
        self.effect = effect
        self.requirements = requirements
        self.commandLine = commandLine
        self.console = console
    }

    /// The sentence that says why the command cannot act, or `nil` where it can.
    ///
    /// - Parameter facts: what holds now where the command was asked for.
    package func unavailability(given facts: Set<Requirement>) -> String? {
        requirements.first { !facts.contains($0) }?.reason
    }
}

extension Command {
    /// How a command is written on the command line.
    package struct CommandLineForm: Sendable {
        /// What a command prints with `--json`.
        package enum Output: Sendable, Hashable {
            /// One array of objects.
            case list
            /// One object.
            case object
            /// Text for a shell or a person; `--json` is refused.
            case text
        }

        /// The words that name it after the program's name, such as `["mail", "read"]`.
        package let words: [String]
        package let output: Output
        /// Examples for the help and the manual, each a line that can be typed.
        package let examples: [String]

        /// Makes a form of words with spaces between.
        package init(_ words: String, output: Output, examples: [String] = []) {
            self.words = words.split(separator: " ").map(String.init)
            self.output = output
            self.examples = examples
        }

        /// The words with a space between, as a person types them.
        package var name: String { words.joined(separator: " ") }
    }

    /// How a command is reached in the console.
    package struct ConsoleForm: Sendable {
        /// What is typed after `:`, and the palette's entry.
        package let name: String
        package let aliases: [String]
        /// The screens on which it applies.
        package let screens: ScreenSet
        /// Its keys where the configuration says nothing else.
        package let keys: [KeyDefault]
        /// The word that the footer shows beside the key, on the screens in ``footer``.
        package let label: String
        package let footer: ScreenSet
        /// Whether it is left out of the palette, as a movement of the cursor is.
        package let isHiddenInPalette: Bool

        /// Makes a form of a name; the footer shows the name where no label is given.
        package init(
            _ name: String, aliases: [String] = [], on screens: ScreenSet = .all, keys: [KeyDefault] = [],
            label: String? = nil, footer: ScreenSet = .none, isHiddenInPalette: Bool = false
        ) {
            self.name = name
            self.aliases = aliases
            self.screens = screens
            self.keys = keys
            self.label = label ?? name
            self.footer = footer
            self.isHiddenInPalette = isHiddenInPalette
        }
    }

    /// A key, or keys pressed one after the other, that runs a command.
    package struct KeyDefault: Sendable, Hashable, ExpressibleByStringLiteral {
        /// The chords, a space between them: `j`, `Ctrl-d`, `PgDn`, `Space`; as ``KeySpelling`` checks them.
        package let keys: String
        /// The arguments that the command is run with.
        package let arguments: [String]
        /// The screens on which the key works; `nil` is every screen of the command.
        package let screens: ScreenSet?

        /// Makes a default of keys.
        package init(_ keys: String, arguments: [String] = [], on screens: ScreenSet? = nil) {
            self.keys = keys
            self.arguments = arguments
            self.screens = screens
        }

        /// Keys without arguments, on every screen of the command.
        package init(stringLiteral value: String) {
            self.init(value)
        }
    }
}

extension Command {
    /// A fact that a command needs, and the sentence for a person where it does not hold.
    package enum Requirement: Sendable, Hashable, CaseIterable {
        case row
        case agent
        case message
        case attachment
        case link
        case quotedText
        case connection
        case filter
        case marks
        case unread
        case job
        case hold
        case secret
        case earlierView
        case laterView
        case lastCommand

        /// Says why a command that needs this cannot act.
        package var reason: String {
            switch self {
            case .row: "There is no row to act on."
            case .agent: "There is no agent under the cursor."
            case .message: "There is no message under the cursor."
            case .attachment: "This message has no attachment."
            case .link: "This message has no link."
            case .quotedText: "This message quotes nothing."
            case .connection: "The server is not reached; :doctor says why."
            case .filter: "There is no filter; / sets one."
            case .marks: "Nothing is marked; Space marks a row."
            case .unread: "Nothing here is unread."
            case .job: "There is no job under the cursor."
            case .hold: "There is no hold under the cursor."
            case .secret: "Nothing here is masked."
            case .earlierView: "There is no earlier view."
            case .laterView: "There is no later view."
            case .lastCommand: "No command was run yet."
            }
        }
    }
}
