package import JMAP
import Sodium

extension PrincipalAdministration {
    /// Makes an app password whose hash alone is sent: 0.15 has no API keys for mail, and shows secrets as they are.
    package func issueKey(
        _ key: NewCredential, for account: AccountID
    ) async throws(StalwartError) -> IssuedCredential {
        try await issueAppPassword(key, for: account)
    }

    package func keys(of account: AccountID) async throws(StalwartError) -> [ServerCredential] {
        try await appPasswords(of: account)
    }

    package func revokeKey(_ id: CredentialID, of account: AccountID) async throws(StalwartError) {
        try await revokeAppPassword(id, of: account)
    }

    package func issueAppPassword(
        _ password: NewCredential, for account: AccountID
    ) async throws(StalwartError) -> IssuedCredential {
        let words = "make an app password for the account \(account)"
        let act = Act(words: words, permission: "individual-update", writes: true)
        guard password.permissions == nil, password.expiresAt == nil, password.allowedNetworks.isEmpty else {
            throw StalwartError(
                .unsupported, act: words, place: place,
                detail: "0.15 narrows no app password by permissions, time or addresses")
        }
        let kept = Self.kept(password.name)
        try Self.check(kept, act: words, place: place)
        let name = try await self.name(of: account, act)
        guard try await !appPasswords(of: account).contains(where: { $0.id.rawValue == kept }) else {
            throw StalwartError(.alreadyExists(id: kept), act: words, place: place)
        }
        let secret = Sodium.randomText(40)
        guard let hash = PasswordDigest.sha512(of: secret) else {
            throw StalwartError(.refused("hash"), act: words, detail: "this machine's libcrypt makes no SHA-512 hash")
        }
        let operation: JSON = [
            "action": "addItem", "field": "secrets", "value": .string("$app$\(kept)$\(hash)"),
        ]
        try await patch(name, [operation], act)
        return IssuedCredential(
            id: CredentialID(kept), secret: secret, credential: .basic(user: name, password: secret))
    }

    package func appPasswords(of account: AccountID) async throws(StalwartError) -> [ServerCredential] {
        let act = Act(words: "list the app passwords of the account \(account)", permission: "individual-get")
        let name = try await self.name(of: account, act)
        let secrets = ServerAccount.texts(try await principal(name, for: act)?["secrets"])
        return secrets.compactMap(Self.appName).map { ServerCredential(id: CredentialID($0), name: Self.shown($0)) }
    }

    /// What a name is kept as: this program's own names have a space, which no app password's may have.
    private static func kept(_ name: String) -> String { name.replacing(" ", with: "+") }

    /// What was kept of a name of this program's; another name as it is.
    private static func shown(_ kept: String) -> String {
        kept.hasPrefix("agenticmail+") ? kept.replacing("+", with: " ") : kept
    }

    package func revokeAppPassword(_ id: CredentialID, of account: AccountID) async throws(StalwartError) {
        let words = "end the app password \(id) of the account \(account)"
        let act = Act(words: words, permission: "individual-update", writes: true)
        try Self.check(id.rawValue, act: words, place: place)
        let name = try await self.name(of: account, act)
        guard try await appPasswords(of: account).contains(where: { $0.id == id }) else {
            throw StalwartError(.notFound, act: words, place: place)
        }
        // Without the last `$` every name that begins so would go.
        let operation: JSON = ["action": "removeItem", "field": "secrets", "value": .string("$app$\(id)$")]
        try await patch(name, [operation], act)
    }

    /// The name in `$app$NAME$HASH`; nil for any other secret.
    private static func appName(_ secret: String) -> String? {
        guard secret.hasPrefix("$app$") else { return nil }
        let rest = secret.dropFirst(5)
        guard let end = rest.firstIndex(of: "$"), end > rest.startIndex else { return nil }
        return String(rest[..<end])
    }

    /// Throws `invalid` for a name that would not stand between two `$`.
    private static func check(_ name: String, act: String, place: String) throws(StalwartError) {
        let isGood =
            (1...64).contains(name.utf8.count)
            && name.unicodeScalars.allSatisfy { scalar in
                scalar != "$" && !scalar.properties.isWhitespace && scalar.value >= 0x20 && scalar.value != 0x7F
            }
        guard !isGood else { return }
        throw StalwartError(
            .invalid(properties: ["name"]), act: act, place: place,
            detail: "1 to 64 bytes without white space, control characters and $")
    }
}
