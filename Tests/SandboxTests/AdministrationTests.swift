import HTTPTransport
import Sandbox
import Testing

@Suite struct AdministrationTests {
    private func permissions(_ client: SandboxClient) async throws -> Set<String> {
        Set(try await client.json("/api/account")["permissions"]?.strings ?? [])
    }

    @Test("an account has exactly its role's permissions, and the User role where none is named")
    func roles() async throws {
        let fixture = try await Fixture()
        #expect(try await permissions(try await fixture.agent()) == Set(Fixture.agentPermissions))
        #expect(try await permissions(try await fixture.account("user")).contains("jmapEmailSubmissionCreate"))
        let all = try await permissions(try await fixture.operatorAccount())
        #expect(all.isSuperset(of: ["impersonate", "sysAccountCreate", "unlimitedUploads"]))
    }

    @Test("a role holds what its inner roles hold, less what it takes away")
    func nestedRoles() async throws {
        let fixture = try await Fixture()
        let inner = try await fixture.role(["authenticate", "jmapEmailGet"])
        let outer = try #require(
            try await fixture.admin.create(
                "x:Role/set",
                [
                    "description": "outer", "roleIds": .object([inner: true]),
                    "enabledPermissions": ["jmapMailboxGet": true], "disabledPermissions": ["jmapEmailGet": true],
                ])["id"]?.string)
        let agent = try await fixture.account("agent", ["@type": "Custom", "roleIds": .object([outer: true])])
        #expect(try await permissions(agent) == ["authenticate", "jmapMailboxGet"])
        // A role inside itself ends the walk, not the server.
        _ = try await fixture.admin.call(
            "x:Role/set", ["update": .object([inner: ["roleIds": .object([outer: true])]])])
        #expect(try await permissions(agent).contains("jmapMailboxGet"))
    }

    @Test("a key narrows its account's permissions and never widens them")
    func keyScopes() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        func scoped(_ scope: JSONValue) async throws -> Set<String> {
            let key = try await fixture.admin.create(
                "x:ApiKey/set", ["description": "k", "permissions": scope], in: agent.account)
            return try await permissions(agent.with("Bearer \(key["secret"]?.string ?? "")"))
        }
        let names: JSONValue = ["authenticate": true, "jmapEmailGet": true, "jmapEmailSubmissionCreate": true]
        #expect(try await scoped(["@type": "Replace", "permissions": names]) == ["authenticate", "jmapEmailGet"])
        let less = Set(Fixture.agentPermissions).subtracting(["jmapEmailCreate"])
        #expect(try await scoped(["@type": "Disable", "permissions": ["jmapEmailCreate": true]]) == less)
    }

    @Test("a suspended account is 403 at once and comes back")
    func suspension() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        func set(_ permissions: JSONValue) async throws {
            _ = try await fixture.admin.call(
                "x:Account/set", ["update": .object([agent.account: ["permissions": permissions]])])
        }
        try await set(["@type": "Merge", "disabledPermissions": ["authenticate": true]])
        #expect(try await agent.http(.get, "/jmap/session").status == 403)
        try await set(["@type": "Inherit"])
        #expect(try await agent.http(.get, "/jmap/session").status == 200)
    }

    @Test("a destroyed key or account is 401 at once, and a name made again has nothing of the old")
    func destroy() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        try await agent.draft("left behind")
        _ = try await fixture.admin.call(
            "x:ApiKey/set", ["accountId": .string(agent.account), "destroy": ["b"]])
        #expect(try await agent.http(.get, "/jmap/session").status == 401)
        _ = try await fixture.admin.call("x:Account/set", ["destroy": [.string(agent.account)]])
        let again = try await fixture.agent()
        #expect(again.account != agent.account)
        #expect(try await again.call("Email/query", [:])["ids"] == [])
    }

    @Test("passwords work as Basic logins, app passwords too, keys do not")
    func basicLogins() async throws {
        let fixture = try await Fixture()
        let password = "quiet Harbour 47 lanterns"
        let user = try await fixture.account(
            "user", more: ["credentials": ["0": ["@type": "Password", "secret": .string(password)]]])
        func status(_ name: String, _ secret: String) async throws -> Int {
            try await user.with(SandboxClient.basic(name, secret)).http(.get, "/jmap/session").status
        }
        #expect(try await status(user.address.uppercased(), password) == 200)
        #expect(try await status("user", password) == 401)
        #expect(try await status(user.address, password + "x") == 401)
        let key = try #require(user.authorization?.split(separator: " ").last)
        #expect(try await status(user.address, String(key)) == 401)
        let secret = try await fixture.admin.create("x:AppPassword/set", ["description": "p"], in: user.account)
        #expect(try await status(user.address, secret["secret"]?.string ?? "") == 200)
        let kept = try await fixture.admin.call("x:Account/get", ["ids": [.string(user.account)]])
        #expect(!kept.text.contains(password))
        #expect(kept["list"]?.array?.first?["credentials"]?["0"]?["secret"] == "****")
    }

    @Test("agent%operator opens the agent's account with the agent's permissions")
    func actingLogin() async throws {
        let fixture = try await Fixture()
        let password = "quiet Harbour 47 lanterns"
        let credentials: JSONValue = ["0": ["@type": "Password", "secret": .string(password)]]
        let boss = try await fixture.account("boss", ["@type": "Admin"], more: ["credentials": credentials])
        let (agent, other) = (
            try await fixture.agent(), try await fixture.account("other", more: ["credentials": credentials])
        )
        let acting = agent.with(SandboxClient.basic("\(agent.address)%\(boss.address)", password))
        #expect(try await permissions(acting) == Set(Fixture.agentPermissions))
        let refused = agent.with(SandboxClient.basic("\(agent.address)%\(other.address)", password))
        #expect(try await refused.http(.get, "/jmap/session").status == 403)
    }

    @Test("an agent may not administer")
    func agentCannotAdminister() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let calls: [(String, JSONObject)] = [
            ("x:Account/get", ["ids": nil]), ("x:Domain/query", [:]),
            ("x:Role/set", ["create": ["r": ["description": "x"]]]),
            ("x:ApiKey/set", ["create": ["k": ["description": "x"]]]), ("x:AccountPassword/set", [:]),
            ("Identity/set", [:]), ("SieveScript/set", [:]),
        ]
        for (method, arguments) in calls {
            let type = try await agent.error(method, arguments)["type"]
            #expect(type == "forbidden" || method == "SieveScript/set" && type == "unknownMethod", "\(method)")
        }
    }

    @Test("names are lowered and unique, also against groups and aliases")
    func names() async throws {
        let fixture = try await Fixture()
        _ = try await fixture.group("review")
        let alias: JSONValue = ["0": ["name": "alias", "domainId": .string(fixture.domainID), "enabled": true]]
        _ = try await fixture.account("planner", more: ["aliases": alias])
        for name in ["Review", "alias", "PLANNER"] {
            let error = try await fixture.admin.notCreated(
                "x:Account/set", ["@type": "User", "name": .string(name), "domainId": .string(fixture.domainID)])
            #expect(error["type"] == "primaryKeyViolation", "\(name)")
        }
        for name in ["", "a@b", ".a", "a..b", "a\"b", "\u{1F4A1}", "a\0b"] {
            let error = try await fixture.admin.notCreated(
                "x:Account/set", ["@type": "User", "name": .string(name), "domainId": .string(fixture.domainID)])
            #expect(error["type"] == "invalidPatch", "\(name)")
        }
    }

    @Test("an object that others need is not destroyed")
    func linkedObjects() async throws {
        let fixture = try await Fixture()
        _ = try await fixture.agent()
        let answer = try await fixture.admin.call("x:Domain/set", ["destroy": [.string(fixture.domainID)]])
        #expect(answer["notDestroyed"]?[fixture.domainID]?["type"] == "objectIsLinked")
    }
}
