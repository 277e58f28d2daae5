package import SafeText

/// Lines to read: wrapped, with runs of other styles, folds, a search, and scrolling.
///
/// The program gives lines; the view breaks them for its width once and then draws only what is visible.
package struct TextView: Sendable {
    /// Cells of a line in another style.
    package struct Run: Hashable, Sendable {
        package var cells: Range<Int>
        package var style: Style

        /// A run.
        package init(_ cells: Range<Int>, _ style: Style) {
            self.cells = cells
            self.style = style
        }
    }

    /// One line before wrapping.
    package struct Line: Hashable, Sendable {
        package var text: SafeText
        package var style: Style
        /// Later runs are drawn over earlier ones.
        package var runs: [Run]

        /// A line.
        package init(_ text: SafeText, style: Style = .text, runs: [Run] = []) {
            self.text = text
            self.style = style
            self.runs = runs
        }
    }

    /// Lines that can be hidden behind one.
    package struct Fold: Hashable, Sendable {
        package var lines: Range<Int>
        /// Stands where the lines are hidden.
        package var label: SafeText
        package var isFolded: Bool

        /// A fold.
        package init(_ lines: Range<Int>, label: SafeText, isFolded: Bool = true) {
            self.lines = lines
            self.label = label
            self.isFolded = isFolded
        }
    }

    /// A place that the search found.
    package struct Match: Hashable, Sendable {
        package let line: Int
        package let cells: Range<Int>
    }

    /// One row on the screen.
    struct Row: Sendable {
        var line: Int
        /// The part of the line, or nothing for the label of a fold.
        var piece: SafeText.Piece?
        var quoteWidth: Int
        var fold: Int?
    }

    package private(set) var lines: [Line]
    /// Folds in the order of their lines; they do not overlap.
    package private(set) var folds: [Fold]
    /// Whether long lines are broken; else the view scrolls sideways.
    package var wraps: Bool { didSet { if wraps != oldValue { layOut(width: width) } } }
    /// Columns by which unbroken lines are moved to the left.
    package internal(set) var offset = 0
    /// The first visible row.
    package internal(set) var top = 0
    /// What was searched for.
    package internal(set) var query = ""
    package internal(set) var matches: [Match] = []
    /// The number of the match that the view is at.
    package internal(set) var currentMatch: Int?
    /// Rows of everything that is not folded away.
    var rows: [Row] = []
    var width = 0
    var height = 1
    /// Rows from the first on that have been on the screen without a gap.
    private var seenRows = 0

    /// A view of lines.
    package init(lines: [Line] = [], folds: [Fold] = [], wraps: Bool = true) {
        self.lines = lines
        self.folds = folds.sorted { $0.lines.lowerBound < $1.lines.lowerBound }
        self.wraps = wraps
    }

    /// Replaces the lines; scrolls to the start unless `keepPlace`.
    package mutating func set(lines: [Line], folds: [Fold] = [], keepPlace: Bool = false) {
        self.lines = lines
        self.folds = folds.sorted { $0.lines.lowerBound < $1.lines.lowerBound }
        if !keepPlace { (top, offset, seenRows) = (0, 0, 0) }
        matches = find(query)
        currentMatch = nil
        rows = []
        if width > 0 { layOut(width: width) }
    }

    /// Number of rows at the present width.
    package var rowCount: Int { rows.count }
    /// The visible part of the whole, from 0 to 1: for a position sign.
    package var progress: Double {
        rows.count <= height ? 1 : Double(min(top + height, rows.count)) / Double(rows.count)
    }
    /// Whether the last row is visible.
    package var isAtEnd: Bool { top + height >= rows.count }
    /// Whether every row has been on the screen, in order, with nothing folded away.
    package var isSeen: Bool { width > 0 && seenRows >= rows.count && !folds.contains(where: \.isFolded) }
    /// How much of the whole has been on the screen without a gap, in percent; 100 only where ``isSeen``.
    package var shownPercent: Int { isSeen ? 100 : rows.isEmpty ? 0 : min(99, seenRows * 100 / rows.count) }
    /// The line at the top of the view.
    package var topLine: Int { rows.indices.contains(top) ? rows[top].line : 0 }

    /// The line that is drawn at a row of the view; nothing below the last.
    package func line(atRow row: Int) -> Int? {
        row >= 0 && row < height && rows.indices.contains(top + row) ? rows[top + row].line : nil
    }

    /// Scrolls by rows.
    package mutating func scroll(by delta: Int) {
        top = max(0, min(top + delta, rows.count - height))
    }

    /// Scrolls by a motion of lists.
    package mutating func scroll(_ motion: Motion) {
        switch motion {
        case .up: scroll(by: -1)
        case .down: scroll(by: 1)
        case .pageUp: scroll(by: -max(1, height - 1))
        case .pageDown: scroll(by: max(1, height - 1))
        case .halfPageUp: scroll(by: -max(1, height / 2))
        case .halfPageDown: scroll(by: max(1, height / 2))
        case .first: top = 0
        case .last: scroll(by: rows.count)
        }
    }

    /// Moves unbroken lines sideways.
    package mutating func scroll(columns delta: Int) {
        guard !wraps else { return }
        let widest = lines.reduce(0) { max($0, $1.text.width) }
        offset = max(0, min(offset + delta, widest - width))
    }

    /// Scrolls so that a line is at the top, or as near as the end allows.
    package mutating func show(line: Int) {
        unfold(containing: line)
        if let row = rows.firstIndex(where: { $0.line >= line }) { top = max(0, min(row, rows.count - height)) }
    }

    /// Opens or closes the fold that is drawn at a row of the view, or else the first visible one.
    @discardableResult
    package mutating func toggleFold(atRow row: Int? = nil) -> Bool {
        let candidates = row.map { top + $0..<top + $0 + 1 } ?? top..<top + height
        let visible = rows[candidates.clamped(to: 0..<rows.count)]
        guard let fold = visible.compactMap({ fold(of: $0.line) }).first else { return false }
        folds[fold].isFolded.toggle()
        layOut(width: width)
        return true
    }

    /// Opens or closes all folds.
    package mutating func setFolded(_ isFolded: Bool) {
        for index in folds.indices { folds[index].isFolded = isFolded }
        layOut(width: width)
    }

    mutating func unfold(containing line: Int) {
        guard let fold = fold(of: line), folds[fold].isFolded else { return }
        folds[fold].isFolded = false
        layOut(width: width)
    }

    private func fold(of line: Int) -> Int? {
        folds.firstIndex { $0.lines.contains(line) }
    }

    mutating func noteSeen() {
        if top <= seenRows { seenRows = max(seenRows, min(rows.count, top + height)) }
    }

    /// Breaks all lines for a width and keeps the top line at the top.
    mutating func layOut(width: Int) {
        guard width > 0 else { return }
        let topLine = topLine
        let isAtStart = top == 0
        let seenAll = seenRows >= rows.count && !rows.isEmpty && self.width != width
        self.width = width
        rows.removeAll(keepingCapacity: true)
        var line = 0
        var nextFold = 0
        while line < lines.count {
            while nextFold < folds.count, folds[nextFold].lines.upperBound <= line { nextFold += 1 }
            if nextFold < folds.count, folds[nextFold].isFolded, folds[nextFold].lines.contains(line) {
                rows.append(Row(line: line, piece: nil, quoteWidth: 0, fold: nextFold))
                line = max(line + 1, folds[nextFold].lines.upperBound)
                continue
            }
            let columns = wraps ? width : Int.max
            let wrapping = lines[line].text.wrapping(to: columns, keepQuote: true)
            for piece in wrapping.rows {
                rows.append(Row(line: line, piece: piece, quoteWidth: wrapping.quote.width, fold: nil))
            }
            line += 1
        }
        if seenAll { seenRows = rows.count } else { seenRows = min(seenRows, rows.count) }
        top = isAtStart ? 0 : rows.firstIndex { $0.line >= topLine } ?? 0
        top = max(0, min(top, rows.count - height))
    }
}
