import Message

/// Who sends an outbound message to whom: what will be submitted, not what headers claim.
package struct Envelope: Sendable, Hashable {
    /// The agent's address; nil where it is not known.
    package var sender: String?
    /// Every recipient.
    package var recipients: [String]

    /// Makes an envelope.
    package init(sender: String? = nil, recipients: [String]) {
        self.sender = sender
        self.recipients = recipients
    }
}

/// What is known about an inbound message beside its bytes.
package struct InboundContext: Sendable, Hashable {
    /// The names by which our own server writes Authentication-Results; those of others are not believed.
    package var authorities: Set<String>
    /// The domains of this workspace.
    package var ownDomains: Set<String>
    /// Addresses with which there was mail before.
    package var knownAddresses: Set<String>

    /// Makes a context; nothing is known where nothing is named.
    package init(authorities: Set<String> = [], ownDomains: Set<String> = [], knownAddresses: Set<String> = []) {
        self.authorities = Set(authorities.map { $0.lowercased() })
        self.ownDomains = Set(ownDomains.map { $0.lowercased() })
        self.knownAddresses = Set(knownAddresses.map { $0.lowercased() })
    }
}

/// Inspects messages; may be used from any thread.
package struct Inspector: Sendable {
    /// The rules that it goes by.
    package let rules: RuleBook
    /// What one inspection may take.
    package var budget: Budget
    /// Values that this installation provisioned and that must never leave.
    package var registry: SecretRegistry

    /// Makes an inspector.
    package init(rules: RuleBook = .builtIn, budget: Budget = Budget(), registry: SecretRegistry = SecretRegistry()) {
        self.rules = rules
        self.budget = budget
        self.registry = registry
    }

    /// Inspects a message that will be sent; never fails.
    ///
    /// - Parameter envelope: What will be submitted; nil takes the recipients of the headers.
    package func inspectOutbound(_ bytes: [UInt8], envelope: Envelope? = nil) -> Report {
        let deadline = Deadline(milliseconds: budget.milliseconds)
        let message = ParsedMessage(bytes)
        var collector = PassageCollector(budget: budget, deadline: deadline)
        collector.collect(message)
        var outbound = OutboundScan(inspector: self, deadline: deadline)
        for passage in collector.passages { outbound.scan(passage) }
        outbound.findings += collector.findings
        outbound.findings += StructureFindings.of(message, direction: .outbound)
        outbound.findings += EnvelopeFindings.of(message, envelope)
        outbound.finish()
        return Report(
            .outbound, findings: outbound.findings, visibleText: VisibleText.clean(collector.visible),
            removed: collector.removed)
    }

    /// Inspects a message that came in; never fails.
    ///
    /// - Parameter envelope: What the server was told before the message; nil where that is not known any more.
    package func inspectInbound(
        _ bytes: [UInt8], context: InboundContext = InboundContext(), envelope: InboundEnvelope? = nil
    ) -> Report {
        let deadline = Deadline(milliseconds: budget.milliseconds)
        let message = ParsedMessage(bytes)
        var collector = PassageCollector(budget: budget, deadline: deadline)
        collector.collect(message)
        var inbound = InboundScan(inspector: self, deadline: deadline)
        for passage in collector.passages { inbound.scan(passage) }
        inbound.compare(plain: collector.plainText, html: collector.htmlText)
        inbound.findings += collector.findings.map(Self.softened)
        inbound.findings += StructureFindings.of(message, direction: .inbound)
        let sender = SenderFindings(message, context, envelope, links: collector.links)
        inbound.findings += sender.findings
        return Report(
            .inbound, findings: inbound.findings, visibleText: VisibleText.clean(collector.visible),
            removed: collector.removed + VisibleText.removals(collector.visible), origin: sender.origin)
    }

    /// Inspects the texts of a message whose bytes are not at hand, as a cache keeps them; never fails.
    ///
    /// Structure and files are not seen this way; what the sender shows is, where the header is at hand.
    ///
    /// - Parameters:
    ///   - bodies: The message's bodies, each with the name of its part and whether it is HTML.
    ///   - header: The header's fields as lines; empty where they are not known.
    package func inspectInbound(
        subject: String, bodies: [(part: String, text: String, isHTML: Bool)], header: [UInt8] = [],
        context: InboundContext = InboundContext()
    ) -> Report {
        let deadline = Deadline(milliseconds: budget.milliseconds)
        var collector = PassageCollector(budget: budget, deadline: deadline)
        collector.collect(subject: subject, bodies: bodies)
        var inbound = InboundScan(inspector: self, deadline: deadline)
        for passage in collector.passages { inbound.scan(passage) }
        inbound.compare(plain: collector.plainText, html: collector.htmlText)
        inbound.findings += collector.findings.map(Self.softened)
        var origin: Origin?
        if !header.isEmpty {
            let sender = SenderFindings(ParsedMessage(header), context, nil, links: collector.links)
            inbound.findings += sender.findings
            origin = sender.origin
        }
        return Report(
            .inbound, findings: inbound.findings, visibleText: VisibleText.clean(collector.visible),
            removed: collector.removed + VisibleText.removals(collector.visible), origin: origin)
    }

    /// What a mail program shows of bodies that a cache keeps, without characters that show nothing.
    package func visibleText(of bodies: [(part: String, text: String, isHTML: Bool)]) -> String {
        var collector = PassageCollector(budget: budget, deadline: Deadline(milliseconds: budget.milliseconds))
        collector.collect(subject: "", bodies: bodies)
        return VisibleText.clean(collector.visible)
    }

    /// What cannot be read is a reason to look at inbound mail, not to keep it away.
    private static func softened(_ finding: Finding) -> Finding {
        guard finding.category == .unscannable else { return finding }
        return Finding(
            rule: finding.rule, category: finding.category, severity: .medium, confidence: finding.confidence,
            part: finding.part, range: finding.range, excerpt: finding.excerpt, why: finding.why)
    }
}
