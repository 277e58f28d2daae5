import HTTPTransport
import Sandbox
import TestSupport
import Testing

@Suite struct PushTests {
    @Test("a change is told with the state that a get then gives")
    func ownChange() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let stream = try await StreamReader.open(agent)
        #expect(stream.status == 200)
        try await agent.draft("push me")
        #expect(await stream.tells(agent.account))
        #expect(stream.states(agent.account, "Email") == [try await agent.state("Email")])
        #expect(stream.states(agent.account, "Thread").count == 1)
        #expect(stream.states(agent.account, "Mailbox").count == 1)
    }

    @Test("a delivery is told as EmailDelivery too")
    func delivery() async throws {
        let fixture = try await Fixture()
        let (sender, agent) = (try await fixture.account("sender"), try await fixture.agent())
        let stream = try await StreamReader.open(agent)
        try await sender.send("hello", to: agent.address)
        #expect(await stream.tells(agent.account, "EmailDelivery"))
        #expect(!stream.states(agent.account, "Email").isEmpty)
    }

    @Test("only the types that were asked for are told")
    func types() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let stream = try await StreamReader.open(agent, types: "Mailbox")
        try await agent.draft("x")
        #expect(await stream.tells(agent.account, "Mailbox"))
        #expect(stream.states(agent.account, "Email").isEmpty)
        #expect(try await StreamReader.open(agent, types: "Nonsense").status == 400)
    }

    @Test("a group's change reaches its members alone, and those who joined after opening not")
    func group() async throws {
        let fixture = try await Fixture()
        let group = try await fixture.group("review")
        let member = try await fixture.agent("member", more: ["memberGroupIds": .object([group: true])])
        let late = try await fixture.agent("late")
        let (open, closed) = (try await StreamReader.open(member), try await StreamReader.open(late))
        let join: JSONValue = .object(["memberGroupIds/\(group)": true])
        _ = try await fixture.admin.call("x:Account/set", ["update": .object([late.account: join])])
        try await fixture.admin.add("held", to: group)
        #expect(await open.tells(group))
        // What comes after on the same stream shows that the group's change was passed over, not late.
        try await late.draft("own")
        #expect(await closed.tells(late.account))
        #expect(closed.states(group, "Email").isEmpty)
        let again = try await StreamReader.open(late)
        try await fixture.admin.add("held too", to: group)
        #expect(await again.tells(group))
    }

    @Test("whoever may act for an account is not told of it")
    func impersonator() async throws {
        let fixture = try await Fixture()
        let (agent, operatorClient) = (try await fixture.agent(), try await fixture.operatorAccount())
        let stream = try await StreamReader.open(operatorClient)
        try await agent.draft("unseen")
        try await operatorClient.draft("own")
        #expect(await stream.tells(operatorClient.account))
        #expect(stream.states(agent.account, "Email").isEmpty)
    }

    @Test("quick changes are joined, and the last event has the last state")
    func coalescing() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let stream = try await StreamReader.open(agent, types: "Email")
        for number in 0..<20 { try await agent.draft("n\(number)") }
        let last = try await agent.state("Email")
        #expect(await soon { stream.states(agent.account, "Email").last == last })
        #expect(stream.count < 20)
    }

    @Test("a stream that closes after its first state ends")
    func closeAfterState() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let stream = try await StreamReader.open(agent, closeAfter: "state")
        try await agent.draft("x")
        #expect(await soon { stream.hasEnded })
        #expect(stream.count == 1)
        #expect(!stream.hasFailed)
    }

    @Test("an open stream outlives suspension and the end of its key, a new one is refused")
    func suspension() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let stream = try await StreamReader.open(agent)
        let suspended: JSONValue = [
            "permissions": ["@type": "Merge", "disabledPermissions": ["authenticate": true]]
        ]
        _ = try await fixture.admin.call("x:Account/set", ["update": .object([agent.account: suspended])])
        #expect(try await StreamReader.open(agent).status == 403)
        try await fixture.admin.add("after", to: agent.account)
        #expect(await stream.tells(agent.account))
    }

    @Test("a hundred streams of one account are all told, while requests go on")
    func manyStreams() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        var streams: [StreamReader] = []
        for _ in 0..<100 { streams.append(try await StreamReader.open(agent, types: "Email")) }
        #expect(fixture.sandbox.streamCount == 100)
        try await agent.draft("all of you")
        for stream in streams { #expect(await stream.tells(agent.account)) }
    }

    @Test("a stream whose reader is gone is forgotten with the next event")
    func goneReader() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let stream = try await StreamReader.open(agent)
        #expect(stream.status == 200)
        stream.close()
        let isForgotten = try await eventually {
            try await agent.draft("knock")
            return fixture.sandbox.streamCount == 0
        }
        #expect(isForgotten)
    }

    @Test("a stream needs a login")
    func login() async throws {
        let fixture = try await Fixture()
        let response = try await fixture.admin.with(nil).http(.get, "/jmap/eventsource/?types=*")
        #expect(response.status == 401)
    }
}
