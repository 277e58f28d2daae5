import SafeText
package import TerminalUI

/// The command line: typed after `:`, with what it would become shown behind the cursor.
@UIActor
package final class CommandPrompt: Prompt {
    private let console: ConsoleModel
    private var line: InputLine
    private var completion: Completion

    package init(_ console: ConsoleModel, text: String = "") {
        self.console = console
        line = InputLine(text, history: console.commandHistory)
        completion = Completion(text, console)
        line.ghost = completion.ghost(after: text)
    }

    package func paste(_ text: String) {
        line.insert(text)
        update()
    }

    package func handle(_ key: Key) {
        switch line.handle(key) {
        case .submitted:
            line.remember()
            console.commandHistory = line.history
            console.prompt = nil
            console.run(commandLine: line.text)
        case .cancelled: console.prompt = nil
        case .completion(let backward):
            // The other candidates are kept, so that Tab goes on through them.
            if let text = backward ? completion.previous() : completion.next() { line.set(text) }
        case .changed: update()
        case .moved, .ignored: break
        }
    }

    private func update() {
        completion = Completion(line.text, console)
        line.ghost = completion.ghost(after: line.text)
    }

    package func draw(on surface: inout Surface) {
        let (rest, row) = surface.bounds.splitBottom(1)
        surface.clipped(to: rest) { drawCandidates(&$0) }
        surface.clipped(to: row) { line.draw(into: &$0, prompt: ":") }
    }

    /// The first few of what Tab would give, with what each does, where there is room.
    private func drawCandidates(_ surface: inout Surface) {
        let candidates = completion.candidates.prefix(min(8, max(0, surface.size.height - 3)))
        guard candidates.count > 1 || candidates.contains(where: { $0.text != line.text }) else { return }
        let area = Rect(
            x: 0, y: surface.size.height - candidates.count, width: surface.size.width, height: candidates.count)
        surface.fill(area, style: Style(.overlay, on: .overlay))
        let labelWidth = min(20, max(0, area.width - 1))
        for (index, candidate) in candidates.enumerated() {
            let y = area.y + index
            let isCurrent = candidate.text == line.text
            surface.put(
                SafeText(untrusted: candidate.label).truncated(to: labelWidth), at: Point(x: 1, y: y),
                style: Style(isCurrent ? .title : .text, on: .overlay))
            surface.put(
                candidate.detail.truncated(to: max(0, area.width - labelWidth - 3)),
                at: Point(x: labelWidth + 2, y: y), style: Style(.muted, on: .overlay))
            if isCurrent { surface.setGround(.selection, in: Rect(x: 0, y: y, width: area.width, height: 1)) }
        }
    }
}
