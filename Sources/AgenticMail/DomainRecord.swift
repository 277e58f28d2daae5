import DNS
import Stalwart

/// A domain of the workspace's server.
package struct DomainSummary: Sendable, Hashable, Codable, Identifiable {
    /// The server's id of it.
    package let id: String
    /// Its name.
    package let name: String
    /// What an operator wrote about it; it may hold anybody's text.
    package let detail: String
    /// Whether `name+tag@` reaches `name@`; nil where the server does not say.
    package let subAddressing: Bool?

    init(_ domain: Domain) {
        id = domain.id.rawValue
        name = domain.name
        detail = domain.detail
        subAddressing = domain.hasSubAddressing
    }

    /// Makes a value of its parts; tests of what shows it make their own.
    package init(id: String, name: String, detail: String = "", subAddressing: Bool? = nil) {
        self.id = id
        self.name = name
        self.detail = detail
        self.subAddressing = subAddressing
    }
}

/// A DNS record that a domain should have, beside what was found.
package struct DomainRecord: Sendable, Hashable, Codable, Identifiable {
    /// How what is wanted compares with what is there.
    package enum State: String, Sendable, Hashable, Codable {
        /// It is there.
        case right
        /// Nothing of the kind is there.
        case missing
        /// Something else of the kind is there.
        case different
        /// It could not be asked for.
        case unknown
    }

    /// Its place in the list, from 1.
    package let id: Int
    /// The whole name.
    package let name: String
    /// The kind, such as `MX`.
    package let kind: String
    /// What is wanted.
    package let value: String
    /// How it compares; nil where nobody asked.
    package let state: State?
    /// What is there of the kind.
    package let found: [String]
    /// Why it could not be asked for, and what to do about it; empty where it was.
    package let reason: String

    init(_ number: Int, _ record: ZoneRecord, _ check: RecordCheck? = nil) {
        id = number
        name = record.name
        kind = record.kind.rawValue
        value = record.value
        found = check?.found ?? []
        reason = check?.error.map { "\($0.sentence) \($0.cure)" } ?? ""
        switch check?.state {
        case .right: state = .right
        case .missing: state = .missing
        case .different: state = .different
        case .unknown: state = .unknown
        case nil: state = nil
        }
    }

    /// Makes a value of its parts; tests of what shows it make their own.
    package init(
        id: Int, name: String, kind: String, value: String, state: State?, found: [String] = [], reason: String = ""
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.value = value
        self.state = state
        self.found = found
        self.reason = reason
    }
}

/// What came of adding a domain.
package struct DomainAddition: Sendable, Hashable, Codable {
    /// Its name.
    package let name: String
    /// The server's id of it; empty where it was only said what would be done.
    package let id: String
    /// What was done, or would be, in whole sentences.
    package let steps: [String]
    /// What could not be done beside it, with its cure.
    package let warnings: [String]
}
