extension SafeText {
    /// The rows of this line in `columns`: broken between words and beside wide characters, and inside a word only
    /// where it is too long for a row. Blanks at a break are not shown. One pass over the text.
    ///
    /// - Parameters:
    ///   - keepQuote: whether a quote prefix (`> > `) is repeated on every row.
    ///   - limit: most rows to make; the last then ends in `…`.
    package func wrapped(to columns: Int, keepQuote: Bool = false, limit: Int = .max) -> [SafeText] {
        let wrapping = wrapping(to: columns, keepQuote: keepQuote, limit: limit)
        var rows = wrapping.rows.map { wrapping.quote + slice($0) }
        if wrapping.isCut, let last = rows.popLast() {
            rows.append(last.truncated(to: max(0, columns - 1)) + "…")
        }
        return rows
    }

    /// A piece of a text: cells and the bytes that they are.
    package struct Piece: Hashable, Sendable {
        package let cells: Range<Int>
        let bytes: Range<Int>
    }

    /// Where a text is broken into rows.
    package struct Wrapping: Sendable {
        /// What comes before every row's piece; the first row's piece does not hold it either.
        package let quote: SafeText
        package let rows: [Piece]
        /// Whether more rows than the limit would have been needed.
        package let isCut: Bool
    }

    /// The places at which `wrapped` breaks, without making the rows' texts.
    package func wrapping(to columns: Int, keepQuote: Bool = false, limit: Int = .max) -> Wrapping {
        let whole = Piece(cells: 0..<count, bytes: 0..<string.utf8.count)
        if width <= columns { return Wrapping(quote: .empty, rows: [whole], isCut: false) }
        guard columns > 0, limit > 0 else { return Wrapping(quote: .empty, rows: [], isCut: true) }
        let quote = keepQuote ? slice(0..<quotePrefix(atMost: columns / 2)) : .empty
        var wrapper = Wrapper(text: self, room: max(1, columns - quote.width), start: quote.count, limit: limit)
        let rows = wrapper.rows()
        return Wrapping(quote: quote, rows: rows, isCut: wrapper.isCut)
    }

    /// The text of a piece of this text.
    package func slice(_ piece: Piece) -> SafeText { slice(cells: piece.cells, bytes: piece.bytes) }

    /// Cells of the quote marks and blanks that the line begins with, or 0 where they take more than `columns`.
    func quotePrefix(atMost columns: Int) -> Int {
        var prefix = 0
        for byte in string.utf8 {
            guard byte == UInt8(ascii: ">") || (byte == UInt8(ascii: " ") && prefix > 0) else { break }
            prefix += 1
            if prefix > columns { return 0 }
        }
        return prefix
    }

    /// Cells and bytes from one place of the text to another, known to lie between clusters.
    func slice(cells: Range<Int>, bytes: Range<Int>) -> SafeText {
        let utf8 = string.utf8
        let start = utf8.index(utf8.startIndex, offsetBy: bytes.lowerBound)
        let part = String(string[start..<utf8.index(start, offsetBy: bytes.count)])
        guard !spans.isEmpty else { return SafeText(ascii: part) }
        let own = spans[cells]
        if own.allSatisfy({ $0.length == 1 && $0.bits == 1 }) { return SafeText(ascii: part) }
        return SafeText(
            string: part, spans: Array(own), width: own.reduce(0) { $0 + $1.width }, hasRightToLeft: hasRightToLeft)
    }
}

/// Breaks one line into rows, remembering byte offsets so that no row starts counting from the line's beginning.
private struct Wrapper {
    /// A place between two clusters.
    private struct Place {
        var cell = 0
        var byte = 0
    }

    let text: SafeText
    let room: Int
    let limit: Int
    /// Whether something did not fit into `limit` rows.
    private(set) var isCut = false
    private var row: Place

    init(text: SafeText, room: Int, start: Int, limit: Int) {
        self.text = text
        self.room = room
        self.limit = limit
        // A quote prefix is ASCII: as many bytes as cells.
        row = Place(cell: start, byte: start)
    }

    mutating func rows() -> [SafeText.Piece] {
        var rows: [SafeText.Piece] = []
        var copy = text.string
        let (spans, count) = (text.spans, text.count)
        copy.withUTF8 { utf8 in
            while row.cell < count {
                if rows.count == limit {
                    isCut = true
                    return
                }
                rows.append(nextRow(utf8, spans, count))
            }
        }
        return rows
    }

    /// Takes one row away from the front of what is left.
    private mutating func nextRow(
        _ utf8: UnsafeBufferPointer<UInt8>, _ spans: [SafeText.Span], _ count: Int
    ) -> SafeText.Piece {
        let start = row
        var here = start
        var column = 0
        // Where the row may end (`end`) so that the next one begins at `next`.
        var breakPlace: (end: Place, next: Place)?
        var inkEnd = start
        var previousWide = false
        while here.cell < count {
            let span = spans.isEmpty ? nil : spans[here.cell]
            let (length, columns) = (span.map { Int($0.length) } ?? 1, span?.width ?? 1)
            let isBlank = utf8[here.byte] == UInt8(ascii: " ")
            let hasInk = inkEnd.cell > start.cell
            if !isBlank, hasInk, inkEnd.cell < here.cell || columns == 2 || previousWide {
                breakPlace = (inkEnd, here)
            }
            if column + columns > room {
                if isBlank && hasInk {
                    row = afterBlanks(here, utf8, count)
                    return SafeText.Piece(cells: start.cell..<inkEnd.cell, bytes: start.byte..<inkEnd.byte)
                }
                if let (end, next) = breakPlace {
                    row = next
                    return SafeText.Piece(cells: start.cell..<end.cell, bytes: start.byte..<end.byte)
                }
                if here.cell > start.cell {
                    row = here
                    return SafeText.Piece(cells: start.cell..<here.cell, bytes: start.byte..<here.byte)
                }
                // A cell wider than the room takes a row of its own: the surface shows what fits.
            }
            column += columns
            here.cell += 1
            here.byte += length
            if !isBlank { inkEnd = here }
            previousWide = columns == 2
        }
        row = here
        return SafeText.Piece(cells: start.cell..<here.cell, bytes: start.byte..<here.byte)
    }

    /// The first place from `place` on that is no blank. Blanks are one byte.
    private func afterBlanks(_ place: Place, _ utf8: UnsafeBufferPointer<UInt8>, _ count: Int) -> Place {
        var place = place
        while place.cell < count, utf8[place.byte] == UInt8(ascii: " ") {
            place.cell += 1
            place.byte += 1
        }
        return place
    }
}
