import AgenticMail
import Guard
import JMAP
import SafeText

/// A link of the audit as the commands print it.
private struct AuditRow: Encodable {
    let number: Int64
    let at: String
    let event: String
    let hold: String?
    let actor: String
    let detail: String
    let previous: String
    let hash: String

    init(_ entry: AuditEntry) {
        number = entry.number
        at = entry.at.description
        event = entry.event
        hold = entry.hold
        actor = entry.actor
        detail = entry.detail
        previous = entry.previous
        hash = entry.hash
    }

    /// The fields as CSV (RFC 4180); a field that a spreadsheet would run is written as text.
    var csv: String {
        [String(number), at, event, hold ?? "", actor, detail, previous, hash].map { field in
            let plain = field.first.map("=+-@\t".contains) == true ? "'" + field : field
            return "\"" + plain.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
                + "\""
        }.joined(separator: ",")
    }
}

extension CommandHandlers {
    private static func audit(_ context: CommandContext) async throws -> (entries: [AuditEntry], unreadable: Int) {
        try await context.withLogin(.guardian) { client, _ in try await AuditTrail.open(client).all() }
    }

    /// `audit list`
    @Sendable static func auditList(_ context: CommandContext) async throws -> ExitCode {
        let rows = try await audit(context).entries.map(AuditRow.init)
        try context.output.list(
            rows, empty: "Nothing has happened yet.",
            columns: [
                Column("NUMBER", isTrailing: true) { SafeText(untrusted: String($0.number)) },
                Column("AT") { SafeText(untrusted: $0.at) },
                Column("EVENT") { SafeText(untrusted: $0.event) },
                Column("HOLD") { SafeText(untrusted: String(($0.hold ?? "").prefix(8))) },
                Column("ACTOR", least: 10) { SafeText(untrusted: $0.actor) },
                Column("DETAIL", least: 10) { SafeText(untrusted: $0.detail) },
            ])
        return .done
    }

    private struct Verified: Encodable {
        let holds: Bool
        let entries: Int
        let late: Int
        let faults: [String]
    }

    /// `audit verify`
    @Sendable static func auditVerify(_ context: CommandContext) async throws -> ExitCode {
        let (entries, unreadable) = try await audit(context)
        let verdict = AuditVerdict(entries, unreadable: unreadable)
        let result = Verified(
            holds: verdict.faults.isEmpty, entries: verdict.count, late: verdict.late, faults: verdict.faults)
        let first: SafeText =
            result.holds
            ? "The chain of \(untrusted: String(result.entries)) entries holds." : "The chain does not hold."
        var lines: [SafeText] = [first]
        if result.late > 0 {
            lines.append(
                "\(untrusted: String(result.late)) of them were filed late, by a guard that was stopped; the chain tells "
                    + "which (audit.late).")
        }
        try context.output.object(result, lines: lines + result.faults.map { SafeText(untrusted: $0) })
        return result.holds ? .done : .failed
    }

    /// `audit export [--format jsonl|csv]`
    @Sendable static func auditExport(_ context: CommandContext) async throws -> ExitCode {
        let rows = try await audit(context).entries.map(AuditRow.init)
        if context.parsed.value("format") == "csv" {
            try context.output.print("number,at,event,hold,actor,detail,previous,hash")
            for row in rows { try context.output.print(SafeText(untrusted: row.csv)) }
        } else {
            for row in rows { try context.output.print(JSONText.encode(row)) }
        }
        return .done
    }
}
