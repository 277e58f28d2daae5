import JMAP

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

    package func makeSigningKey(
        for domain: Domain, selector: String, algorithm: SigningAlgorithm
    ) async throws(StalwartError) {
        throw StalwartError(
            .unsupported, act: "make a signing key for \(domain.name)", place: place,
            detail: "\(algorithm.rawValue) \(selector)")
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
