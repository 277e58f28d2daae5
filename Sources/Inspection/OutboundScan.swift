import Message

/// Reads the passages of an outbound message by all rules.
struct OutboundScan {
    private let inspector: Inspector
    private let deadline: Deadline
    private var formsLeft: Int
    private var addresses: Set<String> = []
    private var isLate = false
    var findings: [Finding] = []

    private static let mostFindings = 500

    init(inspector: Inspector, deadline: Deadline) {
        self.inspector = inspector
        self.deadline = deadline
        formsLeft = inspector.budget.formBytes
    }

    /// Headers that machines write and that are random by nature.
    private static let machineHeaders: Set<String> = [
        "dkim-signature", "arc-seal", "arc-message-signature", "arc-authentication-results", "authentication-results",
        "received", "message-id", "references", "in-reply-to", "content-type", "return-path", "received-spf",
        "x-google-dkim-signature", "x-gm-message-state", "content-id", "thread-index", "x-received",
        "x-ms-exchange-crosstenant-id", "dkim", "domainkey-signature", "date",
    ]

    /// Reads one passage.
    mutating func scan(_ passage: Passage) {
        guard findings.count < Self.mostFindings, !isLate else { return }
        let isMachine: Bool =
            if case .header(let name) = passage.kind { Self.machineHeaders.contains(name.lowercased()) } else { false }
        var found: [Finding] = []
        for form in NormalForm.forms(of: passage.text, room: &formsLeft) {
            if deadline.hasPassed {
                isLate = true
                found.append(
                    Finding(
                        rule: "out-of-time", category: .unscannable, severity: .high, confidence: 0.9,
                        part: passage.part,
                        why: "The inspection took too long."))
                break
            }
            for range in inspector.registry.occurrences(in: form.bytes) {
                found.append(
                    Finding(
                        rule: "provisioned-secret", category: .agent, severity: .high, confidence: 1,
                        part: passage.part,
                        range: form.original(range), excerpt: SecretValue.masked(form.bytes[range]),
                        why: "It is a secret that was handed out here."))
            }
            for match in inspector.rules.scanner.scan(form, direction: .outbound, until: deadline) {
                if isMachine,
                    !match.rule.near.isEmpty || match.rule.category == .infrastructure || match.rule.keywords.isEmpty
                {
                    continue
                }
                found.append(finding(match, form, passage))
            }
            let readsAssignments = !isMachine && form.kind != .joined && passage.kind != .fileName
            if readsAssignments {
                for match in inspector.rules.assignments.scan(form.bytes, until: deadline) {
                    found.append(finding(match, form, passage))
                }
            }
        }
        found += UnicodeFindings.of(passage, direction: .outbound)
        findings += Self.withoutRepeats(found)
        count(passage)
    }

    private func finding(_ match: RuleScanner.Match, _ form: NormalForm, _ passage: Passage) -> Finding {
        let rule = match.rule
        let how = form.how.isEmpty ? "" : " (\(form.how))"
        // A source has what the visible text has, too, and attributes beside it, in which numbers are sizes.
        let isSource = passage.kind == .source
        let confidence =
            isSource && (rule.category == .personal || rule.category == .infrastructure) ? 0 : rule.confidence
        let isOpen = rule.category == .infrastructure
        return Finding(
            rule: rule.id, category: rule.category, severity: rule.severity, confidence: confidence, part: passage.part,
            range: form.original(match.range), excerpt: SecretValue.masked(form.bytes[match.range], context: isOpen),
            why: rule.why + how)
    }

    private func finding(_ match: AssignmentScanner.Match, _ form: NormalForm, _ passage: Passage) -> Finding {
        let rule: String
        let why: String
        switch match.kind {
        case .password: (rule, why) = ("password-assigned", "A password is named and its value stands beside it.")
        case .secret: (rule, why) = ("secret-assigned", "A secret is named and its value stands beside it.")
        case .weak: (rule, why) = ("key-assigned", "A key or a vendor is named and a random value stands beside it.")
        }
        return Finding(
            rule: rule, category: .assignment, severity: .high, confidence: match.confidence, part: passage.part,
            range: form.original(match.range), excerpt: SecretValue.masked(form.bytes[match.range]),
            why: form.how.isEmpty ? why : "\(why) (\(form.how))")
    }

    /// One finding a place: of several that overlap, the heaviest.
    private static func withoutRepeats(_ findings: [Finding]) -> [Finding] {
        var kept: [Finding] = []
        for finding in findings.sorted(by: { $0.weight > $1.weight }) where finding.weight > 0 {
            let isRepeat = kept.contains { other in
                guard let one = finding.range, let two = other.range else { return other.rule == finding.rule }
                return one.overlaps(two) || one == two
            }
            if !isRepeat { kept.append(finding) }
            if kept.count >= 100 { break }
        }
        return kept
    }

    // MARK: Many addresses

    private mutating func count(_ passage: Passage) {
        guard addresses.count < 5_000 else { return }
        switch passage.kind {
        case .visible, .file, .hidden: break
        default: return
        }
        for word in passage.text.split(whereSeparator: {
            $0 <= 32 || $0 == 0x2C || $0 == 0x3B || $0 == 0x3C || $0 == 0x3E || $0 == 0x22
        }) {
            guard word.count < 120, let at = word.firstIndex(of: 0x40), at > word.startIndex, word[at...].contains(0x2E)
            else { continue }
            addresses.insert(String(decoding: word, as: UTF8.self).lowercased())
        }
    }

    /// Adds what only the whole message shows.
    mutating func finish() {
        if addresses.count >= 25 {
            findings.append(
                Finding(
                    rule: "many-addresses", category: .personal, severity: .high, confidence: 0.6, part: "0",
                    why: "It lists \(addresses.count) mail addresses."))
        }
        // The same value in the text, in the HTML and in its source is one find.
        var seen: Set<String> = []
        findings = findings.filter { finding in
            finding.excerpt.isEmpty || seen.insert("\(finding.rule) \(finding.excerpt)").inserted
        }
    }
}
