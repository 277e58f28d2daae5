import AgenticMail
package import Guard
import SafeText
package import TerminalUI

/// The line that an agent is told with a decision against it: typed, or one of the notes that are ready.
@UIActor
package final class NotePrompt: Prompt {
    private let console: ConsoleModel
    private let action: Decision.Action
    private let templates: [NoteTemplate]
    private let done: @UIActor (String) -> Void
    private var line = InputLine()
    /// The template that is in the line; nil where the person has typed.
    private var chosen: Int?

    /// Asks for a note, which is never empty.
    package init(_ console: ConsoleModel, _ action: Decision.Action, done: @escaping @UIActor (String) -> Void) {
        self.console = console
        self.action = action
        self.done = done
        templates = NoteTemplate.templates(for: action)
        console.needsFrame = true
    }

    package func paste(_ text: String) {
        line.insert(text)
        chosen = nil
    }

    package func handle(_ key: Key) {
        switch key.code {
        case .down: return choose(by: 1)
        case .up: return choose(by: -1)
        default: break
        }
        switch line.handle(key) {
        case .submitted:
            let note = line.text
            guard !note.allSatisfy(\.isWhitespace) else {
                return console.say("The agent must be told why: type a line, or Tab takes one that is ready.", .refusal)
            }
            console.prompt = nil
            done(note)
        case .cancelled:
            console.prompt = nil
            console.say("Nothing was decided.")
        case .completion(let backward): choose(by: backward ? -1 : 1)
        case .changed: chosen = nil
        case .moved, .ignored: break
        }
    }

    private func choose(by step: Int) {
        guard !templates.isEmpty else { return }
        let next =
            chosen.map { ($0 + step + templates.count) % templates.count } ?? (step > 0 ? 0 : templates.count - 1)
        chosen = next
        line.set(templates[next].text)
    }

    package func draw(on surface: inout Surface) {
        let (rest, row) = surface.bounds.splitBottom(1)
        let shown = min(templates.count, max(0, rest.height - 2))
        if shown > 0, rest.height > 4 {
            let first = max(0, min((chosen ?? 0) - shown + 1, templates.count - shown))
            let top = rest.maxY - shown - 1
            surface.fill(Rect(x: 0, y: top, width: rest.width, height: shown + 1), style: Style(.overlay, on: .overlay))
            let title: SafeText =
                action == .reject
                ? "Reject: what is the agent told?  Tab takes a note that is ready"
                : "Changes: what should the agent change?  Tab takes a note that is ready"
            surface.put(
                title.truncated(to: rest.width), at: Point(x: 0, y: top), style: Style(.overlayTitle, on: .overlay))
            for (index, template) in templates.dropFirst(first).prefix(shown).enumerated() {
                let y = top + 1 + index
                let isChosen = first + index == chosen
                surface.put(isChosen ? "›" : " ", at: Point(x: 1, y: y), style: Style(.key, on: .overlay))
                surface.put(
                    SafeText(untrusted: template.text).truncated(to: max(0, rest.width - 3)), at: Point(x: 3, y: y),
                    style: Style(isChosen ? .text : .muted, on: .overlay))
            }
        }
        line.ghost = line.isEmpty ? "a line for the agent; Enter sends it, Esc leaves" : .empty
        surface.clipped(to: row) { line.draw(into: &$0, prompt: action == .reject ? "reject: " : "changes: ") }
        guard let notice = console.notice, rest.height > 0 else { return }
        surface.fill(Rect(x: 0, y: rest.maxY - 1, width: rest.width, height: 1), style: Style(.footer))
        surface.put(notice.text.truncated(to: rest.width), 0, rest.maxY - 1, notice.role)
    }
}
