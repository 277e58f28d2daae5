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
        case anywhere(String)
        case field(FilterExpression.Field, String)
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
            case .word(let word): return .anywhere(word.lowercased())
            case .field(let field, let value): return .field(field, value.lowercased())
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
                .contains { $0.lowercased().contains(word) }
        case .field(.from, let value): return subject.from.lowercased().contains(value)
        case .field(.to, let value): return subject.to.lowercased().contains(value)
        case .field(.subject, let value): return subject.subject.lowercased().contains(value)
        case .flag(let flag): return subject.flags.contains(flag)
        case .pattern(let pattern): return pattern.matches(subject.subject) || pattern.matches(subject.from)
        case .not(let inner): return !holds(inner, subject)
        }
    }
}
