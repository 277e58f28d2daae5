/// A body made readable for a terminal: lines that are not wrapped yet, with what a reader needs to fold and follow.
///
/// All text in it is hostile and may hold any character but line ends.
package struct ReadableText: Sendable, Hashable {
    /// What a line is.
    package enum Role: Sendable, Hashable {
        /// A paragraph or a line; may be long.
        case text
        /// A heading.
        case heading
        /// A line whose spaces count; it should be cut or scrolled rather than wrapped.
        case preformatted
        /// A line between sections; its text is empty.
        case rule
        /// A line of the author's signature, the `-- ` that begins it included.
        case signature
    }

    /// One line.
    package struct Line: Sendable, Hashable {
        /// The text, quote marks taken off.
        package var text: String
        /// How often it is quoted; 0 is the author's own.
        package var quoteLevel: Int
        /// What it is.
        package var role: Role

        /// Makes a line.
        package init(_ text: String, quoteLevel: Int = 0, role: Role = .text) {
            self.text = text
            self.quoteLevel = quoteLevel
            self.role = role
        }
    }

    /// A link; the text has `[number]` where it stands.
    package struct Link: Sendable, Hashable {
        /// Counted from 1 in the order of the text.
        package let number: Int
        /// What the message shows for it.
        package let text: String
        /// Where it leads; hostile, any scheme.
        package let target: String
    }

    /// The lines in order; never two empty ones in a row, none at the ends.
    package var lines: [Line] = []
    /// The links in order.
    package var links: [Link] = []
    /// Passages that a mail program would not show: invisible elements, images of a pixel.
    package var hidden: [String] = []
    /// Whether the body was too large or too tangled to be shown whole.
    package var isTruncated = false

    /// Makes a text.
    package init(lines: [Line] = [], links: [Link] = [], hidden: [String] = [], isTruncated: Bool = false) {
        self.lines = lines
        self.links = links
        self.hidden = hidden
        self.isTruncated = isTruncated
    }

    /// The text without marks of quotes, for searching and copying.
    package var plain: String { lines.map(\.text).joined(separator: "\n") }

    /// Adds another text below, its links numbered on.
    package mutating func append(_ other: ReadableText) {
        if !lines.isEmpty, !other.lines.isEmpty { lines.append(Line("")) }
        let offset = links.count
        lines += other.lines.map { line in
            guard offset > 0, !other.links.isEmpty else { return line }
            var line = line
            line.text = Self.renumber(line.text, by: offset, upTo: other.links.count)
            return line
        }
        links += other.links.map { Link(number: $0.number + offset, text: $0.text, target: $0.target) }
        hidden += other.hidden
        isTruncated = isTruncated || other.isTruncated
    }

    private static func renumber(_ text: String, by offset: Int, upTo last: Int) -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "[") {
            result += rest[...open]
            rest = rest[rest.index(after: open)...]
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            if let number = Int(digits), number >= 1, number <= last, rest.dropFirst(digits.count).first == "]" {
                result += String(number + offset)
                rest = rest.dropFirst(digits.count)
            }
        }
        return result + rest
    }
}
