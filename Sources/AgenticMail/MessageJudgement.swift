import FoundationEssentials
package import Inspection
package import MailCache

/// What the inspection of a message gave, as it is kept in the cache and shown.
package struct MessageJudgement: Sendable, Hashable, Codable {
    /// `deliver`, `mark` or `quarantine`.
    package var verdict: Verdict
    /// From 0, nothing, to 1.
    package var score: Double
    /// Where the message comes from; nil where that is not known.
    package var origin: Origin?
    /// What the score is made of, the heaviest first.
    package var symbols: [Symbol]
    /// Pieces of the text that findings are about, to be pointed at; texts of strangers.
    package var passages: [String]

    private static let mostPassages = 40

    /// Takes out of a report what is worth keeping.
    package init(_ report: Report) {
        verdict = report.verdict
        score = report.score
        origin = report.origin
        symbols = Array(report.symbols.prefix(60))
        passages = []
        for finding in report.findings where finding.weight >= 0.2 && finding.excerpt.utf8.count >= 4 {
            if passages.count < Self.mostPassages, !passages.contains(finding.excerpt) {
                passages.append(finding.excerpt)
            }
        }
    }

    /// Whether a reader should be warned.
    package var isAlarm: Bool { verdict.isAlarm }

    /// The row of the cache.
    func row(rules: String) throws -> InspectionRow {
        let detail = String(decoding: try JSONEncoder().encode(self), as: UTF8.self)
        return InspectionRow(rules: rules, verdict: verdict.rawValue, score: score, detail: detail)
    }

    /// Reads a row of the cache; nil for one of another shape.
    package init?(_ row: InspectionRow) {
        guard let kept = try? JSONDecoder().decode(Self.self, from: Data(row.detail.utf8)) else { return nil }
        self = kept
    }
}
