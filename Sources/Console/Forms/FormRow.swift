import SafeText
import TerminalUI

/// A row of a form: a mark, the field's label where there is room for it, and the line that is typed.
struct FormRow {
    /// What is wrong with the field, or where the focus is.
    let mark: (SafeText, Role)
    let label: SafeText
    /// Stands in an empty line; the label does where that has no column of its own.
    let hint: SafeText
    let hasFocus: Bool

    func draw(_ line: inout InputLine, _ y: Int, on surface: inout Surface) {
        let labels = surface.size.width >= 34 ? 10 : 0
        surface.put(mark.0, at: Point(x: 0, y: y), style: Style(mark.1, on: .overlay))
        if labels > 0 {
            let style = Style(hasFocus ? .title : .fieldName, on: .overlay)
            surface.put(label, at: Point(x: 2, y: y), style: style)
        }
        line.ghost = line.isEmpty ? (labels > 0 ? hint : label) : .empty
        let place = Rect(x: 2 + labels, y: y, width: max(1, surface.size.width - labels - 2), height: 1)
        surface.clipped(to: place) { line.draw(into: &$0) }
    }
}
