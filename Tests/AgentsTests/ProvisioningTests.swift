import Agents
import Foundation
import JMAP
import Sandbox
import Stalwart
import TestSupport
import Testing

@Suite struct ProvisioningTests {
    @Test("an agent is made whole, with its record, and the journal is empty afterwards")
    func whole() async throws {
        let server = try await TestServer()
        let (provisioner, journal) = try server.provisioner()
        let agent = try await provisioner.create(plan("ada"))
        #expect(agent.address == "ada@agents.example.test")
        #expect(try await server.faults(of: agent) == [])
        #expect(try await journal.unfinished().isEmpty)
        let entry = try await Roster(server.administration).find("ada")
        #expect(entry.state == .active)
        #expect(entry.record?.details.owner == "ines@example.com")
        #expect(entry.record?.keyHash?.matches(agent.key) == true)
        #expect(entry.record?.keyHash?.matches(agent.key + "x") == false)
    }

    @Test("a failure at any step leaves the server as it was", arguments: 1...7)
    func failingStep(number: Int) async throws {
        let server = try await TestServer(withDomain: false)
        let before = try await server.objects()
        let (provisioner, journal) = try server.provisioner(fault: "step:\(number)")
        let file = server.folder.file("key")
        let error = await #expect(throws: AgentsError.self) {
            try await provisioner.create(plan("ada", makesDomain: true, store: .file(file)))
        }
        #expect(error?.code == .fault)
        #expect(try await server.objects() == before)
        #expect(try await journal.unfinished().isEmpty)
        #expect(throws: (any Error).self) { try String(contentsOfFile: file, encoding: .utf8) }
        // And the way is free.
        let (next, _) = try server.provisioner()
        let agent = try await next.create(plan("ada", makesDomain: true, store: .file(file)))
        #expect(try await server.faults(of: agent) == [])
        #expect(try String(contentsOfFile: file, encoding: .utf8) == agent.key + "\n")
    }

    private static let methods = [
        "x:Domain/set", "x:Role/set", "x:Account/set", "Mailbox/set", "Mailbox/get", "x:ApiKey/set",
        "EmailSubmission/set", "x:Domain/query", "x:Role/query",
    ]
    private static let answers: [Faults.Fault] = [
        .dropAnswer, .truncatedJSON, .serverError, .html, .wrongTypes, .tooManyRequests(retryAfter: nil),
    ]

    @Test(
        "whatever the server answers wrongly once or for a while, an agent is whole or gone", arguments: methods,
        answers)
    func wrongAnswers(method: String, fault: Faults.Fault) async throws {
        for times in [1, 3, 1_000] {
            let server = try await TestServer(withDomain: false)
            let before = try await server.objects()
            let (provisioner, journal) = try server.provisioner()
            server.sandbox.faults.set(fault, for: method, times: times)
            let wanted = try plan("ada", makesDomain: true)
            let agent: CreatedAgent?
            do throws(AgentsError) {
                agent = try await provisioner.create(wanted)
            } catch {
                agent = nil
            }
            server.sandbox.faults.clear()
            try await provisioner.recover()
            #expect(try await journal.unfinished().isEmpty)
            if let agent {
                #expect(try await server.faults(of: agent) == [])
            } else {
                #expect(try await server.objects() == before, "\(method) \(fault) \(times)")
            }
        }
    }

    @Test("an agent that could send is not handed out")
    func unsafe() async throws {
        let server = try await TestServer()
        let permissions = RoleDefinition.agent.permissions(on: .objects).union([
            "jmapEmailSubmissionCreate", "jmapEmailSubmissionUpdate", "emailSend",
        ])
        _ = try await server.administration.makeRole(named: "agenticmail-agent", detail: "", permissions: permissions)
        let before = try await server.objects()
        let (provisioner, journal) = try server.provisioner()
        let error = await #expect(throws: AgentsError.self) { try await provisioner.create(plan("ada")) }
        #expect(error?.code == .unsafe)
        #expect(error?.message.contains("can send") == true, "\(error?.sentence ?? "")")
        #expect(try await server.objects() == before)
        #expect(try await journal.unfinished().isEmpty)
    }

    @Test("a creation that is cancelled leaves the server as it was")
    func cancelled() async throws {
        let server = try await TestServer()
        let before = try await server.objects()
        let reached = AsyncStream.makeStream(of: Void.self)
        let prover = Prover { _, _, _, _ throws(AgentsError) in
            reached.continuation.yield()
            do { try await Task.sleep(for: .seconds(600)) } catch {
                throw AgentsError(.cancelled, "Stopped.", cure: "Again.")
            }
        }
        let (provisioner, journal) = try server.provisioner(prover: prover)
        let task = Task { try await provisioner.create(plan("ada")) }
        for await _ in reached.stream { break }
        task.cancel()
        await #expect(throws: AgentsError.self) { try await task.value }
        #expect(try await server.objects() == before)
        #expect(try await journal.unfinished().isEmpty)
    }

    @Test("an intent of another program that is at work is left alone")
    func othersAtWork() async throws {
        let server = try await TestServer()
        let reached = AsyncStream.makeStream(of: Void.self)
        let free = AsyncStream.makeStream(of: Void.self)
        let prover = Prover { _, _, _, _ throws(AgentsError) in
            reached.continuation.yield()
            for await _ in free.stream { break }
        }
        let (provisioner, _) = try server.provisioner(prover: prover)
        let task = Task { try await provisioner.create(plan("ada")) }
        for await _ in reached.stream { break }
        let (other, journal) = try server.provisioner()
        #expect(try await other.recover().isEmpty)
        #expect(try await journal.unfinished().map(\.address) == ["ada@agents.example.test"])
        free.continuation.yield()
        let agent = try await task.value
        #expect(try await server.faults(of: agent) == [])
    }

    @Test("a file that is there is not overwritten by a key, and nothing is made")
    func fileThere() async throws {
        let server = try await TestServer()
        let before = try await server.objects()
        let file = server.folder.file("key")
        try "mine".write(toFile: file, atomically: true, encoding: .utf8)
        let (provisioner, _) = try server.provisioner()
        let error = await #expect(throws: AgentsError.self) {
            try await provisioner.create(plan("ada", store: .file(file)))
        }
        #expect(error?.code == .file)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
        #expect(try await server.objects() == before)
    }

    @Test("a command that stores the key is given it; one that fails undoes the agent")
    func command() async throws {
        let server = try await TestServer()
        let before = try await server.objects()
        let file = server.folder.file("kept")
        let (provisioner, _) = try server.provisioner()
        let error = await #expect(throws: AgentsError.self) {
            try await provisioner.create(plan("bob", store: .command(["false"])))
        }
        #expect(error?.code == .file)
        #expect(try await server.objects() == before)
        let agent = try await provisioner.create(plan("ada", store: .command(["sh", "-c", "cat > '\(file)'"])))
        #expect(try String(contentsOfFile: file, encoding: .utf8) == agent.key + "\n")
    }
}
