import Configuration

/// Reads a file of rules.
enum RuleFile {
    /// What a file holds.
    struct Content {
        var rules: [Rule] = []
        var lexicon = Lexicon()
        var words: [String: [String]] = [:]
    }

    /// Reads a file, checks every rule, and compiles the patterns of rules that a person wrote.
    ///
    /// - Throws: ``ConfigurationError`` with file, line and cure of everything that is wrong.
    static func read(_ bytes: [UInt8], file: String, isBuiltIn: Bool) throws(ConfigurationError) -> Content {
        let root = try TOMLValue.parse(bytes, file: file)
        let faults = FaultList(file: file)
        let top = TableReader(root, path: "", faults: faults)
        var content = Content()
        for table in tables(top, "rule") {
            if let rule = rule(table, file: file, isBuiltIn: isBuiltIn) { content.rules.append(rule) }
        }
        for table in tables(top, "combination") {
            if let combination = combination(table, file: file, isBuiltIn: isBuiltIn) {
                content.lexicon.combinations.append(combination)
            }
        }
        if let classes = top.table("class") {
            for name in classes.keys {
                content.lexicon.classes[name, default: []] += classes.strings(name) ?? []
            }
        }
        if let lists = top.table("words") {
            for name in lists.keys { content.words[name] = lists.strings(name) ?? [] }
        }
        top.finish()
        try faults.throwIfAny()
        return content
    }

    private static func tables(_ top: TableReader, _ key: String) -> [TableReader] {
        guard let entry = top.entry(key) else { return [] }
        guard case .array(let values) = entry.value.content else {
            top.refuse(entry, .wrongType, "is \(entry.value.typeName)", cure: "write [[\(key)]] before each one")
            return []
        }
        return values.map { TableReader($0, path: key, faults: top.faults) }
    }

    private static func rule(_ table: TableReader, file: String, isBuiltIn: Bool) -> Rule? {
        let id = identifier(table)
        let pattern = table.string("pattern")
        if pattern == nil { table.require("pattern", cure: "write what to look for as a pattern of RE2") }
        let ignoresCase = table.boolean("ignore-case") ?? false
        let expression = LazyExpression(pattern ?? "", ignoresCase: ignoresCase)
        if !isBuiltIn, pattern != nil, case .failure(let error) = expression.result, let entry = table.entry("pattern")
        {
            table.refuse(
                entry, .wrongValue, "is no pattern of RE2: \(error.reason)",
                cure: "see https://github.com/google/re2/wiki/Syntax")
        }
        let checks = (table.strings("checks") ?? []).compactMap { name -> RuleCheck? in
            if let check = RuleCheck(rawValue: name) { return check }
            if let entry = table.entry("checks") {
                let known = RuleCheck.allCases.map(\.rawValue).joined(separator: ", ")
                table.refuse(entry, .wrongValue, "has “\(name)”", cure: "write one of \(known)")
            }
            return nil
        }
        let rule = Rule(
            id: id ?? "", category: table.choice("category", Category.self) ?? .token,
            severity: table.choice("severity", Severity.self) ?? .high,
            confidence: real(table, "confidence") ?? 0.9, why: table.string("why") ?? "A rule of yours found it.",
            keywords: lowercased(table.strings("keywords")), near: lowercased(table.strings("near")),
            distance: table.integer("distance", in: 1...10_000) ?? 80, unless: lowercased(table.strings("unless")),
            directions: Set((table.choice("direction", Direction.self)).map { [$0] } ?? [.outbound]),
            place: RulePlace(file: file, line: table.line, isBuiltIn: isBuiltIn),
            matches: examples(table, "matches"), spares: examples(table, "spares"), expression: expression,
            entropy: real(table, "entropy") ?? 0, checks: checks,
            allow: (table.strings("allow") ?? []).map { LazyExpression($0, ignoresCase: true) })
        if !isBuiltIn {
            for allowed in rule.allow {
                if case .failure(let error) = allowed.result, let entry = table.entry("allow") {
                    table.refuse(
                        entry, .wrongValue, "has “\(allowed.source)”, no pattern of RE2: \(error.reason)",
                        cure: "see https://github.com/google/re2/wiki/Syntax")
                }
            }
        }
        table.finish()
        return id != nil && pattern != nil ? rule : nil
    }

    private static func combination(_ table: TableReader, file: String, isBuiltIn: Bool) -> Combination? {
        let id = identifier(table)
        let classes = table.strings("classes") ?? []
        if classes.isEmpty { table.require("classes", cure: "write the classes of words that must stand together") }
        let combination = Combination(
            id: id ?? "", category: table.choice("category", Category.self) ?? .injection,
            severity: table.choice("severity", Severity.self) ?? .high, confidence: real(table, "confidence") ?? 0.6,
            why: table.string("why") ?? "Words stand together as in an instruction to an agent.",
            classes: classes.map { $0.split(separator: "|").map(String.init) },
            distance: table.integer("distance", in: 1...10_000) ?? 60, isOrdered: table.boolean("ordered") ?? false,
            crossesSentences: table.boolean("crosses") ?? false,
            unless: table.strings("unless") ?? [],
            place: RulePlace(file: file, line: table.line, isBuiltIn: isBuiltIn),
            matches: examples(table, "matches"), spares: examples(table, "spares"))
        table.finish()
        return id != nil && !classes.isEmpty ? combination : nil
    }

    private static func identifier(_ table: TableReader) -> String? {
        guard let id = table.string("id") else {
            table.require("id", cure: "give the rule a name in lower case with hyphens")
            return nil
        }
        let isPlain = id.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D }
        if !isPlain, let entry = table.entry("id") {
            table.refuse(entry, .wrongValue, "is “\(id)”", cure: "use lower-case letters, digits and hyphens")
        }
        return id
    }

    /// Examples are broken by `¦`, so that no file of rules holds a text that another scanner takes for a secret.
    private static func examples(_ table: TableReader, _ key: String) -> [String] {
        (table.strings(key) ?? []).map { String($0.filter { $0 != "¦" }) }
    }

    private static func lowercased(_ words: [String]?) -> [String] { (words ?? []).map { $0.lowercased() } }

    private static func real(_ table: TableReader, _ key: String) -> Double? {
        guard let entry = table.entry(key) else { return nil }
        switch entry.value.content {
        case .real(let value): return value
        case .integer(let value): return Double(value)
        default:
            table.refuse(entry, .wrongType, "is \(entry.value.typeName)", cure: "write a number")
            return nil
        }
    }
}
