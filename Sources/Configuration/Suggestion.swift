/// Finds the word that a person probably meant.
package enum Suggestion {
    /// The candidate nearest to a word, if it is near enough to be a slip of the fingers.
    ///
    /// - Returns: The first of the nearest; `nil` where more than a third of the letters differ.
    package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let typed = Array(word.lowercased().prefix(64))
        guard !typed.isEmpty else { return nil }
        var best: (word: String, distance: Int)?
        for candidate in candidates {
            let letters = Array(candidate.lowercased().prefix(64))
            let distance = distance(typed, letters)
            let allowed = max(1, max(typed.count, letters.count) / 3)
            if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.word
    }

    /// The nearest word as the end of a sentence: `did you mean “x”`, or the words there are.
    package static func cure(for word: String, among candidates: some Collection<String>) -> String {
        if let nearest = nearest(to: word, among: candidates) { return "did you mean “\(nearest)”?" }
        return "known here: \(candidates.joined(separator: ", "))"
    }

    /// Insertions, deletions, changes and swaps of neighbours between two words.
    private static func distance(_ one: [Character], _ other: [Character]) -> Int {
        var before: [Int] = []
        var last = Array(0...other.count)
        for (i, letter) in one.enumerated() {
            var row = [i + 1]
            for (j, target) in other.enumerated() {
                var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (letter == target ? 0 : 1))
                if i > 0, j > 0, letter == other[j - 1], one[i - 1] == target { cost = min(cost, before[j - 1] + 1) }
                row.append(cost)
            }
            before = last
            last = row
        }
        return last[other.count]
    }
}
