import AgenticMail
import Configuration
import Glibc
import TerminalUI

/// A person's editor on a text.
enum EditorRun {
    /// What the editor leaves of a text.
    static func edit(_ text: String, named name: String, _ context: CommandContext) throws -> String {
        guard context.output.isTerminal else {
            throw UsageError("There is no terminal for an editor.", cure: "Give the edited text with --from FILE.")
        }
        let scratch = try ScratchFolder()
        defer { scratch.remove() }
        let path = "\(scratch.path)/\(name)"
        guard EditFile.write(text, to: path) else {
            throw Failure(
                code: "file", message: "\(path) cannot be written, because \(FileFault(errno: errno).reason).",
                cure: "See that there is room.", exitCode: .failed)
        }
        let status: Int32
        do throws(ChildProcessError) {
            status = try ChildProcess.run(EditFile.command(context.environment, path))
        } catch {
            throw Failure(code: "editor", message: error.description, cure: "Set EDITOR.", exitCode: .failed)
        }
        guard status == 0 else {
            throw Failure(
                code: "editor", message: "The editor ended with status \(status); nothing was changed.",
                cure: "Edit it again.", exitCode: .failed)
        }
        guard let edited = EditFile.read(path) else {
            throw Failure(
                code: "file", message: "\(path) cannot be read after the editor; nothing was changed.",
                cure: "Edit it again.", exitCode: .failed)
        }
        return edited
    }
}
