import FoundationEssentials
import JMAP
import Sodium

extension ObjectAdministration {
    package func domains() async throws(StalwartError) -> [Domain] {
        let act = Act(words: "list the domains", permission: "sysDomainQuery")
        return try await all("x:Domain", [:], for: act).compactMap(Domain.init(object:))
    }

    package func domain(named name: String) async throws(StalwartError) -> Domain? {
        let act = Act(words: "look for the domain \(name)", permission: "sysDomainQuery")
        let name = name.lowercased()
        let found = try await page("x:Domain", ["name": .string(name)], from: 0, limit: 2, for: act).objects
        return found.compactMap(Domain.init(object:)).first { $0.name == name }
    }

    package func makeDomain(named name: String, detail: String) async throws(StalwartError) -> DomainID {
        let act = Act(words: "make the domain \(name)", permission: "sysDomainCreate", writes: true)
        var object: [String: JSON] = [
            "name": .string(name.lowercased()), "certificateManagement": ["@type": "Manual"],
            "dkimManagement": ["@type": "Manual"], "dnsManagement": ["@type": "Manual"],
            "subAddressing": ["@type": "Enabled"],
        ]
        if !detail.isEmpty { object["description"] = .string(detail) }
        return DomainID(try await make("x:Domain", object, for: act)["id"]?.string ?? "")
    }

    package func removeDomain(_ id: DomainID) async throws(StalwartError) {
        try await destroy(
            "x:Domain", id.rawValue,
            for: Act(words: "remove the domain \(id)", permission: "sysDomainDestroy", writes: true))
    }

    package func signingKeys(of domain: Domain) async throws(StalwartError) -> [SigningKey] {
        let act = Act(words: "list the signing keys of \(domain.name)", permission: "sysDkimSignatureQuery")
        let found = try await all("x:DkimSignature", ["domainId": domain.id.json], for: act)
        return found.compactMap { key in
            guard let id = key["id"]?.string, let selector = key["selector"]?.string else { return nil }
            return SigningKey(
                id: id, selector: selector, algorithm: key["@type"]?.string ?? "", stage: key["stage"]?.string ?? "")
        }
    }

    /// Makes an Ed25519 key here and hands it to the server; other kinds cannot be made here.
    package func makeSigningKey(
        for domain: Domain, selector: String, algorithm: SigningAlgorithm
    ) async throws(StalwartError) {
        let words = "make a signing key for \(domain.name)"
        guard algorithm == .ed25519 else {
            throw StalwartError(
                .unsupported, act: words, place: place,
                detail: "keys of the kind \(algorithm.rawValue) are made by the server's own management")
        }
        let object: [String: JSON] = [
            "@type": "Dkim1Ed25519Sha256", "domainId": domain.id.json, "selector": .string(selector),
            "privateKey": ["@type": "Text", "secret": .string(Self.newKey())], "stage": "active",
        ]
        let act = Act(words: words, permission: "sysDkimSignatureCreate", writes: true)
        _ = try await make("x:DkimSignature", object, for: act)
    }

    /// A fresh private key of Ed25519 in the text form of PKCS #8 (RFC 8410, 7): a fixed beginning and a random seed.
    private static func newKey() -> String {
        let beginning: [UInt8] = [
            0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
        ]
        let text = Data(beginning + Sodium.random(32)).base64EncodedString()
        return "-----BEGIN PRIVATE KEY-----\n\(text)\n-----END PRIVATE KEY-----\n"
    }
}

extension Domain {
    /// Reads what 0.16 gives; nil without id or name.
    init?(object: JSON) {
        guard let id = object["id"]?.string, let name = object["name"]?.string else { return nil }
        self.init(
            id: DomainID(id), name: name.lowercased(), detail: object["description"]?.string ?? "",
            hasSubAddressing: object["subAddressing"]?["@type"]?.string.map { $0 != "Disabled" },
            createdAt: object["createdAt"]?.string.flatMap { UTCDate($0) },
            zoneText: object["dnsZoneFile"]?.string ?? "")
    }
}
