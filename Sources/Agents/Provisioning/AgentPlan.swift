package import JMAP
package import Stalwart

/// An agent that is wanted: everything that making it needs, checked.
package struct AgentPlan: Sendable, Hashable {
    /// Its name.
    package var name: AgentName
    /// The domain of its address.
    package var domain: DomainName
    /// What people say about it.
    package var details: AgentDetails
    /// Whether a domain that the server does not have is made.
    package var makesDomain: Bool
    /// The most that it may hold in bytes; nil without limit.
    package var quota: Int64?
    /// When its key ends; nil for never.
    package var keyExpires: UTCDate?
    /// The addresses and networks that its key works from; empty for all.
    package var networks: Set<String>
    /// Where the key is stored; nil where it is shown alone.
    package var store: KeyStore?
    /// The archive whose mail it begins with; nil where it begins with none.
    package var archive: ArchivedMail?

    /// An archive that was read to its end.
    package struct ArchivedMail: Sendable, Hashable {
        /// The file.
        package let path: String
        /// Messages in it.
        package let messages: Int
    }

    /// Makes a plan.
    package init(
        name: AgentName, domain: DomainName, details: AgentDetails, makesDomain: Bool = false, quota: Int64? = nil,
        keyExpires: UTCDate? = nil, networks: Set<String> = [], store: KeyStore? = nil
    ) {
        self.name = name
        self.domain = domain
        self.details = details
        self.makesDomain = makesDomain
        self.quota = quota
        self.keyExpires = keyExpires
        self.networks = networks
        self.store = store
    }

    /// The agent's address.
    package var address: String { "\(name)@\(domain)" }
}

/// An agent that was made, with its key: the only time that the key is seen.
package struct CreatedAgent: Sendable {
    /// The account's id.
    package let account: AccountID
    /// Its address.
    package let address: String
    /// The key's id on the server.
    package let keyID: String
    /// The key.
    package let key: String
    /// Where the key was stored, in words; nil where nowhere.
    package let storedAt: String?

    /// Makes a value.
    package init(account: AccountID, address: String, keyID: String, key: String, storedAt: String?) {
        self.account = account
        self.address = address
        self.keyID = keyID
        self.key = key
        self.storedAt = storedAt
    }
}

extension AgentPlan {
    /// A plan of an agent that begins with the mail of an archive, and with what was said about the agent in it.
    package init(
        restoring archive: CheckedArchive, name: AgentName, domain: DomainName, makesDomain: Bool = false,
        quota: Int64? = nil, keyExpires: UTCDate? = nil, networks: Set<String> = [], store: KeyStore? = nil
    ) {
        self.init(
            name: name, domain: domain, details: archive.details, makesDomain: makesDomain, quota: quota,
            keyExpires: keyExpires, networks: networks, store: store)
        self.archive = ArchivedMail(path: archive.path, messages: archive.messages)
    }

    /// Says whether the agent could be made now; throws why not. Nothing is changed.
    package func examine(_ administration: any Administration) async throws(AgentsError) {
        try store?.check()
        let (domain, address) = (self.domain, self.address)
        let found: (domain: Domain?, holder: AddressHolder?)
        do throws(StalwartError) {
            found.domain = try await administration.domain(named: domain.text)
            found.holder = found.domain == nil ? nil : try await administration.holder(of: address)
        } catch { throw AgentsError(error) }
        guard found.domain != nil || makesDomain else { throw AgentsError.noDomain(domain) }
        if let holder = found.holder { throw AgentsError.taken(address, by: holder) }
    }
}

extension AgentsError {
    /// The server does not have the domain, and it is not to be made.
    static func noDomain(_ domain: DomainName) -> AgentsError {
        AgentsError(
            .notFound, "The server has no domain \(domain).",
            cure: "Name one that it has, or let this one be made too (--make-domain).")
    }
}
