package import AgenticMail
import Configuration
import Message

/// What the screen of the policy asks of the rest of the program.
package struct PolicyServices: Sendable {
    /// Where the file lies.
    package var path: String
    /// Reads and checks the file.
    package var read: @Sendable () async throws -> PolicyFile
    /// Checks a text as the file's.
    package var check: @Sendable (String) -> PolicyFile
    /// Puts a text that is in order in the place of the file.
    package var write: @Sendable (String) async throws -> Void
    /// A new path for the file that an editor is opened on; its folder is the person's alone.
    package var editPath: @Sendable () throws -> String
    /// The command that opens the person's editor on a path.
    package var editor: @Sendable (String) -> [String]

    /// The services of a file.
    package init(
        path: String, editPath: @escaping @Sendable () throws -> String,
        editor: @escaping @Sendable (String) -> [String]
    ) {
        self.path = path
        read = { try PolicyFile.read(path, at: MessageBuilder.now.seconds) }
        check = { PolicyFile(checking: $0, path: path, at: MessageBuilder.now.seconds) }
        write = { try PolicyFile.write($0, to: path) }
        self.editPath = editPath
        self.editor = editor
    }
}
