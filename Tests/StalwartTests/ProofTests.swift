import JMAP
import Sandbox
import Stalwart
import Testing

@Suite("The proof that a credential cannot send")
struct ProofTests {
    @Test("an agent's key is refused at every door that the server has")
    func agent() async throws {
        let office = try await SandboxOffice()
        let ada = try await office.account("ada")
        _ = try await office.account("ben")
        let key = try await office.administration.issueKey(NewCredential(name: "runtime"), for: ada)
        let proof = try await office.prover(key, of: ada, "ada").prove()
        #expect(proof.failures.map { "\($0.id): \($0.evidence)" } == [])
        #expect(proof.holds)
        let refused = Set(proof.doors.filter { $0.state == .refused }.map(\.id))
        #expect(
            refused.isSuperset(of: [
                "session.submission", "submission.create", "submission.update", "submission.destroy",
                "submission.onsuccess", "email.import", "email.copy", "identity.create", "sieve.create", "vacation",
                "sharing", "key.create", "app-password.create", "permissions", "other-account", "oauth.code",
                "oauth.device",
            ]), "refused are \(refused.sorted())")
        #expect(proof.doors.allSatisfy { !$0.evidence.isEmpty && $0.remains.isEmpty })
        #expect(Set(proof.doors.map(\.id)).count == proof.doors.count, "each door has a name of its own")
    }

    @Test("a sender's key fails it, the doors are named, and nothing is left behind")
    func sender() async throws {
        let office = try await SandboxOffice()
        let olga = try await office.account("olga", roles: .standard)
        let key = try await office.administration.issueKey(NewCredential(name: "runtime"), for: olga)
        let before = try await office.administration.account(olga)
        let proof = try await office.prover(key, of: olga, "olga").prove()
        #expect(!proof.holds)
        let open = Set(proof.doors.filter { $0.state == .open }.map(\.id))
        #expect(
            open.isSuperset(of: [
                "session.submission", "submission.create", "email.import", "key.create", "app-password.create",
                "permissions",
            ]), "open are \(open.sorted())")
        #expect(proof.sentence.contains("submitting a message"))
        #expect(try await office.administration.keys(of: olga).map(\.name) == ["runtime"])
        #expect(try await office.administration.appPasswords(of: olga).isEmpty)
        #expect(try await office.administration.account(olga) == before)
    }

    @Test(
        "one permission too many is found at its door",
        arguments: [
            ("jmapEmailSubmissionCreate", "submission.create"), ("jmapEmailImport", "email.import"),
            ("jmapEmailCopy", "email.copy"), ("sysApiKeyCreate", "key.create"),
            ("sysAppPasswordCreate", "app-password.create"), ("jmapMailboxUpdate", "sharing"),
            ("sysAccountUpdate", "account.update"), ("emailSend", "permissions"), ("impersonate", "other-account"),
        ])
    func onePermission(_ permission: String, _ door: String) async throws {
        let office = try await SandboxOffice()
        let wanted = RoleDefinition.agent.permissions(on: .objects).union([Permission(permission)])
        let role = try await office.administration.makeRole(named: "almost", detail: "", permissions: wanted)
        let ada = try await office.account("ada", roles: .custom([role]))
        _ = try await office.account("ben")
        let key = try await office.administration.issueKey(NewCredential(name: "runtime"), for: ada)
        let proof = try await office.prover(key, of: ada, "ada").prove()
        #expect(proof.doors.first { $0.id == door }?.state == .open, "\(proof.doors.filter { $0.state == .open })")
        #expect(!proof.holds)
    }

    @Test("a key narrowed to what an agent may do holds although its account may send")
    func narrowed() async throws {
        let office = try await SandboxOffice()
        let olga = try await office.account("olga", roles: .standard)
        let key = try await office.administration.issueKey(
            NewCredential(name: "runtime", permissions: RoleDefinition.agent.permissions(on: .objects)), for: olga)
        let proof = try await office.prover(key, of: olga, "olga").prove()
        #expect(proof.doors.filter { $0.state == .open }.map(\.id).filter { $0 != "session.submission" } == [])
    }

    @Test("an app password is no agent's credential: it gets an OAuth code")
    func appPassword() async throws {
        let office = try await SandboxOffice()
        let ada = try await office.account("ada")
        let password = try await office.administration.issueAppPassword(NewCredential(name: "mail"), for: ada)
        let proof = try await office.prover(password, of: ada, "ada").prove()
        #expect(proof.doors.first { $0.id == "oauth.code" }?.state == .open)
        #expect(!proof.holds)
    }

    @Test("a credential that does not work proves nothing")
    func dead() async throws {
        let office = try await SandboxOffice()
        let ada = try await office.account("ada")
        let key = try await office.administration.issueKey(NewCredential(name: "runtime"), for: ada)
        try await office.administration.revokeKey(key.id, of: ada)
        let error = await failure { () async throws(StalwartError) in
            _ = try await office.prover(key, of: ada, "ada").prove()
        }
        #expect(error?.code == .unauthorized)
    }

    @Test("a proof of another account's credential proves nothing")
    func another() async throws {
        let office = try await SandboxOffice()
        let ada = try await office.account("ada")
        let ben = try await office.account("ben")
        let key = try await office.administration.issueKey(NewCredential(name: "runtime"), for: ada)
        let error = await failure { () async throws(StalwartError) in
            _ = try await office.prover(key, of: ben, "ben").prove()
        }
        #expect(error?.code == .notFound)
    }

    @Test("no door tried is no proof")
    func empty() {
        #expect(!SendingProof(doors: []).holds)
    }
}
