import Guard
import JMAP
import Testing

@Suite("The audit's chain") struct AuditTests {
    /// A link that follows another one.
    private func link(_ number: Int64, _ event: String, after last: AuditEntry?, detail: String = "") throws
        -> AuditEntry
    {
        let json: JSON = [
            "number": .int(number), "at": "2026-01-01T00:00:00Z", "event": .string(event), "hold": .null,
            "actor": "guard", "detail": .string(detail),
            "previous": .string(last?.hash ?? String(repeating: "0", count: 64)), "hash": "",
        ]
        var entry = try #require(AuditEntry(json: json))
        entry.hash = entry.expectedHash
        return entry
    }

    private func chain(_ count: Int64) throws -> [AuditEntry] {
        var entries: [AuditEntry] = []
        for number in 1...count { entries.append(try link(number, "held", after: entries.last)) }
        return entries
    }

    private func faults(_ entries: [AuditEntry]) -> [String] { AuditVerdict(entries, unreadable: 0).faults }

    @Test("holds in any order, and says where a link was changed, taken away, or put in")
    func tampering() throws {
        let entries = try chain(6)
        #expect(faults(entries.reversed()).isEmpty)
        var changed = entries
        changed[2].actor = "nobody"
        #expect(faults(changed) == ["Entry 3 was changed."])
        #expect(faults(entries.filter { $0.number != 4 }) == ["Entries between 3 and 5 are missing."])
        #expect(faults(Array(entries.dropFirst())) == ["Entries between 0 and 2 are missing."])
        // One that is made anew with a hash of its own breaks what follows.
        var forged = entries
        forged[3] = try link(4, "approved", after: entries[2])
        #expect(faults(forged) == ["Entry 5 does not follow the one before it."])
        #expect(faults(entries + [try link(4, "approved", after: entries[2])]) == ["Entry 4 is there more than once."])
        #expect(faults(entries + [entries[1]]) == ["Entry 2 is there more than once."])
        #expect(AuditVerdict(entries, unreadable: 2).faults == ["2 messages in the audit cannot be read."])
        #expect(faults([]).isEmpty)
    }

    @Test("holds with a link that was filed late and is told of, and not when it is changed or taken away afterwards")
    func late() throws {
        var entries = try chain(4)
        let late = try link(4, "sending", after: entries[2])
        entries.append(try link(5, "audit.late", after: entries.last, detail: "Entry 4 was filed late: \(late.hash)"))
        let verdict = AuditVerdict(entries + [late], unreadable: 0)
        #expect(verdict.faults.isEmpty && verdict.late == 1 && verdict.count == 6)
        #expect(faults(entries) == ["A late entry that entry 5 tells of is missing."])
        var changed = late
        changed.event = "rejected"
        #expect(faults(entries + [changed]) == ["Entry 4 was changed."])
        changed.hash = changed.expectedHash
        #expect(
            faults(entries + [changed])
                == ["Entry 4 is there more than once.", "A late entry that entry 5 tells of is missing."])
        // A link beside the last one that nothing tells of yet.
        let pending = try link(5, "held", after: entries[3])
        #expect(faults(entries + [late, pending]) == ["Entry 5 is there more than once."])
    }
}
