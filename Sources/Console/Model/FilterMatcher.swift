internal import Glibc

/// The fields of a row that a filter looks at.
package struct FilterSubject {
    package var from: String
    package var to: String
    package var subject: String
    package var preview: String
    package var flags: Set<FilterExpression.Flag>

    /// Makes a subject of its fields.
    package init(
        from: String, to: String = "", subject: String, preview: String = "", flags: Set<FilterExpression.Flag> = []
    ) {
        self.from = from
        self.to = to
        self.subject = subject
        self.preview = preview
        self.flags = flags
    }
}

/// A filter expression made ready to be tried on many rows.
package struct FilterMatcher {
    private indirect enum Test {
        case anywhere(Word)
        case field(FilterExpression.Field, Word)
        case flag(FilterExpression.Flag)
        case pattern(Pattern)
        case not(Test)
        case always
    }

    private let tests: [Test]
    /// A pattern that cannot be compiled (yet), to be told to the person; nil where all can.
    package let invalidPattern: String?

    /// Prepares terms; a pattern that is not valid yet lets everything pass.
    package init(_ terms: [FilterExpression.Term]) {
        var invalid: String?
        func test(_ term: FilterExpression.Term) -> Test {
            switch term {
            case .word(let word): return .anywhere(Word(word))
            case .field(let field, let value): return .field(field, Word(value))
            case .flag(let flag): return .flag(flag)
            case .pattern(let source):
                if let pattern = Pattern(source) { return .pattern(pattern) }
                invalid = source
                return .always
            case .not(let inner):
                let inner = test(inner)
                if case .always = inner { return .always }
                return .not(inner)
            }
        }
        tests = terms.map(test)
        invalidPattern = invalid
    }

    /// Whether all terms hold.
    package func matches(_ subject: FilterSubject) -> Bool {
        tests.allSatisfy { Self.holds($0, subject) }
    }

    private static func holds(_ test: Test, _ subject: FilterSubject) -> Bool {
        switch test {
        case .always: return true
        case .anywhere(let word):
            return [subject.subject, subject.from, subject.to, subject.preview]
                .contains(where: word.isPart)
        case .field(.from, let value): return value.isPart(of: subject.from)
        case .field(.to, let value): return value.isPart(of: subject.to)
        case .field(.subject, let value): return value.isPart(of: subject.subject)
        case .flag(let flag): return subject.flags.contains(flag)
        case .pattern(let pattern): return pattern.matches(subject.subject) || pattern.matches(subject.from)
        case .not(let inner): return !holds(inner, subject)
        }
    }
}

/// A word that is looked for without regard to case.
private struct Word {
    private let text: String
    private let isPlain: Bool

    init(_ word: String) {
        text = word.lowercased()
        isPlain = text.utf8.allSatisfy { $0 < 0x80 }
    }

    func isPart(of text: String) -> Bool {
        var text = text.lowercased()
        // By bytes where that is the same: comparing characters takes a hundred times as long on long texts.
        guard isPlain else { return text.contains(self.text) }
        var word = self.text
        return text.withUTF8 { text in
            word.withUTF8 { word in
                guard let first = word.first, let start = text.baseAddress, let wanted = word.baseAddress else {
                    return word.isEmpty
                }
                return (0..<max(0, text.count - word.count + 1)).contains {
                    text[$0] == first && memcmp(start + $0, wanted, word.count) == 0
                }
            }
        }
    }
}
