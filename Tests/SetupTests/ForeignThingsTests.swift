import AgenticMail
import Foundation
import JMAP
import Setup
import Stalwart
import Testing

@Suite("Setting up touches nothing of anybody else's")
struct ForeignThingsTests {
    /// Runs a setup that must fail without changing anything; gives its error.
    private func refusal(
        _ office: SetupOffice, _ request: SetupRequest? = nil
    ) async throws -> WorkspaceError? {
        let (picture, files) = (try await office.picture(), try office.files())
        var refusal: WorkspaceError?
        do {
            _ = try await office.setup(request).run { _ in }
            Issue.record("it was not refused")
        } catch let error as WorkspaceError {
            refusal = error
        }
        #expect(try await office.picture() == picture)
        #expect(try office.files() == files)
        return refusal
    }

    private func make(_ office: SetupOffice, _ name: String, _ more: [String: JSON] = [:]) async throws {
        let administration = ObjectAdministration(client: office.admin)
        let known = try await administration.domain(named: SetupOffice.domain)?.id
        let domain: DomainID
        if let known {
            domain = known
        } else {
            domain = try await administration.makeDomain(named: SetupOffice.domain, detail: "People's own")
        }
        var object: [String: JSON] = ["@type": "User", "name": .string(name), "domainId": domain.json]
        object.merge(more) { $1 }
        let answer = try await office.admin.call(RawCall("x:Account/set", ["create": ["a": .object(object)]]))
        try #require(answer["created"]?["a"] != nil, "\(answer)")
    }

    @Test(
        "an account of a person that has one of the names is refused, and named",
        arguments: ["guard", "operator", "jonas"])
    func account(name: String) async throws {
        let office = try await SetupOffice()
        try await make(office, name, ["description": "A person"])
        let error = try await refusal(office)
        #expect(error?.code == .taken)
        #expect(error?.message.contains("\(name)@agents.example.org") == true)
    }

    @Test("a group that others made is refused, and so is an alias")
    func group() async throws {
        let office = try await SetupOffice()
        try await make(office, "review", ["@type": "Group", "description": "Reviews of films"])
        #expect(try await refusal(office)?.cure.contains("--group") == true)
        let other = try await SetupOffice()
        try await make(other, "ines", ["aliases": ["0": ["name": "guard", "domainId": "b"]]])
        #expect(try await refusal(other)?.code == .taken)
    }

    @Test("a role that differs is refused with its cure")
    func role() async throws {
        let office = try await SetupOffice()
        let administration = ObjectAdministration(client: office.admin)
        _ = try await administration.makeRole(
            named: "agenticmail-agent", detail: "", permissions: ["authenticate", "emailSend"])
        let error = try await refusal(office)
        #expect(error?.message.contains("emailSend") == true)
        #expect(error?.cure.contains("--repair") == true)
    }

    @Test("a domain that is there is used as it is, and is not signed for")
    func domain() async throws {
        let office = try await SetupOffice()
        let administration = ObjectAdministration(client: office.admin)
        let id = try await administration.makeDomain(named: SetupOffice.domain, detail: "People's own")
        var request = office.request
        request.domain = nil
        let report = try await office.setup(request).run { _ in }
        #expect(!report.done.contains(.domain) && !report.done.contains(.signing))
        #expect(try await administration.domain(named: SetupOffice.domain)?.detail == "People's own")
        #expect(try await administration.signingKeys(of: Domain(id: id, name: SetupOffice.domain)).isEmpty)
    }

    @Test(
        "a configuration that is there stays byte for byte; the missing lines are shown, and added where that is asked")
    func configuration() async throws {
        let office = try await SetupOffice()
        let own = "# mine\n[workspace.home]\nurl = \"https://mail.example.com\"\nlogin = \"me\"\npassword-file = \"x\""
        try office.write(own, to: office.configuration)
        let error = try await refusal(office)
        #expect(error?.cure.contains("+[workspace.agents-example-org]") == true)
        #expect(error?.cure.contains("--append") == true)
        var request = office.request
        request.appends = true
        _ = try await office.setup(request).run { _ in }
        let now = try String(contentsOfFile: office.configuration, encoding: .utf8)
        #expect(now.hasPrefix(own + "\n\n[workspace.agents-example-org]\n"))
        #expect(try await office.faults() == [])
        let files = try office.files()
        _ = try await office.setup().run { _ in }
        #expect(try office.files() == files)
    }

    @Test("lines that were added go again when a later step fails")
    func takenBack() async throws {
        let office = try await SetupOffice()
        let own = "[console]\nmouse = false\n"
        try office.write(own, to: office.configuration)
        var request = office.request
        request.appends = true
        await #expect(throws: WorkspaceError.self) {
            _ = try await office.setup(request, fault: "step:12").run { _ in }
        }
        #expect(try String(contentsOfFile: office.configuration, encoding: .utf8) == own)
        #expect(try office.files().count == 1)
    }

    @Test("another workspace of the name, a broken file and a policy of another group are refused")
    func others() async throws {
        for (text, isPolicy) in [
            (
                "[workspace.agents-example-org]\nurl = \"https://other.example\"\nlogin = \"a\"\npassword-file = \"b\"\n",
                false
            ),
            ("[workspace.", false), ("group = \"others@example.org\"\n", true), ("group = 7\n", true),
        ] {
            let office = try await SetupOffice()
            try office.write(text, to: isPolicy ? office.policy : office.configuration)
            var request = office.request
            request.appends = true
            #expect(try await refusal(office, request) != nil, "\(text)")
        }
    }

    @Test("a secret's file that is of no use is not written over")
    func secret() async throws {
        let office = try await SetupOffice()
        let path = office.configuration.replacing("config.toml", with: "secrets/agents-example-org-guard.key")
        try office.write("of something else\n", to: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        let error = try await refusal(office)
        #expect(error?.code == .loginRefused)
        #expect(error?.message.contains(path) == true)
    }

    @Test("a reviewer on another machine gives a public key, and nothing of theirs is kept here")
    func elsewhere() async throws {
        let office = try await SetupOffice()
        var request = office.request
        request.reviewerKey = "ed25519:8+cTJFWKx7zBd6lXKOk3fUa1NJMHlGsFhKrB46aMB0A="
        let report = try await office.setup(request).run { _ in }
        #expect(report.signIn != nil)
        #expect(try !office.files().keys.contains { $0.contains("reviewer") })
        let (picture, files) = (try await office.picture(), try office.files())
        #expect(try await office.setup(request).run { _ in }.done == [])
        #expect(try await office.picture() == picture)
        #expect(try office.files() == files)
    }

    @Test(
        "names that cannot be are refused before anything is asked",
        arguments: ["", "a b", "jönas", "@", "a@b@c", "guard"])
    func names(text: String) async throws {
        let office = try await SetupOffice()
        var request = office.request
        request.reviewer = text
        #expect(try await refusal(office, request)?.code == .wrongUsage)
    }
}
