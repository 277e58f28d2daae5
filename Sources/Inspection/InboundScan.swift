import Glibc
import Message

/// Reads the passages of an inbound message for instructions to a machine.
struct InboundScan {
    private let inspector: Inspector
    private let deadline: Deadline
    private var formsLeft: Int
    private var isLate = false
    var findings: [Finding] = []

    init(inspector: Inspector, deadline: Deadline) {
        self.inspector = inspector
        self.deadline = deadline
        formsLeft = inspector.budget.formBytes
    }

    /// Reads one passage.
    mutating func scan(_ passage: Passage) {
        guard findings.count < 300, !isLate else { return }
        guard !deadline.hasPassed else {
            isLate = true
            findings.append(
                Finding(
                    rule: "out-of-time", category: .unscannable, severity: .medium, confidence: 0.9, part: passage.part,
                    why: "The inspection took too long."))
            return
        }
        switch passage.kind {
        case .header(let name):
            guard
                ["subject", "from", "reply-to", "sender", "comments", "keywords", "list-id", "thread-topic"].contains(
                    name.lowercased())
            else { return }
        case .source: return
        default: break
        }
        let forms = NormalForm.forms(of: passage.text, room: &formsLeft)
        var found: [Finding] = []
        var order: Finding?
        for form in forms where form.kind != .joined {
            let matches = inspector.rules.scanner.scan(form, direction: .inbound, until: deadline)
            let talks = !matches.isEmpty && !passage.isHidden && inspector.rules.lexicon.talksAboutAttacks(form.bytes)
            for match in matches {
                let isQuoted = talks && inspector.rules.lexicon.isQuoted(match.range, form.bytes)
                let discount = talks ? (isQuoted ? 0.15 : 0.5) : 1
                found.append(
                    finding(
                        match.rule.id, match.rule.category, match.rule.severity, match.rule.confidence * discount, form,
                        match.range, passage, match.rule.why))
            }
            for reading in LexiconText.readings(form) {
                found += lexicon(reading, passage)
                if let next = phrases(reading, passage), next.weight > order?.weight ?? 0 { order = next }
            }
        }
        // By itself it must be likely; beside what rules found, less will do.
        if let order, order.confidence >= (found.isEmpty ? 0.3 : 0.1) { found.append(order) }
        if case .hidden(let reason, let isPreheader) = passage.kind {
            found = found.map { raised($0, reason) }
            noteHidden(passage, reason, isPreheader, hasFindings: !found.isEmpty)
        }
        found += UnicodeFindings.of(passage, direction: .inbound)
        findings += Self.heaviest(found)
    }

    private func lexicon(_ form: NormalForm, _ passage: Passage) -> [Finding] {
        let scanner = inspector.rules.lexicon
        let matches = scanner.scan(form.bytes)
        guard !matches.isEmpty else { return [] }
        let talks = !passage.isHidden && scanner.talksAboutAttacks(form.bytes)
        return matches.map { match in
            let combination = match.combination
            // Whoever reports of attacks quotes them.
            let discount = talks ? (match.isQuoted ? 0.15 : 0.4) : 1
            return finding(
                combination.id, combination.category, combination.severity, combination.confidence * discount, form,
                match.range, passage, combination.why)
        }
    }

    /// How much the text reads like an order, as a probability.
    private func phrases(_ form: NormalForm, _ passage: Passage) -> Finding? {
        guard
            let reading =
                inspector.rules.phrases.read(
                    form.bytes, places: inspector.rules.lexicon.places(in: form.bytes), until: deadline)
        else { return nil }
        var confidence = min(Self.surest, 1 / (1 + exp(Self.likely - reading.score)))
        guard confidence >= 0.1 else { return nil }
        // Whoever reports of attacks quotes them.
        if !passage.isHidden, inspector.rules.lexicon.talksAboutAttacks(form.bytes) { confidence *= 0.4 }
        let shown = reading.phrases.map { "“\($0)”" }.joined(separator: ", ")
        let reason = shown.isEmpty ? "by its choice of words" : "most of all by \(shown)"
        return finding(
            Self.orderRule, .injection, .high, confidence, form, reading.range, passage,
            "It reads like an order to a machine, \(reason).")
    }

    private static let orderRule = "reads-like-order"
    /// Phrases alone mark a message and never keep it from the agent.
    private static let surest = 0.72
    /// The score at which a text is marked for its phrases alone.
    private static let likely = 1.5

    private func finding(
        _ rule: String, _ category: Category, _ severity: Severity, _ confidence: Double, _ form: NormalForm,
        _ range: Range<Int>, _ passage: Passage, _ why: String
    ) -> Finding {
        let isDecoded = form.kind == .decoded && form.how.contains("decoded")
        let shown = form.bytes[range.lowerBound..<min(range.upperBound, range.lowerBound + 160, form.bytes.count)]
        return Finding(
            rule: rule, category: category, severity: severity,
            confidence: min(1, isDecoded ? confidence * 1.2 : confidence), part: passage.part,
            range: form.original(range), excerpt: SecretValue.masked(shown, context: true),
            why: form.how.isEmpty ? why : "\(why) (\(form.how))")
    }

    /// An instruction that nobody sees is meant for a machine.
    private func raised(_ finding: Finding, _ reason: HTMLContent.Hidden.Reason) -> Finding {
        Finding(
            rule: "hidden-\(finding.rule)", category: .hidden, severity: .high,
            confidence: min(1, finding.weight * 1.5 + 0.1), part: finding.part, range: finding.range,
            excerpt: finding.excerpt, why: "\(finding.why) It is not seen: \(reason.rawValue).")
    }

    /// Each rule once a passage, at its heaviest; rules that fire at one place count little beside the heaviest.
    private static func heaviest(_ findings: [Finding]) -> [Finding] {
        var kept: [Finding] = []
        for finding in findings.sorted(by: { $0.weight > $1.weight }) where finding.weight > 0 {
            if kept.contains(where: { $0.rule == finding.rule }) { continue }
            // The phrases of a text are evidence of their own, and their window is wide.
            let isSamePlace = kept.contains { other in
                guard other.rule != orderRule, finding.rule != orderRule else { return false }
                guard let one = finding.range, let two = other.range else { return false }
                return one.overlaps(two)
            }
            kept.append(isSamePlace ? finding.scaled(0.3) : finding)
        }
        return kept
    }

    private mutating func noteHidden(
        _ passage: Passage, _ reason: HTMLContent.Hidden.Reason, _ isPreheader: Bool, hasFindings: Bool
    ) {
        switch reason {
        // Builders of newsletters write comments and attributes; programs and titles are in every page.
        case .comment, .value, .element: return
        default: break
        }
        let words = passage.text.split { $0 <= 32 }.count
        // The line that a list of messages shows beside the subject.
        guard words >= 4, !(isPreheader && words < 80) else { return }
        guard !findings.contains(where: { $0.rule == "hidden-text" }) else { return }
        findings.append(
            Finding(
                rule: "hidden-text", category: .hidden, severity: .medium, confidence: words > 30 ? 0.4 : 0.25,
                part: passage.part, excerpt: SecretValue.masked(passage.text.prefix(160), context: true),
                why: "Text is not seen in a mail program: \(reason.rawValue)."))
    }

    /// A plain text that says other things than the HTML is for another reader.
    mutating func compare(plain: String, html: String) {
        guard plain.utf8.count > 200, html.utf8.count > 200 else { return }
        func words(_ text: String) -> Set<String> {
            Set(text.lowercased().prefix(40_000).split { !$0.isLetter }.filter { $0.count >= 4 }.map(String.init))
        }
        let one = words(plain)
        let two = words(html)
        guard one.count >= 20, two.count >= 20 else { return }
        let shared = one.intersection(two).count
        guard shared * 4 < min(one.count, two.count) else { return }
        findings.append(
            Finding(
                rule: "alternatives-differ", category: .hidden, severity: .medium, confidence: 0.5, part: "0",
                why: "The plain text and the HTML say different things."))
    }
}
