internal import Inspection

/// Weights that were learnt, as the inspection's table of phrases has them.
struct LearntPhrases {
    private let weights: [String: Double]
    private let intercept: Double

    /// As many phrases as the inspection reads; the others weigh least.
    private static let most = 14_000

    init(names: [String], weights: [Double], intercept: Double) {
        self.weights = Dictionary(uniqueKeysWithValues: zip(names, weights))
        self.intercept = intercept
    }

    /// The logarithm of the odds that a window is an order.
    func score(_ window: PhraseFeatures.Window) -> Double {
        window.features.reduce(0) { $0 + (weights[$1] ?? 0) } / window.size + intercept
    }

    /// The table: remarks, the intercept, then a line a phrase with its weight in hundredths, the heaviest first.
    func table(remarks: [String]) -> String {
        let lines = weights.map { (name: $0.key, hundredths: Int(($0.value * 100).rounded())) }
            .filter { abs($0.hundredths) >= 5 }
            .sorted { (abs($0.hundredths), $1.name) > (abs($1.hundredths), $0.name) }
        let head = [
            "What orders to a machine have in common and mail to people has not: phrases of one to three words with their",
            "weights in hundredths, learnt by logistic regression. Behind a tilde stands a piece of a word, < and > being its ends;",
            "0 is a number; behind a section sign stands what words of the lexicon do in a window, alone or by twos.",
            "",
            "Learnt by `Benchmarks phrases --corpora FOLDER --out FILE`, which says what from. Cross-validation in five parts, no",
            "sentence nor a translation of it being on both sides; the share of each source at or above a score, by phrases",
            "alone without the rules:",
        ]
        return (head + remarks).map { $0.isEmpty ? "#\n" : "# \($0)\n" }.joined()
            + "intercept \(Int((intercept * 100).rounded()))\n"
            + lines.prefix(Self.most).map { "\($0.hundredths) \($0.name)\n" }.joined()
    }
}
