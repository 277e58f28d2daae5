import Synchronization

/// One rule as its file has it: what to look for, what to check, how much it weighs, and its own examples.
package struct Rule: Sendable {
    /// Its name in findings, in lower case with hyphens.
    package let id: String
    /// What kind of thing it sees.
    package let category: Category
    /// How much a finding weighs.
    package let severity: Severity
    /// How sure it is, from 0 to 1.
    package let confidence: Double
    /// Why it fires, as a sentence.
    package let why: String
    /// Words one of which must be in the text before the pattern is tried, in lower case; empty means always.
    package let keywords: [String]
    /// Words one of which must stand near the match, in lower case; empty means that nothing is asked.
    package let near: [String]
    /// How many bytes before the match a word of ``near`` may stand; half as many after it.
    package let distance: Int
    /// Words that, standing near, take a finding back, in lower case.
    package let unless: [String]
    /// The directions in which it is used.
    package let directions: Set<Direction>
    /// Where it came from.
    package let place: RulePlace
    /// Texts in which it must find something.
    package let matches: [String]
    /// Texts in which it must find nothing.
    package let spares: [String]

    let expression: LazyExpression
    /// The pattern as it was written.
    package var pattern: String { expression.source }
    /// The least entropy of the value, in bits a character.
    let entropy: Double
    let checks: [RuleCheck]
    /// Values that are no finding.
    let allow: [LazyExpression]
}

/// Where a rule stands.
package struct RulePlace: Sendable, Hashable {
    /// The file's name; a rule of the program's own has that of its family.
    package let file: String
    /// The line of the rule's first key, counted from 1.
    package let line: Int
    /// Whether the program brought it.
    package let isBuiltIn: Bool
}

/// A pattern that is compiled when it is first needed; most rules never are.
final class LazyExpression: Sendable {
    let source: String
    let ignoresCase: Bool
    private let compiled = Mutex<Result<RegularExpression, PatternError>?>(nil)

    init(_ source: String, ignoresCase: Bool) {
        self.source = source
        self.ignoresCase = ignoresCase
    }

    /// The compiled pattern, or why it is none.
    var result: Result<RegularExpression, PatternError> {
        compiled.withLock { stored in
            if let stored { return stored }
            let made: Result<RegularExpression, PatternError>
            do throws(PatternError) {
                made = .success(try RegularExpression(source, ignoresCase: ignoresCase))
            } catch {
                made = .failure(error)
            }
            stored = made
            return made
        }
    }

    /// The compiled pattern; nil for one that is none, which the reader of the file has refused already.
    var expression: RegularExpression? { try? result.get() }
}
