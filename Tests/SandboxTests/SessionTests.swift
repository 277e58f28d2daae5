import HTTPTransport
import Sandbox
import Testing

@Suite struct SessionTests {
    @Test("the well-known address leads to the session, without a login too")
    func wellKnown() async throws {
        let fixture = try await Fixture()
        var request = try fixture.admin.with(nil).request(.get, "/.well-known/jmap")
        request.limits.redirects = 1
        let response = try await fixture.admin.transport.send(request)
        #expect(response.status == 200)
        #expect(try JSONValue(parsing: response.body)["username"] == "")
    }

    @Test("a session without a login has no accounts")
    func skeleton() async throws {
        let fixture = try await Fixture()
        let session = try await fixture.admin.with(nil).json("/jmap/session")
        #expect(session["accounts"] == [:])
        #expect(session["primaryAccounts"] == [:])
    }

    @Test("an agent's session lists its one account, without submission")
    func agentSession() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let session = try await agent.json("/jmap/session")
        let accounts = try #require(session["accounts"]?.object)
        #expect(accounts.keys == [agent.account])
        #expect(accounts[agent.account]?["name"] == .string(agent.address))
        #expect(accounts[agent.account]?["isPersonal"] == true)
        let capabilities = accounts[agent.account]?["accountCapabilities"]
        #expect(capabilities?["urn:ietf:params:jmap:mail"] != nil)
        #expect(capabilities?["urn:ietf:params:jmap:submission"] == nil)
        #expect(session["primaryAccounts"]?["urn:ietf:params:jmap:submission"] == nil)
        #expect(session["capabilities"]?["urn:ietf:params:jmap:submission"] != nil)
    }

    @Test("a member's session lists its group as not personal")
    func groupSession() async throws {
        let fixture = try await Fixture()
        let group = try await fixture.group("review")
        let reviewer = try await fixture.agent("reviewer", more: ["memberGroupIds": .object([group: true])])
        let session = try await reviewer.json("/jmap/session")
        #expect(session["accounts"]?[group]?["isPersonal"] == false)
    }

    @Test(
        "a wrong login is 401 with a problem document",
        arguments: [
            SandboxClient.basic("nobody@agents.example.test", "x"), "Bearer API_none", "Basic !!!", "Digest x", "",
        ])
    func wrongLogin(_ field: String) async throws {
        let fixture = try await Fixture()
        let client = fixture.admin.with(field)
        for response in [
            try await client.http(.get, "/jmap/session"),
            try await client.http(.post, "/jmap/", body: SandboxClient.body([("Core/echo", [:])])),
        ] {
            #expect(response.status == 401)
            #expect(response.headers["www-authenticate"] != nil)
            #expect(response.headers["content-type"] == "application/problem+json")
            #expect(try JSONValue(parsing: response.body)["title"] == "Unauthorized")
        }
    }

    @Test(
        "a body that is no request is 400 notRequest, whose detail repeats it",
        arguments: [
            "", "nonsense", "[1,2]", "{\"using\":[", "{\"using\":[\"urn:ietf:params:jmap:core\"]}",
            "{\"using\":[\"urn:example:nothing\"],\"methodCalls\":[]}",
            "{\"using\":[\"urn:ietf:params:jmap:core\"],\"methodCalls\":[[\"Core/echo\",{}]]}",
        ])
    func notRequest(_ body: String) async throws {
        let fixture = try await Fixture()
        let response = try await fixture.admin.http(.post, "/jmap/", body: Array(body.utf8))
        let problem = try JSONValue(parsing: response.body)
        #expect(response.status == 400)
        #expect(problem["type"] == "urn:ietf:params:jmap:error:notRequest")
        #expect(problem["detail"] == .string(body))
    }

    @Test("seventeen calls are refused, sixteen answered")
    func tooManyCalls() async throws {
        let fixture = try await Fixture()
        let echo: (String, JSONValue) = ("Core/echo", [:])
        let answers = try await fixture.admin.calls(Array(repeating: echo, count: 16))
        #expect(answers.count == 16)
        let body = SandboxClient.body(Array(repeating: echo, count: 17))
        let response = try await fixture.admin.http(.post, "/jmap/", body: body)
        #expect(response.status == 400)
        #expect(try JSONValue(parsing: response.body)["limit"] == "maxCallsInRequest")
    }

    @Test("a request above ten million bytes is refused")
    func tooLargeARequest() async throws {
        let fixture = try await Fixture()
        let text = String(repeating: "x", count: 10_000_001)
        let body = SandboxClient.body([("Core/echo", ["a": .string(text)])])
        let response = try await fixture.admin.http(.post, "/jmap/", body: body)
        #expect(response.status == 400)
        #expect(try JSONValue(parsing: response.body)["limit"] == "maxSizeRequest")
    }

    @Test("an account of others is forbidden, an id that cannot be one is not found")
    func foreignAccount() async throws {
        let fixture = try await Fixture()
        let (agent, other) = (try await fixture.agent(), try await fixture.agent("other"))
        for id in [other.account, "zzzz"] {
            let error = try await agent.error("Email/query", ["accountId": .string(id)])
            #expect(error["type"] == "forbidden")
            #expect(error["description"] == .string("You do not have access to account \(id)"))
        }
        #expect(try await agent.error("Email/query", ["accountId": "!!"])["type"] == "accountNotFound")
    }

    @Test("a reference with a star feeds threads of found emails to another call")
    func resultReferences() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let id = try await agent.draft("refs")
        let account = JSONValue.string(agent.account)
        func reference(_ call: String, _ name: String, _ path: String) -> JSONValue {
            ["resultOf": .string(call), "name": .string(name), "path": .string(path)]
        }
        let answers = try await agent.calls([
            ("Email/query", ["accountId": account]),
            (
                "Email/get",
                ["accountId": account, "#ids": reference("0", "Email/query", "/ids"), "properties": ["threadId"]]
            ),
            ("Thread/get", ["accountId": account, "#ids": reference("1", "Email/get", "/list/*/threadId")]),
            (
                "Email/get",
                [
                    "accountId": account, "#ids": reference("2", "Thread/get", "/list/*/emailIds"),
                    "properties": ["subject"],
                ]
            ),
            ("Email/get", ["accountId": account, "#ids": reference("9", "Email/query", "/ids")]),
        ])
        #expect(answers[3].arguments["list"] == [["id": .string(id), "subject": "refs"]])
        #expect(answers[4].arguments["type"] == "invalidResultReference")
    }

    @Test("a creation id is used by a later call, in a map's key too")
    func creationIDs() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let account = JSONValue.string(agent.account)
        let answers = try await fixture.admin.calls([
            ("Mailbox/set", ["accountId": account, "create": ["box": ["name": "Held"]]]),
            (
                "Email/set",
                ["accountId": account, "create": ["e": ["mailboxIds": ["#box": true], "subject": "in it"]]]
            ),
            ("Email/set", ["accountId": account, "update": ["#nothing": ["keywords/$seen": true]]]),
        ])
        let box = try #require(answers[0].arguments["created"]?["box"]?["id"]?.string)
        let id = try #require(answers[1].arguments["created"]?["e"]?["id"]?.string)
        let email = try await agent.call("Email/get", ["ids": [.string(id)], "properties": ["mailboxIds"]])
        #expect(email["list"]?.array?.first?["mailboxIds"] == .object([box: true]))
        #expect(answers[2].arguments["type"] == "invalidResultReference")
    }

    @Test("a method whose capability is not used is unknown, the other calls run")
    func missingCapability() async throws {
        let fixture = try await Fixture()
        let body =
            "{\"using\":[\"urn:ietf:params:jmap:core\"],\"methodCalls\":[[\"Email/query\",{},\"a\"],[\"Core/echo\",{},\"b\"]]}"
        let response = try await fixture.admin.http(.post, "/jmap", body: Array(body.utf8))
        let answers = try JSONValue(parsing: response.body)["methodResponses"]?.array ?? []
        #expect(answers.first?.array?[1]["type"] == "unknownMethod")
        #expect(answers.last?.array?[0] == "Core/echo")
    }

    @Test("an argument of the wrong type is invalidArguments")
    func wrongTypes() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let calls: [(String, JSONObject)] = [
            ("Email/get", ["ids": "a"]), ("Email/get", ["ids": [1]]), ("Email/query", ["limit": -1]),
            ("Email/query", ["position": "x"]), ("Email/changes", ["sinceState": "n", "maxChanges": -1]),
            ("Email/changes", [:]), ("Mailbox/set", ["create": [1]]), ("Email/set", ["update": "x"]),
        ]
        for (method, arguments) in calls {
            let client = method == "Mailbox/set" ? fixture.admin : agent
            var arguments = arguments
            arguments["accountId"] = .string(agent.account)
            #expect(try await client.error(method, arguments)["type"] == "invalidArguments", "\(method)")
        }
    }
}
