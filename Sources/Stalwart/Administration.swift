package import JMAP

/// What an operator does on a Stalwart server, whatever its version.
///
/// Nothing here is tried twice by itself. An error with `mayHaveBeenDone` says that the caller must look first. What is
/// there already is never adopted, changed or removed by making something.
package protocol Administration: Sendable {
    /// How the server is administered.
    var kind: ServerKind { get }
    /// The operator's own client, for mail in agents' accounts by their id.
    var client: JMAPClient { get }

    /// What the server says about itself and about this login.
    func describe() async throws(StalwartError) -> ServerDescription

    /// Every domain.
    func domains() async throws(StalwartError) -> [Domain]
    /// The domain of a name; nil when there is none.
    func domain(named name: String) async throws(StalwartError) -> Domain?
    /// Makes a domain whose keys, certificates and records are kept by hand.
    func makeDomain(named name: String, detail: String) async throws(StalwartError) -> DomainID
    /// Removes a domain; refused with `inUse` while an account is in it.
    func removeDomain(_ id: DomainID) async throws(StalwartError)
    /// The keys that sign a domain's mail.
    func signingKeys(of domain: Domain) async throws(StalwartError) -> [SigningKey]
    /// Makes a key that signs a domain's mail (Ed25519, or RSA with 2048 bits).
    func makeSigningKey(
        for domain: Domain, selector: String, algorithm: SigningAlgorithm
    ) async throws(StalwartError)

    /// Every role of a name: on 0.16 there may be several.
    func roles(named name: String) async throws(StalwartError) -> [Role]
    /// Makes a role with exactly these permissions.
    func makeRole(
        named name: String, detail: String, permissions: Set<Permission>
    ) async throws(StalwartError) -> RoleID
    /// Gives a role exactly these permissions, for accounts that use it at this moment too.
    func setPermissions(_ permissions: Set<Permission>, of role: RoleID) async throws(StalwartError)
    /// Removes a role; refused with `inUse` while an account carries it.
    func removeRole(_ id: RoleID) async throws(StalwartError)

    /// Who has an address, as its own, as a further one, or as a mailing list; nil when it is free.
    func holder(of address: String) async throws(StalwartError) -> AddressHolder?
    /// An account by its id; nil when there is none.
    func account(_ id: AccountID) async throws(StalwartError) -> ServerAccount?
    /// An account by its own address, not by an alias; nil when there is none.
    func account(at address: String) async throws(StalwartError) -> ServerAccount?
    /// A page of accounts in the order of their making or of their names; pages count from 0, of at most 500 accounts.
    func accounts(_ filter: AccountFilter, page: Int, limit: Int) async throws(StalwartError) -> AccountPage
    /// Makes an account without a password.
    ///
    /// Throws `invalid` before anything is asked for a name that the server would change in silence.
    func makeAccount(_ account: NewAccount) async throws(StalwartError) -> AccountID
    /// Changes an account and leaves the rest as it is.
    func change(_ id: AccountID, _ change: AccountChange) async throws(StalwartError)
    /// Removes an account with all its mail.
    func removeAccount(_ id: AccountID) async throws(StalwartError)

    /// Makes the credential that a program uses for mail: an API key, on 0.15 an app password.
    func issueKey(_ key: NewCredential, for account: AccountID) async throws(StalwartError) -> IssuedCredential
    /// An account's keys, on 0.15 its app passwords.
    func keys(of account: AccountID) async throws(StalwartError) -> [ServerCredential]
    /// Ends a key at once.
    func revokeKey(_ id: CredentialID, of account: AccountID) async throws(StalwartError)
    /// Makes an app password, as people's mail programs use.
    func issueAppPassword(
        _ password: NewCredential, for account: AccountID
    ) async throws(StalwartError) -> IssuedCredential
    /// An account's app passwords.
    func appPasswords(of account: AccountID) async throws(StalwartError) -> [ServerCredential]
    /// Ends an app password; tokens that were got with it on 0.16 go on.
    func revokeAppPassword(_ id: CredentialID, of account: AccountID) async throws(StalwartError)

    /// Where the server takes mail from those who log in, as far as it tells this login; nil where it does not.
    func submissionListener() async -> SendingProver.SMTPPlace?

    /// The hooks that the server asks before it accepts mail; `unsupported` on 0.15.
    func mailHooks() async throws(StalwartError) -> [MailHook]
    /// Makes a hook that is asked of every message at DATA and without whose answer mail waits; gives its id.
    ///
    /// It counts once the settings were read again.
    func makeMailHook(url: String, secret: String) async throws(StalwartError) -> String
    /// Removes a hook.
    func removeMailHook(_ id: String) async throws(StalwartError)
    /// Makes the server read its settings again.
    func reloadSettings() async throws(StalwartError)

    /// The messages from a sender that wait in the queue.
    func queuedMessages(from sender: String) async throws(StalwartError) -> [QueuedMessage]
}

/// How a domain's mail is signed.
package enum SigningAlgorithm: String, Sendable, Hashable, CaseIterable {
    /// Ed25519 (RFC 8463): short, not yet read everywhere.
    case ed25519
    /// RSA with SHA-256: read everywhere.
    case rsa
}
