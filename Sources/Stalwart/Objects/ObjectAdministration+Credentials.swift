package import JMAP

extension ObjectAdministration {
    package func issueKey(
        _ key: NewCredential, for account: AccountID
    ) async throws(StalwartError) -> IssuedCredential {
        let act = Act(words: "make a key for the account \(account)", permission: "sysApiKeyCreate", writes: true)
        let made = try await issue("x:ApiKey", key, for: account, act: act)
        return IssuedCredential(id: made.id, secret: made.secret, credential: .bearer(made.secret))
    }

    package func keys(of account: AccountID) async throws(StalwartError) -> [ServerCredential] {
        let act = Act(words: "list the keys of the account \(account)", permission: "sysApiKeyGet")
        return try await credentials("x:ApiKey", of: account, act: act)
    }

    package func revokeKey(_ id: CredentialID, of account: AccountID) async throws(StalwartError) {
        let act = Act(
            words: "end the key \(id) of the account \(account)", permission: "sysApiKeyDestroy", writes: true)
        try await destroy("x:ApiKey", id.rawValue, of: account, for: act)
    }

    package func issueAppPassword(
        _ password: NewCredential, for account: AccountID
    ) async throws(StalwartError) -> IssuedCredential {
        let words = "make an app password for the account \(account)"
        let act = Act(words: words, permission: "sysAppPasswordCreate", writes: true)
        guard let owner = try await self.account(account) else {
            throw StalwartError(.notFound, act: words, place: place)
        }
        let made = try await issue("x:AppPassword", password, for: account, act: act)
        return IssuedCredential(
            id: made.id, secret: made.secret, credential: .basic(user: owner.address, password: made.secret))
    }

    package func appPasswords(of account: AccountID) async throws(StalwartError) -> [ServerCredential] {
        let act = Act(words: "list the app passwords of the account \(account)", permission: "sysAppPasswordGet")
        return try await credentials("x:AppPassword", of: account, act: act)
    }

    package func revokeAppPassword(_ id: CredentialID, of account: AccountID) async throws(StalwartError) {
        let words = "end the app password \(id) of the account \(account)"
        let act = Act(words: words, permission: "sysAppPasswordDestroy", writes: true)
        try await destroy("x:AppPassword", id.rawValue, of: account, for: act)
    }

    private func issue(
        _ type: String, _ new: NewCredential, for account: AccountID, act: Act
    ) async throws(StalwartError) -> (id: CredentialID, secret: String) {
        var object: [String: JSON] = [
            "description": .string(new.name), "permissions": ["@type": "Inherit"], "allowedIps": [:],
        ]
        if let permissions = new.permissions {
            object["permissions"] = ["@type": "Replace", "permissions": .set(permissions)]
        }
        if let expiresAt = new.expiresAt { object["expiresAt"] = expiresAt.json }
        if !new.allowedNetworks.isEmpty {
            object["allowedIps"] = .object(Dictionary(uniqueKeysWithValues: new.allowedNetworks.map { ($0, true) }))
        }
        let made = try await make(type, object, of: account, for: act)
        guard let id = made["id"]?.string, let secret = made["secret"]?.string, !secret.isEmpty else {
            throw StalwartError(
                .malformed, act: act.words, place: place, detail: "the answer has no secret", mayHaveBeenDone: true)
        }
        return (CredentialID(id), secret)
    }

    private func credentials(
        _ type: String, of account: AccountID, act: Act
    ) async throws(StalwartError) -> [ServerCredential] {
        let answer = try await call("\(type)/get", ["ids": .null], of: account, for: act)
        return (answer["list"]?.array ?? []).compactMap(ServerCredential.init(object:))
    }
}

extension ServerCredential {
    /// Reads what 0.16 gives; nil without an id.
    init?(object: JSON) {
        guard let id = object["id"]?.string else { return nil }
        let scope = object["permissions"]
        let networks = (object["allowedIps"]?.object ?? [:]).filter { $0.value == true }.keys
        self.init(
            id: CredentialID(id), name: object["description"]?.string ?? "",
            permissions: scope?["@type"]?.string == "Replace" ? (scope?["permissions"]).members() : nil,
            expiresAt: object["expiresAt"]?.string.flatMap { UTCDate($0) }, allowedNetworks: Set(networks),
            createdAt: object["createdAt"]?.string.flatMap { UTCDate($0) })
    }
}
