import HTTPTransport
import Sandbox
import TestSupport
import Testing

@Suite struct LifecycleTests {
    @Test("a port in use is a clear error")
    func portInUse() async throws {
        let sandbox = try await Sandbox.start()
        let error = await #expect(throws: SandboxError.self) {
            _ = try await Sandbox.start(SandboxOptions(port: sandbox.port))
        }
        #expect(error?.code == .portInUse)
        #expect(error?.sentence.contains(String(sandbox.port)) == true)
    }

    @Test("stopping ends streams and late answers, and frees the port")
    func stop() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let streams = [try await StreamReader.open(agent), try await StreamReader.open(agent)]
        fixture.sandbox.faults.set(.lateAnswer(.seconds(600)), for: "Core/echo")
        let late = Task { try await agent.call("Core/echo", [:]) }
        // The fault is used up when the late request has come in.
        let hasCome = await soon { fixture.sandbox.faults.isClear }
        #expect(hasCome)
        fixture.sandbox.stop()
        #expect(await soon { streams.allSatisfy { $0.hasEnded } })
        _ = await late.result
        await #expect(throws: HTTPError.self) { try await agent.http(.get, "/jmap/session") }
        let next = try await Sandbox.start(SandboxOptions(port: fixture.sandbox.port))
        #expect(next.port == fixture.sandbox.port)
        fixture.sandbox.stop()
    }

    @Test("a folder keeps accounts, keys, mail and states")
    func folder() async throws {
        let folder = try TemporaryFolder()
        let options = SandboxOptions(data: folder.file("inner/data"), password: "given")
        var agent: SandboxClient
        var state: String
        do {
            let fixture = try await Fixture(options)
            agent = try await fixture.agent()
            try await agent.draft("kept")
            state = try await agent.state("Email")
            fixture.sandbox.stop()
        }
        let sandbox = try await Sandbox.start(options)
        agent = SandboxClient(
            url: sandbox.url, authorization: agent.authorization, account: agent.account, address: agent.address,
            transport: agent.transport)
        #expect(try await agent.state("Email") == state)
        try await agent.draft("new")
        let changes = try await agent.call("Email/changes", ["sinceState": .string(state)])
        #expect(changes["created"]?.array?.count == 1)
        #expect(SandboxClient(admin: sandbox).authorization == SandboxClient.basic("admin", "given"))
    }

    @Test("a folder that cannot be made is a clear error")
    func badFolder() async throws {
        let error = await #expect(throws: SandboxError.self) {
            _ = try await Sandbox.start(SandboxOptions(data: "/dev/null/data"))
        }
        #expect(error?.code == .badData)
    }

    @Test("twelve requests at once are answered or refused for their number, and the server goes on")
    func manyAtOnce() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        for number in 0..<5 { try await agent.draft("n\(number)", text: String(repeating: "y", count: 20_000)) }
        let get: (String, JSONValue) = (
            "Email/get",
            ["accountId": .string(agent.account), "ids": nil, "properties": ["bodyValues"], "fetchAllBodyValues": true]
        )
        let body = SandboxClient.body(Array(repeating: get, count: 8))
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<12 { group.addTask { try await agent.http(.post, "/jmap/", body: body).status } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(statuses.contains(200))
        #expect(statuses.isSubset(of: [200, 400]))
        #expect(try await agent.http(.get, "/jmap/session").status == 200)
    }
}
