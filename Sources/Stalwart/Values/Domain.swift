package import JMAP

/// A domain that the server has.
package struct Domain: Sendable, Hashable {
    /// Its id.
    package let id: DomainID
    /// Its name in lower case.
    package let name: String
    /// What an operator wrote about it.
    package let detail: String
    /// Whether `name+tag@` reaches `name@`; nil where the server does not say.
    package let hasSubAddressing: Bool?
    /// When it was made, where the server says.
    package let createdAt: UTCDate?
    /// The DNS records that the server wants for it, as a zone file; empty where it does not say.
    package let zoneText: String

    /// Makes a value.
    package init(
        id: DomainID, name: String, detail: String = "", hasSubAddressing: Bool? = nil, createdAt: UTCDate? = nil,
        zoneText: String = ""
    ) {
        self.id = id
        self.name = name
        self.detail = detail
        self.hasSubAddressing = hasSubAddressing
        self.createdAt = createdAt
        self.zoneText = zoneText
    }
}

/// A key that signs a domain's mail (DKIM).
package struct SigningKey: Sendable, Hashable {
    /// The object's id on the server, empty on 0.15.
    package let id: String
    /// The selector: the record stands at `SELECTOR._domainkey.DOMAIN`.
    package let selector: String
    /// The algorithm as the server names it, such as `Dkim1Ed25519Sha256`.
    package let algorithm: String
    /// Whether it is in use, waits or is retired, as the server says; empty where it does not.
    package let stage: String

    /// Makes a value.
    package init(id: String, selector: String, algorithm: String, stage: String = "") {
        self.id = id
        self.selector = selector
        self.algorithm = algorithm
        self.stage = stage
    }
}
