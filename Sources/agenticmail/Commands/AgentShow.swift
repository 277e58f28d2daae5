import AgenticMail
import Agents
import FoundationEssentials
import JMAP
import SafeText
import Stalwart

extension CommandHandlers {
    /// `agent show AGENT`
    @Sendable static func agentShow(_ context: CommandContext) async throws -> ExitCode {
        let report = try await context.withAgent { workspace, keeper, entry in
            try await workspace.ofAgents { () async throws(AgentsError) in
                AgentReport(
                    entry, keys: try await keeper.keys(of: entry.account),
                    lastHeard: (try? await keeper.lastHeard(entry)) ?? nil)
            }
        }
        try context.output.object(report, lines: report.lines)
        return .done
    }
}

/// An agent as `agent show` prints it.
struct AgentReport: Encodable {
    struct Key: Encodable {
        let id: String
        let name: String
        let created: Date?
        let expires: Date?
        let networks: [String]
    }

    let id: String
    let name: String
    let address: String
    let state: String
    let owner: String
    let purpose: String
    let policy: String
    let labels: [String]
    let created: Date?
    let lastHeard: Date?
    let role: String?
    let quotaUsed: Int64?
    let quotaLimit: Int64?
    /// Whether this program made it.
    let isOurs: Bool
    let keys: [Key]

    init(_ entry: RosterEntry, keys: [ServerCredential], lastHeard: UTCDate?) {
        self.lastHeard = lastHeard.map(Date.init)
        id = entry.account.rawValue
        name = entry.name
        address = entry.address
        state = entry.state.rawValue
        owner = entry.record?.details.owner ?? ""
        purpose = entry.record?.details.purpose ?? entry.detail
        policy = entry.record?.details.policy ?? ""
        labels = entry.record?.details.labels ?? []
        created = entry.record.flatMap {
            $0.created > 0 ? Date(timeIntervalSince1970: Double($0.created)) : nil
        }
        role = entry.role?.rawValue
        quotaUsed = entry.used
        quotaLimit = entry.quota
        isOurs = entry.record != nil
        self.keys = keys.map { key in
            Key(
                id: key.id.rawValue, name: key.name, created: key.createdAt.map(Date.init),
                expires: key.expiresAt.map(Date.init),
                networks: key.allowedNetworks.sorted())
        }
    }

    var lines: [SafeText] {
        var lines: [SafeText] = [
            "address   \(untrusted: address)", "state     \(untrusted: state)", "account   \(untrusted: id)",
            "owner     \(untrusted: owner.isEmpty ? "nobody is named" : owner)", "purpose   \(untrusted: purpose)",
            "policy    \(untrusted: policy.isEmpty ? "the usual one" : policy)",
            "labels    \(untrusted: labels.joined(separator: " "))", "created   \(Cells.time(created))",
            "heard     \(Cells.time(lastHeard))",
        ]
        if let quotaUsed {
            let limit = quotaLimit.map { SafeText("of ") + SafeText(bytes: $0) } ?? "without limit"
            lines.append("holds     \(SafeText(bytes: quotaUsed)) \(limit)")
        }
        if keys.isEmpty { lines.append("keys      none") }
        for key in keys {
            let end = key.expires.map { SafeText(" until ") + Cells.time($0) } ?? ""
            let networks: SafeText =
                key.networks.isEmpty ? "" : " from \(untrusted: key.networks.joined(separator: ", "))"
            lines.append("key       \(untrusted: key.id)  \(untrusted: key.name)\(end)\(networks)")
        }
        return lines
    }
}

extension Date {
    /// The moment that the server names.
    fileprivate init(_ date: UTCDate) {
        self.init(timeIntervalSince1970: Double(date.seconds))
    }
}
