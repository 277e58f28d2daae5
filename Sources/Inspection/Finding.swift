/// How much one finding weighs.
package enum Severity: String, Sendable, Hashable, CaseIterable, Codable {
    /// Worth a look; never holds a message by itself.
    case low
    /// Counts; several of them hold a message.
    case medium
    /// Holds a message where the rule is sure of it.
    case high

    /// What a finding of full confidence adds to the score, from 0 to 1.
    package var weight: Double {
        switch self {
        case .low: 0.25
        case .medium: 0.6
        case .high: 1
        }
    }
}

/// What kind of thing a rule sees.
package enum Category: String, Sendable, Hashable, CaseIterable, Codable {
    case privateKey = "private-key"
    case token
    case urlSecret = "url-secret"
    case assignment
    case personal
    case infrastructure
    case agent
    case sender
    case recipient
    case hidden
    case injection
    case spoofing
    case attachment
    case authentication
    case structure
    case unscannable

    /// The category in a few words, as a person reads it.
    package var title: String {
        switch self {
        case .privateKey: "private key"
        case .token: "access token"
        case .urlSecret: "secret in an address"
        case .assignment: "password or key"
        case .personal: "personal data"
        case .infrastructure: "inside of the infrastructure"
        case .agent: "inside of an agent"
        case .sender: "sender"
        case .recipient: "recipient"
        case .hidden: "hidden content"
        case .injection: "instruction to an agent"
        case .spoofing: "pretence"
        case .attachment: "attachment"
        case .authentication: "authentication"
        case .structure: "ambiguous structure"
        case .unscannable: "not inspected"
        }
    }
}

/// One thing that a rule saw in a message.
package struct Finding: Sendable, Hashable, Codable {
    /// The rule's id, such as `github-token`.
    package let rule: String
    /// What kind of thing it is.
    package let category: Category
    /// How much it weighs.
    package let severity: Severity
    /// How sure the rule is, from 0 to 1.
    package let confidence: Double
    /// Where it is: `header:Subject`, the number of a part, or what lies inside: `3/report.zip/list.docx`.
    package let part: String
    /// The bytes of UTF-8 in the part's decoded text; nil where the finding is of the part as a whole.
    package let range: Range<Int>?
    /// What was seen, all but its ends masked; may be empty. Hostile text.
    package let excerpt: String
    /// Why it was found, as a sentence for people.
    package let why: String

    /// Makes a finding.
    package init(
        rule: String, category: Category, severity: Severity, confidence: Double, part: String,
        range: Range<Int>? = nil, excerpt: String = "", why: String
    ) {
        self.rule = rule
        self.category = category
        self.severity = severity
        self.confidence = confidence
        self.part = part
        self.range = range
        self.excerpt = excerpt
        self.why = why
    }

    /// What it adds to the score, from 0 to 1.
    package var weight: Double { confidence * severity.weight }

    /// The same finding, less sure.
    func scaled(_ factor: Double) -> Finding {
        Finding(
            rule: rule, category: category, severity: severity, confidence: confidence * factor, part: part,
            range: range, excerpt: excerpt, why: why)
    }

    private enum CodingKeys: String, CodingKey {
        case rule, category, severity, confidence, part, range, excerpt, why
    }

    /// Writes the range as a list of its two ends.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(rule, forKey: .rule)
        try container.encode(category, forKey: .category)
        try container.encode(severity, forKey: .severity)
        try container.encode((confidence * 1000).rounded() / 1000, forKey: .confidence)
        try container.encode(part, forKey: .part)
        try container.encodeIfPresent(range.map { [$0.lowerBound, $0.upperBound] }, forKey: .range)
        try container.encode(excerpt, forKey: .excerpt)
        try container.encode(why, forKey: .why)
    }

    /// Reads what ``encode(to:)`` writes.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let ends = try container.decodeIfPresent([Int].self, forKey: .range) ?? []
        self.init(
            rule: try container.decode(String.self, forKey: .rule),
            category: try container.decode(Category.self, forKey: .category),
            severity: try container.decode(Severity.self, forKey: .severity),
            confidence: try container.decode(Double.self, forKey: .confidence),
            part: try container.decode(String.self, forKey: .part),
            range: ends.count == 2 && ends[0] <= ends[1] ? ends[0]..<ends[1] : nil,
            excerpt: try container.decode(String.self, forKey: .excerpt),
            why: try container.decode(String.self, forKey: .why))
    }
}
