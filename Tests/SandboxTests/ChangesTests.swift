import Sandbox
import Testing

@Suite struct ChangesTests {
    @Test("changes name what was created, updated and destroyed, each once")
    func changes() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let (kept, gone) = (try await agent.draft("kept"), try await agent.draft("gone"))
        let state = try await agent.state("Email")
        let nothing = try await agent.call("Email/changes", ["sinceState": .string(state)])
        #expect(nothing["newState"]?.string == state)
        #expect(nothing["created"] == [])
        let new = try await agent.draft("new")
        let brief = try await agent.draft("brief")
        _ = try await agent.call(
            "Email/set", ["update": .object([new: ["keywords/$flagged": true], kept: ["keywords/$flagged": true]])])
        _ = try await agent.call("Email/set", ["destroy": [.string(gone), .string(brief)]])
        let changes = try await agent.call("Email/changes", ["sinceState": .string(state)])
        #expect(changes["created"] == [.string(new)])
        #expect(changes["updated"] == [.string(kept)])
        #expect(changes["destroyed"] == [.string(gone)])
        #expect(changes["hasMoreChanges"] == false)
        #expect(try await agent.state("Email") == changes["newState"]?.string)
    }

    @Test("pages of changes give every change once, whatever happens between them")
    func pages() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        var made: [String] = []
        for number in 0..<7 { made.append(try await agent.draft("n\(number)")) }
        var found: [String] = []
        var state = "n"
        var hasMore = true
        while hasMore {
            let page = try await agent.call("Email/changes", ["sinceState": .string(state), "maxChanges": 3])
            found += page["created"]?.strings ?? []
            state = try #require(page["newState"]?.string)
            hasMore = page["hasMoreChanges"] == true
            if found.count == 3 {
                #expect(state.hasPrefix("r"))
                made.append(try await agent.draft("between"))
            }
        }
        #expect(found == made)
        #expect(try await agent.state("Email") == state)
    }

    @Test(
        "a state that cannot be read is refused, a newer one cannot be calculated",
        arguments: [
            ("", "invalidArguments"), ("zzz", "invalidArguments"), ("s", "invalidArguments"),
            ("r-1-2", "invalidArguments"), ("raa", "invalidArguments"), ("szzzzzzz", "cannotCalculateChanges"),
            ("s333333333333333333", "cannotCalculateChanges"), ("r333333333333333333333333", "invalidArguments"),
        ])
    func badStates(_ state: String, _ type: String) async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        try await agent.draft("x")
        let error = try await agent.error("Email/changes", ["sinceState": .string(state)])
        #expect(error["type"]?.string == type)
    }

    @Test("any text that starts with n is the beginning")
    func beginning() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let id = try await agent.draft("x")
        for state in ["n", "nonsense!"] {
            let changes = try await agent.call("Email/changes", ["sinceState": .string(state)])
            #expect(changes["created"] == [.string(id)])
            #expect(changes["oldState"] == "n")
        }
    }

    @Test("queryChanges tells what came and where it stands")
    func queryChanges() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        try await agent.draft("one")
        let filter: JSONValue = ["inMailbox": "d"]
        let query = try await agent.call("Email/query", ["filter": filter])
        let id = try await agent.draft("two")
        let changes = try await agent.call(
            "Email/queryChanges", ["filter": filter, "sinceQueryState": query["queryState"] ?? .null])
        #expect(changes["added"] == [["id": .string(id), "index": 1]])
        #expect(changes["removed"] == [])
    }

    @Test("sixteen accounts are asked in one request, each answered under its own id")
    func sweep() async throws {
        let fixture = try await Fixture()
        let operatorClient = try await fixture.operatorAccount()
        let objects = JSONObject(
            (0..<16).map { number in
                (
                    "k\(number)",
                    ["@type": "User", "name": .string("a\(number)"), "domainId": .string(fixture.domainID)]
                )
            })
        let made = try await fixture.admin.call("x:Account/set", ["create": .object(objects)])["created"]?.object
        let ids = try #require(made).values.compactMap { $0["id"]?.string }
        let answers = try await operatorClient.calls(
            ids.map { ("Email/changes", ["accountId": .string($0), "sinceState": "n"]) })
        #expect(answers.map { $0.arguments["accountId"]?.string } == ids)
        #expect(answers.allSatisfy { $0.name == "Email/changes" })
    }
}
