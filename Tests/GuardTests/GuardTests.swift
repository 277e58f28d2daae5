import Guard
import JMAP
import Sandbox
import TestSupport
import Testing

@Suite struct GuardTests {
    @Test("a held message leaves once when it is approved, and arrives with its own bytes")
    func approved() async throws {
        let fixture = try await GuardFixture()
        let guardian = fixture.makeGuard()
        _ = try await fixture.draft("an offer")
        try await guardian.round()
        let hold = try await fixture.onlyHold()
        #expect(hold.entry.envelope.recipients == [fixture.other.address])
        #expect(try await fixture.arrived().isEmpty)
        let subject = try await fixture.decide(.approve, hold)
        try await guardian.round()
        let answer = try await ReviewDesk.open(fixture.reviewers[0].client).answer(to: subject, seconds: 0)
        #expect(answer == .accepted)
        #expect(
            try await eventually {
                try await guardian.round()
                return try await fixture.ledger().values.contains(["sent"])
            })
        #expect(try await eventually { try await fixture.arrived() == ["an offer"] })
        let audit = try await AuditTrail.open(fixture.guardian.client).all()
        #expect(AuditVerdict(audit.entries, unreadable: audit.unreadable).faults == [])
        #expect(
            audit.entries.map(\.event) == ["policy.read", "held", "decision.approve", "approved", "sending", "sent"])
        let outbox = try await AgentOutbox.open(fixture.agent.client).list()
        #expect(outbox.map(\.state) == ["sent"])
    }
}
