package import SafeText
package import TerminalUI

/// A text with what it is, for the theme to give it its looks.
///
/// Nothing is told by a role alone: whatever matters is also a letter, a word or a place.
package struct Span: Equatable, Sendable {
    package var text: SafeText
    package var role: Role

    package init(_ text: SafeText, _ role: Role = .text) {
        self.text = text
        self.role = role
    }
}

/// One line of spans, as it stands on the screen.
package struct Line: Equatable, Sendable {
    package var spans: [Span]

    package init(_ spans: [Span]) {
        self.spans = spans
    }

    package init(_ text: SafeText, _ role: Role = .text) {
        spans = [Span(text, role)]
    }

    package static let empty = Line([])

    package var width: Int { spans.reduce(0) { $0 + $1.text.width } }
    package var text: SafeText { spans.map(\.text).joined() }

    /// The line in exactly so many columns: cut with `…` or filled with blanks.
    package func padded(to columns: Int) -> Line {
        var room = max(0, columns)
        var kept: [Span] = []
        for span in spans where room > 0 {
            let text = span.text.truncated(to: room)
            kept.append(Span(text, span.role))
            room -= text.width
        }
        return Line(kept + [Span(.spaces(room))])
    }
}

extension TextView.Line {
    /// A line of spans on a ground, as a text view takes it.
    package init(_ line: Line, on ground: Role) {
        var runs: [TextView.Run] = []
        var start = 0
        for span in line.spans {
            runs.append(TextView.Run(start..<start + span.text.count, Style(span.role, on: ground)))
            start += span.text.count
        }
        self.init(line.text, style: Style(.text, on: ground), runs: runs)
    }
}

extension Surface {
    /// Draws a text that is something, at a column and row of the region.
    package mutating func put(_ text: SafeText, _ x: Int, _ y: Int, _ role: Role = .text) {
        put(text, at: Point(x: x, y: y), style: Style(role))
    }

    /// Draws a line in at most `width` columns; what is cut ends in `…`.
    package mutating func put(_ line: Line, _ x: Int, _ y: Int, width: Int) {
        var x = x
        var room = width
        for span in line.spans where room > 0 {
            let text = span.text.truncated(to: room)
            put(text, x, y, span.role)
            x += text.width
            room -= text.width
        }
    }
}
