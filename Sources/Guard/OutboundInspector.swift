package import JMAP
package import Message

/// One thing that a rule saw.
package struct Finding: Sendable, Hashable {
    /// How much it weighs.
    package enum Severity: String, Sendable, Hashable, CaseIterable, Comparable {
        case low, medium, high

        package static func < (left: Severity, right: Severity) -> Bool {
            (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
        }
    }

    /// The rule's name, such as `key.pem`.
    package let rule: String
    package let category: String
    package let severity: Severity
    /// The part in which it was seen, as Inspection names it.
    package let part: String
    /// The bytes of UTF-8 in the part's decoded text; nil where the finding is of the part as a whole.
    package let range: Range<Int>?
    /// What was seen, with what must stay secret replaced by asterisks.
    package let excerpt: String
    /// Why that matters, as a sentence.
    package let why: String

    /// Makes a finding.
    package init(
        rule: String, category: String, severity: Severity, part: String = "", range: Range<Int>? = nil,
        excerpt: String, why: String
    ) {
        self.rule = rule
        self.category = category
        self.severity = severity
        self.part = part
        self.range = range
        self.excerpt = excerpt
        self.why = why
    }

    /// The finding as JSON.
    package var json: JSON {
        [
            "rule": .string(rule), "category": .string(category), "severity": .string(severity.rawValue),
            "part": .string(part), "excerpt": .string(excerpt), "why": .string(why),
            "range": range.map { [.int(Int64($0.lowerBound)), .int(Int64($0.upperBound))] } ?? .null,
        ]
    }

    /// Reads what ``json`` wrote.
    package init?(json: JSON) {
        guard let rule = json["rule"]?.string, let severity = json["severity"]?.string.flatMap(Severity.init) else {
            return nil
        }
        let ends = (json["range"]?.array ?? []).compactMap { $0.int.flatMap { Int(exactly: $0) } }
        self.init(
            rule: rule, category: json["category"]?.string ?? "", severity: severity,
            part: json["part"]?.string ?? "",
            range: ends.count == 2 && 0 <= ends[0] && ends[0] <= ends[1] ? ends[0]..<ends[1] : nil,
            excerpt: json["excerpt"]?.string ?? "", why: json["why"]?.string ?? "")
    }
}

/// What an inspector made of a message.
package struct Inspected: Sendable {
    package var findings: [Finding]
    /// Whether the findings, taken together, should be seen by people.
    package var holds: Bool
    /// Whether it is in doubt what the message is, or whose: held under every policy.
    package var isUnsure: Bool

    /// Makes a result.
    package init(findings: [Finding], holds: Bool, isUnsure: Bool) {
        self.findings = findings
        self.holds = holds
        self.isUnsure = isUnsure
    }
}

/// Says what a message that is to be sent contains.
package protocol OutboundInspector: Sendable {
    /// Inspects these bytes to these recipients; never fails, what cannot be read is a finding.
    func inspect(_ message: ParsedMessage, envelope: OutboundEnvelope) -> Inspected
}
