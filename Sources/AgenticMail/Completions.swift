/// Completion scripts for shells, from the command table.
package enum Completions {
    /// The shells that a script can be made for.
    package enum Shell: String, CaseIterable, Sendable {
        case bash, zsh, fish
    }

    /// The whole script.
    package static func script(
        for shell: Shell, table: CommandTable = .standard, globals: [Command.Option] = CommandTable.globalOptions
    ) -> String {
        let tree = CompletionTree(table: table, globals: globals)
        return switch shell {
        case .bash: bash(tree)
        case .zsh: zsh(tree)
        case .fish: fish(tree)
        }
    }

    /// The words in single quotation marks, as all three shells read them.
    static func quoted(_ text: String) -> String {
        "'" + text.replacing("'", with: "'\\''") + "'"
    }

    /// Prints the names of the configured workspaces, one a line.
    static let workspaces = "agenticmail config list 2>/dev/null | cut -f1"
}
