import AgenticMail
import SafeText
import TerminalUI

extension ConsoleModel {
    /// Lends the terminal to the person's editor on a text; `edited` gets what the editor left. What goes wrong is said.
    ///
    /// - Parameters:
    ///   - path: Gives a new path in a folder that is the person's alone.
    ///   - editor: The command that opens the editor on a path.
    func edit(
        _ text: String, at path: () throws -> String, by editor: (String) -> [String],
        _ edited: @escaping @UIActor (String) -> Void
    ) {
        let place: String
        do {
            place = try path()
        } catch {
            return say(error)
        }
        guard EditFile.write(text, to: place) else {
            return say("The file for the editor cannot be written to \(untrusted: place).", .failure)
        }
        programEnded = { [weak self] ended in
            defer { EditFile.remove(place) }
            guard let self else { return }
            switch ended {
            case .failure(let error): say(SafeText(untrusted: error.description), .failure)
            case .success(let status) where status != 0:
                say("The editor ended with status \(Int(status)); nothing was changed.", .refusal)
            case .success:
                guard let left = EditFile.read(place) else {
                    return say("The edited file cannot be read; nothing was changed.", .failure)
                }
                edited(left)
            }
        }
        terminalRequests.append(.run(editor(place)))
    }
}
