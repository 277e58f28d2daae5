import FoundationEssentials
import JMAP
import Sandbox
import Stalwart
import Testing

/// A server in this process with a domain and our roles on it.
final class SandboxOffice: Sendable {
    static let domainName = "agents.example.test"
    let sandbox: Sandbox
    let url: URL
    let administration: any Administration
    let domain: DomainID
    let role: RoleID

    init() async throws {
        sandbox = try await Sandbox.start()
        url = try #require(URL(string: sandbox.url))
        let client = JMAPClient(
            origin: url, credential: .basic(user: sandbox.admin.login, password: sandbox.admin.password))
        administration = try await ServerProbe.administration(of: client)
        domain = try await administration.makeDomain(named: Self.domainName, detail: "")
        role = try await administration.requireRole(.agent).id
    }

    deinit { sandbox.stop() }

    /// Makes an account with a role; an agent's when none is given.
    func account(
        _ name: String, roles: ServerAccount.Roles? = nil, detail: String = "", groups: Set<AccountID> = []
    ) async throws -> AccountID {
        try await administration.makeAccount(
            NewAccount(
                name: name, domain: domain, detail: detail, roles: roles ?? .custom([role]), groups: groups))
    }

    /// What a credential of an account is proven with.
    func prover(_ issued: IssuedCredential, of account: AccountID, _ name: String) -> SendingProver {
        SendingProver(
            client: JMAPClient(origin: url, credential: issued.credential), credential: issued.credential,
            account: account, address: "\(name)@\(Self.domainName)", operator: administration)
    }
}
