/// Looks for all rules in a text: a pass for the keywords, then only the patterns whose keywords are there.
struct RuleScanner: Sendable {
    /// Something that a rule found in a form of a text.
    struct Match {
        let rule: Rule
        /// The value, in the form.
        let range: Range<Int>
    }

    private let rules: [Rule]
    private let index: KeywordIndex
    /// By word of the index, the rules that it stands for.
    private let owners: [[Owner]]
    /// The rules without keywords, whose patterns are tried all at once.
    private let others: [Int]
    private let set: ExpressionSet?

    private struct Owner {
        let rule: Int
        let isNear: Bool
        let isUnless: Bool
    }

    /// In longer texts a pattern is tried around its keywords alone.
    private static let longText = 65_536
    private static let reachBefore = 512
    private static let reachAfter = 16_384
    private static let mostMatches = 200

    init(_ rules: [Rule]) {
        self.rules = rules
        var numbers: [String: Int] = [:]
        var words: [[UInt8]] = []
        var owners: [[Owner]] = []
        func own(_ word: String, _ owner: Owner) {
            let number = numbers[word] ?? words.count
            if number == words.count {
                numbers[word] = number
                words.append(Array(word.utf8))
                owners.append([])
            }
            owners[number].append(owner)
        }
        for (rule, value) in rules.enumerated() {
            let triggers = value.keywords.isEmpty ? value.near : value.keywords
            for word in triggers { own(word, Owner(rule: rule, isNear: false, isUnless: false)) }
            for word in value.near { own(word, Owner(rule: rule, isNear: true, isUnless: false)) }
            for word in value.unless { own(word, Owner(rule: rule, isNear: false, isUnless: true)) }
        }
        index = KeywordIndex(words)
        self.owners = owners
        others = rules.indices.filter { rules[$0].keywords.isEmpty && rules[$0].near.isEmpty }
        set = ExpressionSet(
            others.map { rules[$0].expression.ignoresCase ? "(?i:\(rules[$0].pattern))" : rules[$0].pattern },
            ignoresCase: false)
    }

    /// What the rules find in a form.
    func scan(_ form: NormalForm, direction: Direction, until deadline: Deadline) -> [Match] {
        let text = form.bytes
        var triggers: [Int: [Range<Int>]] = [:]
        var near: [Int: [Range<Int>]] = [:]
        var unless: [Int: [Range<Int>]] = [:]
        for hit in index.hits(in: text) {
            for owner in owners[hit.word] {
                if owner.isUnless {
                    unless[owner.rule, default: []].append(hit.range)
                } else if owner.isNear {
                    if isWord(text, hit.range) { near[owner.rule, default: []].append(hit.range) }
                } else {
                    triggers[owner.rule, default: []].append(hit.range)
                }
            }
        }
        if form.kind != .joined {
            let candidates = set?.candidates(in: text).map { others[$0] } ?? others
            for rule in candidates { triggers[rule] = [0..<text.count] }
        }
        var result: [Match] = []
        for (number, hits) in triggers.sorted(by: { $0.key < $1.key }) {
            let rule = rules[number]
            guard rule.directions.contains(direction) else { continue }
            // Joined lines may put words together that never stood so; only forms that name their issuer are read there.
            if form.kind == .joined, !rule.near.isEmpty || rule.category == .infrastructure { continue }
            if deadline.hasPassed { break }
            for window in windows(hits, text.count) {
                for found in rule.expression.expression?.matches(in: text, window, most: Self.mostMatches) ?? [] {
                    let value = found.value
                    guard isNear(value, near[number], rule), !isNear(value, unless[number], rule, isAsked: true),
                        RuleChecking.passes(rule, value: text[value], whole: text[found.range])
                    else { continue }
                    result.append(Match(rule: rule, range: value))
                    if result.count >= 2_000 { return result }
                }
            }
        }
        return result
    }

    /// Short words count only where they begin one, so that "line" is not found in "online".
    private func isWord(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        guard range.count < 6, range.lowerBound > 0 else { return true }
        let before = text[range.lowerBound - 1]
        let isLetter = before | 0x20 >= 0x61 && before | 0x20 <= 0x7A
        return !isLetter || before >= 0x61 && text[range.lowerBound] < 0x61
    }

    private func isNear(_ value: Range<Int>, _ hits: [Range<Int>]?, _ rule: Rule, isAsked: Bool = false) -> Bool {
        if !isAsked, rule.near.isEmpty { return true }
        guard let hits else { return false }
        let reach = (value.lowerBound - rule.distance)..<(value.upperBound + rule.distance / 2)
        return hits.contains { $0.upperBound > reach.lowerBound && $0.lowerBound < reach.upperBound }
    }

    private func windows(_ hits: [Range<Int>], _ count: Int) -> [Range<Int>] {
        guard count > Self.longText else { return [0..<count] }
        var result: [Range<Int>] = []
        for hit in hits.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            let window = max(0, hit.lowerBound - Self.reachBefore)..<min(count, hit.upperBound + Self.reachAfter)
            if let last = result.last, last.upperBound >= window.lowerBound {
                result[result.count - 1] = last.lowerBound..<max(last.upperBound, window.upperBound)
            } else {
                result.append(window)
            }
        }
        return result
    }
}
