package import SafeText

extension Surface {
    /// A horizontal rule; nothing in linear mode.
    package mutating func rule(y: Int, from x: Int = 0, width: Int? = nil, style: Style = Style(.border)) {
        guard !isLinear else { return }
        put(.repeating("─", count: width ?? size.width - x), at: Point(x: x, y: y), style: style)
    }

    /// A vertical rule; blanks in linear mode.
    package mutating func verticalRule(x: Int, from y: Int = 0, height: Int? = nil, style: Style = Style(.border)) {
        guard !isLinear else { return }
        for row in y..<max(y, y + (height ?? size.height - y)) { put("│", at: Point(x: x, y: row), style: style) }
    }

    /// A box around `rect` with a title in its upper edge; in linear mode the title alone.
    package mutating func box(_ rect: Rect, title: SafeText = .empty, style: Style = Style(.border)) {
        guard rect.width >= 2, rect.height >= 2 else { return }
        if !isLinear {
            let edge = SafeText.repeating("─", count: rect.width - 2)
            put("┌" + edge + "┐", at: rect.origin, style: style)
            put("└" + edge + "┘", at: Point(x: rect.x, y: rect.maxY - 1), style: style)
            for y in rect.y + 1..<rect.maxY - 1 {
                put("│", at: Point(x: rect.x, y: y), style: style)
                put("│", at: Point(x: rect.maxX - 1, y: y), style: style)
            }
        }
        guard !title.isEmpty, rect.width > 6 else { return }
        put(" \(title.truncated(to: rect.width - 6)) ", at: Point(x: rect.x + 2, y: rect.y), style: style.with(.bold))
    }

    /// Draws parts one after the other and answers the columns they took.
    @discardableResult
    package mutating func put(_ parts: [(SafeText, Style)], at point: Point) -> Int {
        var x = point.x
        for (text, style) in parts { x += put(text, at: Point(x: x, y: point.y), style: style) }
        return x - point.x
    }
}
