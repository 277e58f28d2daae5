import Agents
import HTTPTransport
import JMAP
import Sandbox
import Stalwart
import TestSupport
import Testing

import struct FoundationEssentials.URL

/// A server with one domain and the accounts that people have on it, and what an operator needs there.
final class TestServer: Sendable {
    static let domain = "agents.example.test"

    let sandbox: Sandbox
    let folder: TemporaryFolder
    let transport = HTTPTransport()
    let administration: any Administration

    init(withDomain: Bool = true) async throws {
        sandbox = try await Sandbox.start()
        folder = try TemporaryFolder()
        let origin = try #require(URL(string: sandbox.url))
        let client = JMAPClient(
            origin: origin, credential: .basic(user: sandbox.admin.login, password: sandbox.admin.password),
            transport: transport)
        administration = try await ServerProbe.administration(of: client)
        if withDomain { _ = try await administration.makeDomain(named: Self.domain, detail: "People's own") }
    }

    deinit { sandbox.stop() }

    /// A client of the same server for another login.
    func client(_ credential: Credential) -> JMAPClient {
        JMAPClient(origin: administration.client.origin, credential: credential, transport: transport)
    }

    /// A provisioner with a journal of its own file, as another operator's program has.
    func provisioner(
        journal: String = "journal.sqlite", prover: Prover? = nil, fault: String? = nil
    ) throws -> (Provisioner, IntentJournal) {
        let journal = try IntentJournal(at: folder.file(journal))
        let provisioner = Provisioner(
            administration: administration, journal: journal, prover: prover ?? Prover.trying { self.client($0) },
            fault: fault.flatMap { FaultPoint($0) }, clock: ContinuousClock())
        return (provisioner, journal)
    }

    /// Every object that an administrator sees, by kind, as JSON text without what changes by itself.
    func objects() async throws -> Set<String> {
        var found: Set<String> = []
        for kind in ["x:Domain", "x:Role", "x:Account"] {
            var request = Request()
            let query = request.call(RawCall("\(kind)/query", [:]))
            let get = request.call(RawCall("\(kind)/get", ["#ids": query.reference("/ids").json]))
            for object in try await administration.client.send(request).get(get)["list"]?.array ?? [] {
                var members = object.object ?? [:]
                members["usedDiskQuota"] = nil
                found.insert("\(kind) \(JSON.object(members))")
                guard kind == "x:Account", let id = members["id"]?.string else { continue }
                let keys = try await administration.client.call(
                    RawCall("x:ApiKey/get", ["accountId": .string(id), "ids": .null]))
                for key in keys["list"]?.array ?? [] { found.insert("x:ApiKey of \(id) \(key)") }
            }
        }
        return found
    }

    /// Makes an object by an administrator's method; gives its id.
    func make(_ kind: String, _ object: [String: JSON]) async throws -> String {
        let answer = try await administration.client.call(
            RawCall("x:\(kind)/set", ["create": ["a": .object(object)]]))
        return try #require(answer["created"]?["a"]?["id"]?.string, "\(answer)")
    }

    /// What is wrong about a whole agent; empty where it is one.
    func faults(of agent: CreatedAgent) async throws -> [String] {
        guard let account = try await administration.account(agent.account) else { return ["there is no account"] }
        var faults: [String] = []
        if AgentRecord(description: account.detail)?.stage != .active {
            faults.append("its record is \(account.detail)")
        }
        let roles = try await administration.roles(named: "agenticmail-agent").map(\.id)
        if account.roles != .custom(Set(roles)) { faults.append("its roles are \(account.roles)") }
        let mailboxes = try await administration.client.call(MailboxGet(account: agent.account, ids: .all))
        for name in ["Outbox", "Held", "Rejected"] where !mailboxes.list.contains(where: { $0.name == name }) {
            faults.append("it has no mailbox \(name)")
        }
        let session = try? await client(.bearer(agent.key)).session()
        if session?.accounts[agent.account] == nil { faults.append("its key does not log in") }
        let keys = try await administration.keys(of: agent.account)
        if keys.count != 1 { faults.append("it has \(keys.count) keys") }
        return faults
    }
}

/// A plan with nothing but a name and an owner.
func plan(
    _ name: String, domain: String = TestServer.domain, makesDomain: Bool = false, store: KeyStore? = nil
) throws -> AgentPlan {
    AgentPlan(
        name: try AgentName(name), domain: try DomainName(domain),
        details: try AgentDetails(owner: "ines@example.com", purpose: "Reads bills"), makesDomain: makesDomain,
        store: store)
}
