package import Inspection
package import Message

/// The rules of Inspection, as the guard asks them.
package struct RuleInspector: OutboundInspector {
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
            findings: report.findings.map {
                Finding(
                    rule: $0.rule, category: $0.category.rawValue, severity: Self.severity($0.severity),
                    part: $0.part, excerpt: $0.excerpt, why: $0.why)
            },
            holds: report.verdict.isAlarm,
            isUnsure: report.verdict.isAlarm && report.findings.contains { unsure.contains($0.category) })
    }

    private static func severity(_ severity: Inspection.Severity) -> Finding.Severity {
        switch severity {
        case .low: .low
        case .medium: .medium
        case .high: .high
        }
    }
}
