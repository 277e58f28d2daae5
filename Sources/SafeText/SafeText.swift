/// Text that cannot drive a terminal: the only text that a surface, a log, the clipboard or a window title takes.
///
/// Every text, the program's own included, goes through the same neutralising (`Neutraliser`): what would act on a
/// terminal, reorder it or hide in it is there as a visible mark. The value is then a row of cells, each one grapheme
/// cluster of a known width, so that cutting, padding and drawing need no knowledge of Unicode.
///
/// Right-to-left text keeps its logical order. A terminal without bidirectional display shows its letters from left to
/// right; one with it reverses each run, and only that run: the surface ends it with a left-to-right mark.
package struct SafeText: Hashable, Sendable {
    /// One cluster in `string`: its length in bytes, its columns and whether it belongs to a mark.
    struct Span: Hashable, Sendable {
        /// UTF-8 bytes of the cluster, at most `Neutraliser.clusterBytes`.
        var length: UInt8
        /// 0 to 7: columns; 8: part of a mark.
        var bits: UInt8

        init(length: Int, width: Int, isMark: Bool) {
            self.length = UInt8(truncatingIfNeeded: length)
            bits = UInt8(truncatingIfNeeded: min(width, 7)) | (isMark ? 8 : 0)
        }

        var width: Int { Int(bits & 7) }
        var isMark: Bool { bits & 8 != 0 }
    }

    /// The neutralised text as a plain string: what logs, the clipboard and files get.
    package let string: String
    /// The clusters of `string`, in order; empty when each byte is one printable ASCII cell, which most text is.
    let spans: [Span]
    /// Columns that the whole text takes.
    package let width: Int
    /// Whether a character of a right-to-left script is in it.
    package let hasRightToLeft: Bool

    init(string: String, spans: [Span], width: Int, hasRightToLeft: Bool) {
        self.string = string
        self.spans = spans
        self.width = width
        self.hasRightToLeft = hasRightToLeft
    }

    /// A text that the caller knows to be printable ASCII.
    init(ascii: String) {
        self.init(string: ascii, spans: [], width: ascii.utf8.count, hasRightToLeft: false)
    }

    /// The empty text.
    package static let empty = SafeText(ascii: "")

    /// Text from anywhere, as one line: line ends and tabs inside are a mark and a space.
    package init(untrusted text: String) {
        self = Neutraliser.line(text, mode: .field)
    }

    /// Bytes from anywhere, as one line; what is not UTF-8 is shown byte by byte as `‹0x9B›`.
    package init(untrusted bytes: some Collection<UInt8>) {
        self = Neutraliser.line(bytes, mode: .field)
    }

    /// Text from anywhere or nothing, as one line.
    package init(untrusted text: String?) {
        self = text.map { SafeText(untrusted: $0) } ?? .empty
    }

    /// Whether there is nothing to show.
    package var isEmpty: Bool { string.isEmpty }

    /// Whether anything in it was shown as a mark.
    package var hasMarks: Bool { spans.contains { $0.isMark } }

    /// Number of cells.
    package var count: Int { spans.isEmpty ? string.utf8.count : spans.count }

    /// Two texts, one after the other.
    package static func + (left: SafeText, right: SafeText) -> SafeText {
        if left.isEmpty { return right }
        if right.isEmpty { return left }
        var builder = Builder()
        builder.append(left)
        builder.append(right)
        return builder.text
    }

    /// Puts another text behind this one.
    package static func += (left: inout SafeText, right: SafeText) {
        left = left + right
    }

    /// The same text `count` times; none when `count` is negative.
    package static func repeating(_ text: SafeText, count: Int) -> SafeText {
        guard count > 0, !text.isEmpty else { return .empty }
        if text.spans.isEmpty { return SafeText(ascii: String(repeating: text.string, count: count)) }
        var builder = Builder()
        for _ in 0..<count { builder.append(text) }
        return builder.text
    }

    /// That many blanks; none when `count` is negative.
    package static func spaces(_ count: Int) -> SafeText {
        count > 0 ? SafeText(ascii: String(repeating: " ", count: count)) : .empty
    }
}

extension SafeText: CustomStringConvertible {
    /// The neutralised text.
    package var description: String { string }

    /// Untrusted text for logs, the clipboard and window titles: neutralised, one line, as a plain string.
    package static func plain(_ text: String) -> String {
        SafeText(untrusted: text).string
    }
}

extension Sequence<SafeText> {
    /// All texts in one, with a separator between them.
    package func joined(separator: SafeText = .empty) -> SafeText {
        var builder = SafeText.Builder()
        var first = true
        for text in self {
            if !first { builder.append(separator) }
            builder.append(text)
            first = false
        }
        return builder.text
    }
}

extension SafeText {
    /// Collects texts into one; spans are made only once one of the parts needs them.
    struct Builder {
        private var string = ""
        private var spans: [Span] = []
        private var width = 0
        private var hasRightToLeft = false

        mutating func append(_ text: SafeText) {
            guard !text.isEmpty else { return }
            if !text.spans.isEmpty || !spans.isEmpty {
                if spans.isEmpty { spans = Self.plainSpans(string.utf8.count) }
                spans += text.spans.isEmpty ? Self.plainSpans(text.string.utf8.count) : text.spans
            }
            string += text.string
            width += text.width
            hasRightToLeft = hasRightToLeft || text.hasRightToLeft
        }

        var text: SafeText {
            SafeText(string: string, spans: spans, width: width, hasRightToLeft: hasRightToLeft)
        }

        private static func plainSpans(_ count: Int) -> [Span] {
            [Span](repeating: Span(length: 1, width: 1, isMark: false), count: count)
        }
    }
}
