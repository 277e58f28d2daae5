/// Leads from places in a normal form back to places in the text that it was made of.
struct OffsetMap: Sendable {
    /// A stretch of the normal form that was made of one stretch of the text.
    private struct Piece {
        let start: Int
        let origin: Range<Int>
        /// Whether byte follows byte; otherwise every place stands for the whole stretch of the text.
        let isLinear: Bool
    }

    private var pieces: [Piece] = []

    /// Notes that from a place in the normal form on it was made of a stretch of the text.
    mutating func add(at start: Int, from origin: Range<Int>, isLinear: Bool) {
        if isLinear, let last = pieces.last, last.isLinear,
            start - last.start == origin.lowerBound - last.origin.lowerBound,
            last.origin.upperBound == origin.lowerBound
        {
            pieces[pieces.count - 1] = Piece(
                start: last.start, origin: last.origin.lowerBound..<origin.upperBound, isLinear: true)
            return
        }
        pieces.append(Piece(start: start, origin: origin, isLinear: isLinear))
    }

    /// The stretch of the text that a range of the normal form was made of.
    func original(_ range: Range<Int>) -> Range<Int> {
        guard let first = piece(at: range.lowerBound) else { return range }
        let last = piece(at: max(range.lowerBound, range.upperBound - 1)) ?? first
        let lower =
            first.isLinear
            ? min(first.origin.lowerBound + range.lowerBound - first.start, first.origin.upperBound)
            : first.origin.lowerBound
        let upper =
            last.isLinear
            ? min(last.origin.lowerBound + range.upperBound - last.start, last.origin.upperBound)
            : last.origin.upperBound
        return lower..<max(lower, upper)
    }

    /// The last piece that begins at the place or before it.
    private func piece(at place: Int) -> Piece? {
        var low = 0
        var high = pieces.count
        while low < high {
            let middle = (low + high) / 2
            if pieces[middle].start <= place { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? pieces[low - 1] : pieces.first
    }
}
