import HTTPTransport
import Sandbox
import TestSupport
import Testing

@Suite struct FaultTests {
    @Test("a dropped answer comes after the act")
    func dropped() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        fixture.sandbox.faults.set(.dropAnswer, for: "Email/set")
        await #expect(throws: HTTPError.self) { try await agent.draft("done all the same") }
        let ids = try await agent.call("Email/query", [:])["ids"]?.array
        #expect(ids?.count == 1)
    }

    @Test("a late answer comes, and other requests do not wait for it")
    func late() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        fixture.sandbox.faults.set(.lateAnswer(.milliseconds(300)), for: "Email/query")
        async let late = agent.call("Email/query", [:])
        _ = try await agent.call("Email/get", ["ids": []])
        #expect(try await late["ids"] == [])
    }

    @Test("a refusal carries Retry-After where it is said, and nothing is done")
    func refused() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        for seconds in [nil, 7] {
            fixture.sandbox.faults.set(.tooManyRequests(retryAfter: seconds), for: "Email/set")
            let body = SandboxClient.body([("Email/set", ["accountId": .string(agent.account)])])
            let response = try await agent.http(.post, "/jmap/", body: body)
            #expect(response.status == 429)
            #expect(response.headers["retry-after"] == seconds.map(String.init))
        }
        #expect(try await agent.call("Email/set", [:])["newState"] == "n")
    }

    @Test("a fault is used up after its times, and fits only its method")
    func times() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        fixture.sandbox.faults.set(.serverError, for: "Email/get", times: 2)
        func status(_ method: String) async throws -> Int {
            let body = SandboxClient.body([(method, ["accountId": .string(agent.account), "ids": []])])
            return try await agent.http(.post, "/jmap/", body: body).status
        }
        #expect(try await status("Mailbox/get") == 200)
        #expect(try await status("Email/get") == 500)
        #expect(try await status("Email/get") == 500)
        #expect(try await status("Email/get") == 200)
        fixture.sandbox.faults.set(.serverError)
        fixture.sandbox.faults.clear()
        #expect(try await status("Email/get") == 200)
    }

    @Test("the log is forgotten for one call")
    func cannotCalculate() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        fixture.sandbox.faults.set(.cannotCalculateChanges, for: "Email/changes")
        #expect(try await agent.error("Email/changes", ["sinceState": "n"])["type"] == "cannotCalculateChanges")
        #expect(try await agent.call("Email/changes", ["sinceState": "n"])["newState"] == "n")
    }

    @Test("answers are HTML, end in the middle, or have other types")
    func wrongAnswers() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let faults = fixture.sandbox.faults
        let body = SandboxClient.body([("Email/get", ["accountId": .string(agent.account), "ids": []])])
        faults.set(.html)
        #expect(try await agent.http(.post, "/jmap/", body: body).headers["content-type"] == "text/html")
        faults.set(.truncatedJSON)
        let half = try await agent.http(.post, "/jmap/", body: body).body
        #expect(throws: JSONParseError.self) { try JSONValue(parsing: half) }
        faults.set(.wrongTypes)
        let wrong = try JSONValue(parsing: try await agent.http(.post, "/jmap/", body: body).body)
        #expect(wrong["methodResponses"]?.array?.first?.array?[1]["list"]?.array == nil)
        faults.set(.html, for: "session")
        #expect(try await agent.http(.get, "/jmap/session").headers["content-type"] == "text/html")
    }

    @Test("streams are cut, or fall silent")
    func streams() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let (cut, other) = (try await StreamReader.open(agent), try await fixture.agent("other"))
        fixture.sandbox.faults.cutStreams()
        #expect(await soon { cut.hasEnded })
        fixture.sandbox.faults.set(.silentStream)
        let (silent, loud) = (try await StreamReader.open(other), try await StreamReader.open(other))
        try await other.draft("heard by one")
        #expect(await loud.tells(other.account))
        #expect(silent.count == 0)
        fixture.sandbox.faults.set(.cutStream)
        let torn = try await StreamReader.open(agent)
        #expect(await soon { torn.hasEnded })
    }
}
