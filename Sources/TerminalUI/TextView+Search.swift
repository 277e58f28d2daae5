internal import SafeText

extension TextView {
    /// Most places that one search remembers.
    package static let matchLimit = 10_000

    /// Looks for a text without regard to case, and goes to the first place at or below the top of the view.
    ///
    /// An empty query ends the search. Answers the number of places found, at most `matchLimit`.
    @discardableResult
    package mutating func search(_ query: String) -> Int {
        self.query = query
        matches = find(query)
        let from = topLine
        currentMatch = matches.isEmpty ? nil : matches.firstIndex { $0.line >= from } ?? 0
        reveal()
        return matches.count
    }

    /// Goes to the next place, from the last to the first; answers whether there is one.
    @discardableResult
    package mutating func nextMatch() -> Bool { step(1) }

    /// Goes to the place before, from the first to the last.
    @discardableResult
    package mutating func previousMatch() -> Bool { step(-1) }

    private mutating func step(_ delta: Int) -> Bool {
        guard !matches.isEmpty else { return false }
        let start = currentMatch ?? (delta > 0 ? -1 : matches.count)
        currentMatch = (start + delta + matches.count) % matches.count
        reveal()
        return true
    }

    /// Brings the current match into the upper third of the view, unless it is in sight.
    private mutating func reveal() {
        guard let currentMatch else { return }
        let match = matches[currentMatch]
        unfold(containing: match.line)
        let cell = match.cells.lowerBound
        let row = rows.lastIndex { row in
            row.line == match.line && (row.piece.map { $0.cells.lowerBound <= cell } ?? true)
        }
        guard let row else { return }
        if row < top || row >= top + height { top = max(0, min(row - height / 3, rows.count - height)) }
        if !wraps {
            let column = lines[match.line].text.slice(0..<cell).width
            if column < offset || column >= offset + width { offset = max(0, column - width / 3) }
        }
    }

    func find(_ query: String) -> [Match] {
        let wanted = SafeText(untrusted: query).cells.map { $0.cluster.lowercased() }
        guard let first = wanted.first else { return [] }
        let needle = wanted.joined()
        var found: [Match] = []
        for (number, line) in lines.enumerated() where line.text.string.lowercased().contains(needle) {
            let cells = line.text.cells.map { $0.cluster.lowercased() }
            var start = 0
            while start + wanted.count <= cells.count {
                if cells[start] == first, cells[start..<start + wanted.count].elementsEqual(wanted) {
                    found.append(Match(line: number, cells: start..<start + wanted.count))
                    if found.count == Self.matchLimit { return found }
                    start += wanted.count
                } else {
                    start += 1
                }
            }
        }
        return found
    }
}
