extension SafeText {
    /// One cell to draw: a grapheme cluster and the columns it takes.
    package struct Cell: Hashable, Sendable {
        /// The cluster, complete.
        package let cluster: Substring
        /// 1 or more columns; emoji and CJK take 2.
        package let width: Int
        /// Whether it belongs to a mark for something that must not be shown as itself.
        package let isMark: Bool
    }

    /// The cells in order.
    package struct Cells: Sequence, IteratorProtocol {
        private let text: SafeText
        private var position: String.Index
        private var cell = 0

        init(_ text: SafeText) {
            self.text = text
            position = text.string.startIndex
        }

        /// The next cell, or nothing at the end.
        package mutating func next() -> Cell? {
            let utf8 = text.string.utf8
            guard position < utf8.endIndex else { return nil }
            let span = text.spans.isEmpty ? Span(length: 1, width: 1, isMark: false) : text.spans[cell]
            let end = utf8.index(position, offsetBy: Int(span.length))
            defer {
                position = end
                cell += 1
            }
            return Cell(cluster: text.string[position..<end], width: span.width, isMark: span.isMark)
        }
    }

    /// The cells in order.
    package var cells: Cells { Cells(self) }

    /// Calls `body` with each cell's bytes, columns and whether it is a mark, until `body` answers false.
    ///
    /// The quick way for drawing: nothing is allocated. The bytes are valid only inside the call.
    package func forEachCell(_ body: (_ bytes: UnsafeBufferPointer<UInt8>, _ width: Int, _ isMark: Bool) -> Bool) {
        var copy = string
        copy.withUTF8 { utf8 in
            if spans.isEmpty {
                for index in 0..<utf8.count
                where !body(UnsafeBufferPointer(rebasing: utf8[index..<index + 1]), 1, false) {
                    return
                }
                return
            }
            var start = 0
            for span in spans {
                let end = start + Int(span.length)
                guard body(UnsafeBufferPointer(rebasing: utf8[start..<end]), span.width, span.isMark) else { return }
                start = end
            }
        }
    }

    /// The cells `range` as a text; the range is clamped to what is there.
    package func slice(_ range: Range<Int>) -> SafeText {
        let lower = max(0, min(range.lowerBound, count))
        let upper = max(lower, min(range.upperBound, count))
        if lower == 0 && upper == count { return self }
        let utf8 = string.utf8
        if spans.isEmpty {
            let start = utf8.index(utf8.startIndex, offsetBy: lower)
            return SafeText(ascii: String(string[start..<utf8.index(start, offsetBy: upper - lower)]))
        }
        var skipped = 0
        for span in spans[..<lower] { skipped += Int(span.length) }
        var length = 0
        var columns = 0
        var plain = true
        for span in spans[lower..<upper] {
            length += Int(span.length)
            columns += span.width
            plain = plain && span.length == 1 && span.bits == 1
        }
        let start = utf8.index(utf8.startIndex, offsetBy: skipped)
        let part = String(string[start..<utf8.index(start, offsetBy: length)])
        // Whether the part itself holds right-to-left text is not looked up again: a mark too many does no harm.
        return SafeText(
            string: part, spans: plain ? [] : Array(spans[lower..<upper]), width: columns,
            hasRightToLeft: hasRightToLeft && !plain)
    }

    /// How many whole cells fit into `columns`, from cell `start` on, and the columns these take.
    package func cells(fitting columns: Int, from start: Int = 0) -> (count: Int, width: Int) {
        if spans.isEmpty {
            let fitting = max(0, min(columns, count - start))
            return (fitting, fitting)
        }
        var used = 0
        var cell = start
        while cell < spans.count, used + spans[cell].width <= columns {
            used += spans[cell].width
            cell += 1
        }
        return (cell - start, used)
    }
}
