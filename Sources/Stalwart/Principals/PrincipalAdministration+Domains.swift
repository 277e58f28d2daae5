import HTTPTransport
import JMAP

extension PrincipalAdministration {
    package func domains() async throws(StalwartError) -> [Domain] {
        let act = Act(words: "list the domains", permission: "domain-list")
        var found: [Domain] = []
        for page in 1...1_000 {
            let path = "/api/principal?types=domain&fields=name,description&page=\(page)&limit=\(Self.pageSize)"
            let items = try await ask(.get, path, for: act)["items"]?.array ?? []
            found += items.compactMap { item in
                item["name"]?.string.map {
                    Domain(id: DomainID($0), name: $0, detail: item["description"]?.string ?? "")
                }
            }
            if items.count < Self.pageSize { break }
        }
        return found
    }

    package func domain(named name: String) async throws(StalwartError) -> Domain? {
        let name = name.lowercased()
        let act = Act(words: "look for the domain \(name)", permission: "domain-get")
        guard let domain = try await principal(name, for: act), domain["type"]?.string == "domain" else { return nil }
        return Domain(
            id: DomainID(name), name: name, detail: domain["description"]?.string ?? "", zoneText: try await zone(name))
    }

    /// The records that the server wants, written as a zone file; empty where this login may not ask.
    private func zone(_ name: String) async throws(StalwartError) -> String {
        let act = Act(words: "read the records of \(name)", permission: "domain-get")
        do throws(StalwartError) {
            let records = try await ask(.get, "/api/dns/records/\(Self.quoted(name))", for: act).array ?? []
            return records.compactMap(Self.line).joined()
        } catch {
            if case .missingPermission = error.code { return "" }
            throw error
        }
    }

    private static func line(_ record: JSON) -> String? {
        guard let name = record["name"]?.string, let type = record["type"]?.string,
            let content = record["content"]?.string
        else { return nil }
        guard type == "TXT" else { return "\(name) IN \(type) \(content)\n" }
        let quoted = content.reduce(into: "") { $0 += $1 == "\"" || $1 == "\\" ? "\\\($1)" : String($1) }
        return "\(name) IN TXT \"\(quoted)\"\n"
    }

    package func makeDomain(named name: String, detail: String) async throws(StalwartError) -> DomainID {
        let name = name.lowercased()
        let act = Act(words: "make the domain \(name)", permission: "domain-create", writes: true)
        let object: JSON = ["type": "domain", "name": .string(name), "description": .string(detail)]
        _ = try await ask(.post, "/api/principal", object, for: act)
        try await reload(after: act)
        return DomainID(name)
    }

    /// Removes a domain; the server itself would let it go while accounts are in it.
    package func removeDomain(_ id: DomainID) async throws(StalwartError) {
        let act = Act(words: "remove the domain \(id)", permission: "domain-delete", writes: true)
        let ending = "@\(id)"
        let users = try await everyAccount { account in
            account.domain == id || account.aliases.contains { $0.hasSuffix(ending) }
        }
        guard users.isEmpty else {
            throw StalwartError(.inUse(by: users.map(\.address)), act: act.words, place: place)
        }
        _ = try await ask(.delete, "/api/principal/\(Self.quoted(id.rawValue))", for: act)
    }

    /// The keys that the domain's wanted records name; the server lists keys in no other way.
    package func signingKeys(of domain: Domain) async throws(StalwartError) -> [SigningKey] {
        let middle = "._domainkey.\(domain.name)."
        let zone = domain.zoneText.isEmpty ? try await self.zone(domain.name) : domain.zoneText
        return zone.split(separator: "\n").compactMap { line in
            guard let name = line.split(separator: " ").first, name.hasSuffix(middle) else { return nil }
            return SigningKey(
                id: "", selector: String(name.dropLast(middle.count)),
                algorithm: line.contains("k=ed25519") ? "Ed25519" : "Rsa")
        }
    }

    package func makeSigningKey(
        for domain: Domain, selector: String, algorithm: SigningAlgorithm
    ) async throws(StalwartError) {
        let words = "make a signing key for \(domain.name)"
        let object: JSON = [
            "id": nil, "algorithm": algorithm == .rsa ? "Rsa" : "Ed25519", "domain": .string(domain.name),
            "selector": selector.isEmpty ? nil : .string(selector),
        ]
        let act = Act(words: words, permission: "dkim-signature-create", writes: true)
        _ = try await ask(.post, "/api/dkim", object, for: act)
        // A key signs only after this.
        try await reload(after: act)
    }
}
