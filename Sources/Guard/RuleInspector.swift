package import Inspection
package import Message

/// The rules of Inspection, as the guard asks them.
package struct RuleInspector: OutboundInspector, InboundInspector {
    private let inspector: Inspector

    /// Makes it of an inspector; by default of the built-in rules.
    package init(_ inspector: Inspector = Inspector()) {
        self.inspector = inspector
    }

    package func inspect(_ message: ParsedMessage, envelope: OutboundEnvelope) -> Inspected {
        let report = inspector.inspectOutbound(
            message.raw, envelope: .init(sender: envelope.sender, recipients: envelope.recipients))
        let unsure: Set<Category> = [.structure, .unscannable, .sender]
        return Inspected(
            findings: report.findings.map(Self.finding), holds: report.verdict.isAlarm,
            isUnsure: report.verdict.isAlarm && report.findings.contains { unsure.contains($0.category) })
    }

    package func inspectInbound(_ bytes: [UInt8], ownDomains: Set<String>) -> InboundJudgement {
        let report = inspector.inspectInbound(bytes, context: InboundContext(ownDomains: ownDomains))
        return InboundJudgement(
            findings: report.findings.map(Self.finding), score: report.score,
            isQuarantined: report.verdict == .quarantine, isFlagged: report.verdict.isAlarm)
    }

    private static func finding(_ finding: Inspection.Finding) -> Finding {
        Finding(
            rule: finding.rule, category: finding.category.rawValue, severity: severity(finding.severity),
            part: finding.part, range: finding.range, excerpt: finding.excerpt, why: finding.why)
    }

    private static func severity(_ severity: Inspection.Severity) -> Finding.Severity {
        switch severity {
        case .low: .low
        case .medium: .medium
        case .high: .high
        }
    }
}
