import Inspection

/// What an inspector made of a message that came in.
package struct InboundJudgement: Sendable {
    package var findings: [Finding]
    /// From 0, nothing, to 1.
    package var score: Double
    /// Whether it is to be kept from the agent until a person has looked at it.
    package var isQuarantined: Bool
    /// Whether it would be marked at the least: an agent's mail out of its thread is held.
    package var isFlagged: Bool

    /// Makes a judgement.
    package init(findings: [Finding], score: Double, isQuarantined: Bool, isFlagged: Bool) {
        self.findings = findings
        self.score = score
        self.isQuarantined = isQuarantined
        self.isFlagged = isFlagged
    }
}

/// Says what a message that came in contains, before an agent reads it.
package protocol InboundInspector: Sendable {
    /// Inspects these bytes; never fails.
    ///
    /// - Parameter ownDomains: The domains of this workspace.
    func inspectInbound(_ bytes: [UInt8], ownDomains: Set<String>) -> InboundJudgement
}
