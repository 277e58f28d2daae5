import AgenticMail
import SafeText
package import TerminalUI

/// The filter line: what is typed after `/` is in force at every key; Enter keeps it, Esc brings the one before back.
@UIActor
package final class FilterPrompt: Prompt {
    private let console: ConsoleModel
    private let view: any ScreenView
    private var line: InputLine
    private let before: String

    package init(_ console: ConsoleModel, _ view: any ScreenView) {
        self.console = console
        self.view = view
        before = view.filter
        line = InputLine(view.filter, history: console.filterHistory)
    }

    package func paste(_ text: String) {
        line.insert(text)
        apply()
    }

    package func handle(_ key: Key) {
        switch key.code {
        case .pageDown: return _ = view.perform("cursor.page-down", [])
        case .pageUp: return _ = view.perform("cursor.page-up", [])
        default: break
        }
        switch line.handle(key) {
        case .submitted:
            line.remember()
            console.filterHistory = line.history
            console.prompt = nil
        case .cancelled:
            view.setFilter(line.isEmpty ? "" : before)
            console.prompt = nil
        case .changed: apply()
        case .completion, .moved, .ignored: break
        }
    }

    private func apply() {
        console.clearNotice()
        view.setFilter(line.text)
    }

    package func draw(on surface: inout Surface) {
        line.ghost = line.isEmpty ? view.filterHint : .empty
        let (rest, row) = surface.bounds.splitBottom(1)
        surface.clipped(to: row) { line.draw(into: &$0, prompt: "/") }
        guard let notice = console.notice, rest.height > 0 else { return }
        let told = notice.text.truncated(to: rest.width)
        surface.fill(Rect(x: 0, y: rest.maxY - 1, width: rest.width, height: 1), style: Style(.footer))
        surface.put(told, 0, rest.maxY - 1, notice.role)
    }
}
