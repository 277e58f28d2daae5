import JMAP
import Sodium
import Stalwart

/// A creation that was begun: what was wanted, under an id that is on everything that it makes.
package struct Intent: Sendable, Hashable {
    /// The id: 20 lower case letters and digits.
    package let id: String
    /// What is wanted.
    package let plan: AgentPlan
    /// When it began, in seconds since 1970.
    package let made: Int64

    /// Makes an intent of its own id.
    init(_ plan: AgentPlan, made: Int64, id: String = Intent.newID()) {
        self.plan = plan
        self.made = made
        self.id = id
    }

    /// A new id, of 103 random bits.
    static func newID() -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8)
        var text: [UInt8] = []
        // Bytes from 252 on would make some letters likelier than others.
        while text.count < 20 {
            text += Sodium.random(24).filter { $0 < 252 }.map { letters[Int($0) % 36] }
        }
        return String(decoding: text.prefix(20), as: UTF8.self)
    }

    /// The record that the account carries while it is being made.
    func record(stage: AgentRecord.Stage, keyHash: KeyHash? = nil) -> AgentRecord {
        AgentRecord(intent: id, stage: stage, details: plan.details, created: made, keyHash: keyHash)
    }

    /// What a domain that it makes carries.
    var domainDetail: String { "Made by \(AgentRecord.word), intent \(id)" }
    /// The name of the key that it makes.
    var keyName: String { "\(AgentRecord.word) \(id)" }
}

/// How far an intent has come: what it knows and what it made. This is what the journal keeps.
struct IntentProgress: Sendable, Hashable, Codable {
    /// The domain, once it is known.
    var domain: DomainID?
    /// Whether this intent made the domain.
    var madeDomain = false
    /// The role, once it is known.
    var role: RoleID?
    /// Whether this intent made the role.
    var madeRole = false
    /// The roles of the name that were there before this intent made one; nil before it looked.
    var rolesBefore: [String]?
    /// The account that this intent made.
    var account: AccountID?
    /// The key that this intent made.
    var key: CredentialID?
    /// The file that this intent stores the key in.
    var storedFile: String?
    /// The file of many keys that this intent stores the key in.
    var storedList: String?
    /// The salted hash of the key, by which that file or line is known for its own.
    var keyHash: String?
}
