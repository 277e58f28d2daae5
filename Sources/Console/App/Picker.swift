package import SafeText
package import TerminalUI

/// A list over the view to pick one thing from, narrowed by what is typed: the palette, the mailboxes, attachments.
@UIActor
package final class Picker: Prompt {
    /// One thing to pick.
    package struct Entry {
        package let label: SafeText
        package let detail: SafeText
        /// The key that does the same, where there is one.
        package let key: SafeText
        package let act: @UIActor () -> Void

        package init(
            _ label: SafeText, detail: SafeText = .empty, key: SafeText = .empty, act: @escaping @UIActor () -> Void
        ) {
            self.label = label
            self.detail = detail
            self.key = key
            self.act = act
        }
    }

    private let console: ConsoleModel
    private let title: SafeText
    private let entries: [Entry]
    private var shown: [Entry]
    private var line = InputLine()
    private var cursor = 0
    private var first = 0
    private var lines = 1

    package init(_ title: SafeText, _ entries: [Entry], _ console: ConsoleModel) {
        self.title = title
        self.entries = entries
        self.console = console
        shown = entries
    }

    package func paste(_ text: String) {
        line.insert(text)
        narrow()
    }

    package func handle(_ key: Key) {
        switch (key.code, key.modifiers) {
        case (.down, _), (.character("n"), .control): return move(by: 1)
        case (.up, _), (.character("p"), .control): return move(by: -1)
        case (.pageDown, _): return move(by: lines)
        case (.pageUp, _): return move(by: -lines)
        default: break
        }
        switch line.handle(key) {
        case .submitted:
            console.prompt = nil
            if shown.indices.contains(cursor) { shown[cursor].act() }
        case .cancelled: console.prompt = nil
        case .completion(let backward): move(by: backward ? -1 : 1)
        case .changed: narrow()
        case .moved, .ignored: break
        }
    }

    private func move(by distance: Int) {
        cursor = min(max(0, cursor + distance), max(0, shown.count - 1))
    }

    private func narrow() {
        shown = FuzzyMatch.ranked(entries, by: line.text) { "\($0.label.string) \($0.detail.string)" }
        cursor = 0
        first = 0
    }

    package func draw(on surface: inout Surface) {
        let size = surface.size
        guard size.width >= 30, size.height >= 10 else {
            surface.fill(surface.bounds, style: Style(.overlay, on: .overlay))
            return draw(inside: &surface)
        }
        let height = min(size.height - 4, max(6, shown.count + 4))
        let frame = Rect(
            x: (size.width - min(size.width - 4, 78)) / 2, y: 2, width: min(size.width - 4, 78), height: height)
        Overlay.draw(frame, title: title, into: &surface) { draw(inside: &$0) }
        let hint = Rect(x: 0, y: size.height - 1, width: size.width, height: 1)
        surface.fill(hint, style: Style(.footer))
        surface.put("type to narrow  ↑ ↓ choose  ⏎ take  Esc leave", at: hint.origin, style: Style(.footer))
    }

    private func draw(inside surface: inout Surface) {
        let width = surface.size.width
        let start = surface.size.height > 4 ? 2 : 1
        lines = max(1, surface.size.height - start)
        first = min(first, cursor)
        if cursor >= first + lines { first = cursor - lines + 1 }
        if shown.isEmpty {
            surface.put("Nothing matches.", at: Point(x: 3, y: start), style: Style(.muted, on: .overlay))
        }
        // Labels get what their longest needs, details what is left.
        let isNarrow = width < 40
        let keyWidth = isNarrow ? 0 : shown.reduce(0) { max($0, $1.key.width) }
        let room = max(0, width - 4 - (keyWidth > 0 ? keyWidth + 1 : 0))
        let longest = entries.reduce(0) { max($0, $1.label.width) }
        let longestDetail = isNarrow ? 0 : min(entries.reduce(0) { max($0, $1.detail.width) }, room / 4)
        let labelWidth = min(longest, longestDetail == 0 ? room : room - longestDetail - 2)
        for (index, entry) in shown.dropFirst(first).prefix(lines).enumerated() {
            let y = start + index
            surface.put(
                entry.label.truncated(to: labelWidth), at: Point(x: 3, y: y), style: Style(.text, on: .overlay))
            surface.put(
                entry.detail.truncated(to: max(0, room - labelWidth - 2)), at: Point(x: labelWidth + 5, y: y),
                style: Style(.muted, on: .overlay))
            if !isNarrow {
                surface.put(
                    entry.key, at: Point(x: width - entry.key.width - 1, y: y), style: Style(.key, on: .overlay))
            }
            if first + index == cursor {
                surface.put("›", at: Point(x: 1, y: y), style: Style(.key, on: .overlay))
                surface.setGround(.selection, in: Rect(x: 0, y: y, width: width, height: 1))
            }
        }
        surface.clipped(to: Rect(x: 1, y: 0, width: width - 2, height: 1)) { line.draw(into: &$0, prompt: "› ") }
    }
}
