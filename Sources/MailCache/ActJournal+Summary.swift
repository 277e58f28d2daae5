import JMAP
import SQLite

extension ActJournal {
    /// How many acts a summary lists at most.
    private static let listed = 100

    /// The journal at this moment.
    func summary() throws -> ActSummary {
        var summary = ActSummary()
        guard isUsed else { return summary }
        summary.acts = try rows("ORDER BY id DESC LIMIT \(Self.listed)", [])
        for (account, messages) in open {
            for (id, targets) in messages {
                let waiting = targets.count { $0.state != .confirmed }
                summary.waiting += waiting
                if waiting > 0, summary.waitingMessages.count < ActSummary.messageLimit {
                    summary.waitingMessages.insert(MessageName(account: account, emailID: id))
                }
                let confirmed = targets.filter { $0.state == .confirmed }.map(\.id)
                if !confirmed.isEmpty { summary.confirmed[account, default: []] += confirmed }
            }
        }
        summary.refused = try connection.first("SELECT count(*) FROM target WHERE state = 4") { $0.int(0) } ?? 0
        return summary
    }

    /// One act, or nil where it is forgotten.
    func row(_ act: ActID) throws -> ActRow? { try rows("WHERE id = ?", [act.rawValue]).first }

    private func rows(_ condition: String, _ values: [any SQLBindable]) throws -> [ActRow] {
        var rows: [ActRow] = []
        try connection.forEach("SELECT id, kind, place, made, taken_back, origin FROM act \(condition)", values) {
            row in
            rows.append(
                ActRow(
                    id: ActID(rawValue: row.int64(0)), kind: ActKind(rawValue: row.text(1)) ?? .move,
                    place: row.text(2),
                    made: row.int64(3), accounts: [], counts: [:], reason: "", isTakenBack: row.int(4) != 0,
                    isOwn: row.text(5) == origin))
            return true
        }
        for index in rows.indices {
            let act = rows[index].id.rawValue
            try connection.forEach("SELECT state, count(*) FROM target WHERE act = ? GROUP BY state", [act]) { row in
                if let state = ActState(rawValue: row.int(0)) { rows[index].counts[state] = row.int(1) }
                return true
            }
            rows[index].accounts = try connection.query(
                "SELECT DISTINCT account FROM target WHERE act = ? LIMIT 8", act
            ) { AccountID($0.text(0)) }
            guard rows[index].refused > 0 else { continue }
            rows[index].reason =
                try connection.first(
                    "SELECT reason FROM target WHERE act = ? AND state = 4 ORDER BY number LIMIT 1", act
                ) { $0.text(0) } ?? ""
        }
        return rows
    }
}
