/// How well a typed pattern fits a candidate whose letters contain it in order, as palettes find things.
package enum FuzzyMatch {
    /// A score, higher is better; nil where the candidate does not contain the pattern's characters in order.
    ///
    /// Beginnings of words and neighbouring letters count most, then short candidates.
    package static func score(_ pattern: String, in candidate: String) -> Int? {
        let pattern = Array(pattern.lowercased().filter { !$0.isWhitespace })
        guard !pattern.isEmpty else { return 0 }
        let text = Array(candidate.lowercased().prefix(200))
        var best: Int?
        // The first letter may stand in several places; where the match begins decides most.
        for start in text.indices where text[start] == pattern[0] {
            guard let score = score(pattern, in: text, from: start) else { continue }
            best = max(best ?? score, score)
        }
        return best.map { $0 - text.count / 8 }
    }

    private static func score(_ pattern: [Character], in text: [Character], from start: Int) -> Int? {
        var score = 0
        var place = start
        var previous: Int?
        for letter in pattern {
            guard let found = text[place...].firstIndex(of: letter) else { return nil }
            if found == 0 {
                score += 12
            } else if !text[found - 1].isLetter, !text[found - 1].isNumber {
                score += 8
            }
            if let previous {
                score += found == previous + 1 ? 6 : -min(4, found - previous)
            }
            previous = found
            place = found + 1
        }
        return score
    }

    /// The candidates that fit, best first; those of equal score keep their order.
    package static func ranked<Candidate>(
        _ candidates: [Candidate], by pattern: String, limit: Int = 200, text: (Candidate) -> String
    ) -> [Candidate] {
        candidates.enumerated()
            .compactMap { index, candidate in
                score(pattern, in: text(candidate)).map { (index: index, score: $0, candidate: candidate) }
            }
            .sorted { ($1.score, $0.index) < ($0.score, $1.index) }
            .prefix(limit)
            .map(\.candidate)
    }
}
