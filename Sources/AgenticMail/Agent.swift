import Agents
public import FoundationEssentials
import JMAP
package import MailCache
import Stalwart

/// An account that a person watches. All its texts come from the server and are untrusted.
public struct Agent: Sendable, Identifiable, Hashable, Codable {
    /// What the account is to the person who signed in.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// The person's own.
        case own
        /// A group that the person is a member of.
        case group
        /// An agent's.
        case agent
    }

    /// Whether it can be read.
    public enum State: String, Sendable, Hashable, Codable {
        case active, suspended
        /// It is being made.
        case provisioning
        /// Its mail is in an archive.
        case archived
        /// The login may not read it.
        case refused
        /// The server does not have it any longer.
        case gone
    }

    /// The JMAP account id.
    public let id: String
    /// The account's name on the server.
    public let name: String
    /// Its first address; empty where none is known.
    public let address: String
    /// What it is to the person who signed in.
    public let kind: Kind
    /// The role that makes it an agent; empty for other accounts.
    public let role: String
    /// The address of the person who answers for it; empty where none is known.
    public let owner: String
    /// What it is for; empty where nothing is known.
    public let purpose: String
    /// The name of the policy that its mail goes by; empty for the usual one.
    public let policy: String
    /// Words to find it by.
    public let labels: [String]
    /// When it was made; nil where that is not known.
    public let created: Date?
    /// Whether it can be read.
    public let state: State
    /// Why the state is not active; empty where there is nothing to say.
    public let reason: String
    /// Messages that nobody has read.
    public let unread: Int
    /// Messages that are kept here.
    public let total: Int
    /// Drafts that the guard holds back.
    public let held: Int
    /// When its newest message was received.
    public let lastHeard: Date?
    /// Bytes.
    public let quotaUsed: Int64?
    /// Bytes.
    public let quotaLimit: Int64?
    /// Messages received in each of the last 24 hours, the oldest first.
    public let traffic: [Int]

    /// The agent of a row of the cache.
    package init(_ row: AccountRow) {
        id = row.id.rawValue
        name = row.name
        address = row.address
        kind =
            switch row.kind {
            case .own: .own
            case .group: .group
            case .agent: .agent
            }
        role = row.kind == .agent ? RoleDefinition.agent.name : ""
        let record = AgentRecord(description: row.detail)
        owner = record?.details.owner ?? ""
        purpose = record?.details.purpose ?? (row.kind == .agent ? row.detail : "")
        policy = record?.details.policy ?? ""
        labels = record?.details.labels ?? []
        created = record.flatMap { $0.created > 0 ? Date(timeIntervalSince1970: Double($0.created)) : nil }
        state =
            switch row.condition {
            case .active where record?.stage == .provisioning: .provisioning
            case .active: .active
            case .suspended where record?.stage == .archived: .archived
            case .suspended: .suspended
            case .refused: .refused
            case .gone: .gone
            }
        reason = row.reason
        unread = row.unread
        total = row.total
        held = row.held
        lastHeard = row.lastHeard.map { Date(timeIntervalSince1970: Double($0)) }
        quotaUsed = row.quotaUsed
        quotaLimit = row.quotaLimit
        traffic = row.traffic
    }
}
