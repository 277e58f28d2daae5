import AgenticMail
import SafeText
package import TerminalUI

extension AgentSheet {
    package func draw(on surface: inout Surface) {
        let (room, row) = surface.bounds.splitBottom(1)
        let width = max(1, min(room.width, 76) - 3)
        var rows: [(SafeText, Role)] = []
        for line in sheet?.lines ?? [] {
            rows += SafeText(untrusted: line).wrapped(to: width).map { ($0, .text) }
        }
        if sheet == nil, fault == nil { rows.append(("Asking the server …", .muted)) }
        if let progress { rows.append((progress, .warning)) }
        rows += told.flatMap { $0.wrapped(to: width) }.map { ($0, .title) }
        if let fault { rows += fault.wrapped(to: width).map { ($0, .error) } }
        let frame = room.centered(Size(width: min(room.width, 76), height: min(room.height, rows.count + 2)))
        Overlay.draw(frame, title: SafeText(untrusted: address), into: &surface) { inner in
            for (y, row) in rows.suffix(inner.size.height).enumerated() {
                inner.put(row.0, at: Point(x: 0, y: y), style: Style(row.1, on: .overlay))
            }
            inner.placeCursor(at: .zero)
        }
        surface.fill(row, style: Style(.footer))
        if let question {
            surface.clipped(to: row) { line.draw(into: &$0, prompt: question.label, style: Style(.input)) }
        } else {
            surface.put(
                (console.notice?.text ?? keys(row.width)).truncated(to: row.width), 0, row.y,
                console.notice?.role ?? .footer)
        }
    }

    /// The keys, as many as there is room for.
    private func keys(_ width: Int) -> SafeText {
        if progress != nil { return "Esc stop" }
        let suspend: SafeText = sheet?.state == "active" ? "s suspend" : "s resume"
        let words: [SafeText] = [suspend, "R new key", "K end keys", "a archive", "D delete", "y copy", "Esc close"]
        // Closing is what must be there at any width.
        var shown: [SafeText] = ["Esc close"]
        for word in words.dropLast() {
            let longer = shown.dropLast() + [word, "Esc close"]
            if longer.reduce(0, { $0 + $1.width + 2 }) - 2 <= width { shown = Array(longer) }
        }
        var text: SafeText = .empty
        for (number, word) in shown.enumerated() { text = number == 0 ? word : text + "  " + word }
        return text
    }
}
