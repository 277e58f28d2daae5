import AgenticMail
import Configuration
import Inspection
import SafeText

/// A rule as it is printed.
private struct RuleReport: Encodable {
    let id: String
    let category: Category
    let severity: Severity
    let confidence: Double
    let why: String
    let directions: [Direction]
    let file: String
    let line: Int
    let isBuiltIn: Bool
    let keywords: [String]?
    let near: [String]?
    let pattern: String?
    let classes: [String]?
    let matches: [String]?
    let spares: [String]?

    /// - Parameter isWhole: Whether its pattern and its examples are printed, too.
    init(_ rule: Rule, isWhole: Bool) {
        id = rule.id
        category = rule.category
        severity = rule.severity
        confidence = rule.confidence
        why = rule.why
        directions = rule.directions.sorted { $0.rawValue < $1.rawValue }
        file = rule.place.file
        line = rule.place.line
        isBuiltIn = rule.place.isBuiltIn
        keywords = isWhole ? rule.keywords : nil
        near = isWhole ? rule.near : nil
        pattern = isWhole ? rule.pattern : nil
        classes = nil
        matches = isWhole ? rule.matches : nil
        spares = isWhole ? rule.spares : nil
    }

    init(_ rule: Combination, isWhole: Bool) {
        id = rule.id
        category = rule.category
        severity = rule.severity
        confidence = rule.confidence
        why = rule.why
        directions = [.inbound]
        file = rule.place.file
        line = rule.place.line
        isBuiltIn = rule.place.isBuiltIn
        keywords = nil
        near = nil
        pattern = nil
        classes = isWhole ? rule.classes.map { $0.joined(separator: "|") } : nil
        matches = isWhole ? rule.matches : nil
        spares = isWhole ? rule.spares : nil
    }
}

/// An example that a rule does not keep, as it is printed.
private struct ExampleReport: Encodable {
    let rule: String
    let file: String
    let line: Int
    let message: String
}

extension CommandHandlers {
    private static func reports(_ book: RuleBook, isWhole: Bool) -> [RuleReport] {
        book.rules.map { RuleReport($0, isWhole: isWhole) } + book.combinations.map { RuleReport($0, isWhole: isWhole) }
    }

    /// `rules list`
    @Sendable static func rulesList(_ context: CommandContext) async throws -> ExitCode {
        let book = try RuleBook.load(folder: context.locations.rules)
        try context.output.list(
            reports(book, isWhole: false), empty: "There is no rule.",
            columns: [
                Column("RULE") { SafeText(untrusted: $0.id) },
                Column("CATEGORY") { SafeText(untrusted: $0.category.rawValue) },
                Column("SEVERITY") { SafeText(untrusted: $0.severity.rawValue) },
                Column("WHY", least: 20) { SafeText(untrusted: $0.why) },
                Column("FILE", least: 8) { SafeText(untrusted: $0.isBuiltIn ? "built in" : "\($0.file):\($0.line)") },
            ])
        return .done
    }

    /// `rules show RULE`
    @Sendable static func rulesShow(_ context: CommandContext) async throws -> ExitCode {
        let book = try RuleBook.load(folder: context.locations.rules)
        let id = context.parsed.argument("rule") ?? ""
        guard let rule = reports(book, isWhole: true).first(where: { $0.id == id }) else {
            throw UsageError("There is no rule “\(id)”.", cure: "agenticmail rules list lists all.")
        }
        var lines: [SafeText] = [
            "\(untrusted: rule.id): \(untrusted: rule.why)",
            "Category: \(untrusted: rule.category.title); severity: \(untrusted: rule.severity.rawValue); confidence: \(untrusted: "\(rule.confidence)")",
            "From: \(untrusted: rule.isBuiltIn ? "the program (\(rule.file))" : "\(rule.file):\(rule.line)")",
        ]
        func field(_ name: SafeText, _ values: [String]?) {
            guard let values, !values.isEmpty else { return }
            lines.append("\(name): \(untrusted: values.joined(separator: ", "))")
        }
        field("Keywords", rule.keywords)
        field("Near", rule.near)
        field("Pattern", rule.pattern.map { [$0] })
        field("Classes", rule.classes)
        for match in rule.matches ?? [] { lines.append("Finds: \(untrusted: match)") }
        for spare in rule.spares ?? [] { lines.append("Spares: \(untrusted: spare)") }
        try context.output.object(rule, lines: lines)
        return .done
    }

    /// `rules test [RULE…]`: done where every rule keeps its examples.
    @Sendable static func rulesTest(_ context: CommandContext) async throws -> ExitCode {
        let book = try RuleBook.load(folder: context.locations.rules)
        let ids = context.parsed.arguments["rule"] ?? []
        let known = Set(book.rules.map(\.id) + book.combinations.map(\.id))
        if let unknown = ids.first(where: { !known.contains($0) }) {
            throw UsageError("There is no rule “\(unknown)”.", cure: "agenticmail rules list lists all.")
        }
        let faults = book.faults(ids.isEmpty ? nil : Set(ids))
        let output = context.output
        if output.isJSON {
            try output.list(
                faults.map {
                    ExampleReport(rule: $0.rule, file: $0.place.file, line: $0.place.line, message: $0.sentence)
                }, empty: .empty, columns: [])
        } else {
            for fault in faults {
                try output.print(
                    "\(untrusted: "\(fault.place.file):\(fault.place.line)"): \(untrusted: fault.sentence)")
            }
            let count = ids.isEmpty ? known.count : ids.count
            if faults.isEmpty { try output.print("\(count) rules keep their examples.") }
        }
        return faults.isEmpty ? .done : .failed
    }
}
