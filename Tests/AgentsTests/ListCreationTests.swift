import Agents
import Foundation
import JMAP
import Sandbox
import Stalwart
import Synchronization
import TestSupport
import Testing

@Suite(.waiting) struct ListCreationTests {
    /// What came of each address.
    private final class Outcomes: Sendable {
        private let kept = Mutex<[String: ListOutcome]>([:])

        func note(_ item: ListPlan.Item, _ outcome: ListOutcome) {
            kept.withLock { $0[item.plan.name.text] = outcome }
        }

        var made: [String: CreatedAgent] {
            kept.withLock { $0.compactMapValues { if case .made(let agent) = $0 { agent } else { nil } } }
        }
        func names(_ fits: (ListOutcome) -> Bool) -> Set<String> { kept.withLock { Set($0.filter { fits($1) }.keys) } }
    }

    private func plans(_ names: [String], keys: String? = nil) throws -> [(line: Int, plan: AgentPlan)] {
        try names.enumerated().map { number, name in
            let store = keys.map { KeyStore.list($0, address: "\(name)@\(TestServer.domain)") }
            return (number + 2, try plan(name, store: store))
        }
    }

    private func lines(_ path: String) throws -> [String: String] {
        struct Line: Decodable {
            let address: String
            let key: String
        }
        let text = String(decoding: try #require(FileManager.default.contents(atPath: path)), as: UTF8.self)
        let lines = try text.split(separator: "\n").filter { $0.contains { $0 != " " } }.map {
            try JSONDecoder().decode(Line.self, from: Data($0.utf8))
        }
        return Dictionary(lines.map { ($0.address, $0.key) }, uniquingKeysWith: { _, last in last })
    }

    @Test("each agent of a list is whole, and its key is in the file that only its owner can read")
    func made() async throws {
        let server = try await TestServer()
        let keys = server.folder.file("keys")
        let names = (0..<40).map { "a\($0)" }
        let list = try await ListPlan(try plans(names, keys: keys), on: server.administration)
        let outcomes = Outcomes()
        try await server.provisioner().0.create(list) { outcomes.note($0, $1) }
        #expect(Set(outcomes.made.keys) == Set(names))
        for agent in outcomes.made.values { #expect(try await server.faults(of: agent) == []) }
        let stored = try lines(keys)
        #expect(stored == Dictionary(uniqueKeysWithValues: outcomes.made.values.map { ($0.address, $0.key) }))
        let mode = try FileManager.default.attributesOfItem(atPath: keys)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try await server.administration.roles(named: "agenticmail-agent").count == 1)
    }

    @Test("agents that are there are passed over, what is foreign is refused and untouched, and the rest is made")
    func resumed() async throws {
        let server = try await TestServer()
        let (provisioner, _) = try server.provisioner()
        let first = try await provisioner.create(plan("ada"))
        let domain = try #require(try await server.administration.domain(named: TestServer.domain)).id
        _ = try await server.make(
            "Account",
            [
                "@type": "User", "name": "ines", "domainId": domain.json, "description": "A person",
                "aliases": ["0": ["name": "bills", "domainId": domain.json, "enabled": true]],
            ])
        let before = try await server.objects()
        let list = try await ListPlan(try plans(["ada", "bob", "ines", "bills", "cy"]), on: server.administration)
        #expect(try await server.objects() == before)
        let outcomes = Outcomes()
        await provisioner.create(list) { outcomes.note($0, $1) }
        #expect(Set(outcomes.made.keys) == ["bob", "cy"])
        #expect(outcomes.names { if case .there = $0 { true } else { false } } == ["ada"])
        #expect(outcomes.names { if case .refused = $0 { true } else { false } } == ["ines", "bills"])
        #expect(before.isSubset(of: try await server.objects()))
        #expect(try await server.faults(of: first) == [])
    }

    @Test("a list that is stopped leaves whole agents and nothing else, and goes on where it stopped")
    func stopped() async throws {
        let server = try await TestServer()
        let keys = server.folder.file("keys")
        let wanted = try plans((0..<120).map { "a\($0)" }, keys: keys)
        let (provisioner, journal) = try server.provisioner()
        let list = try await ListPlan(wanted, on: server.administration)
        let outcomes = Outcomes()
        let (some, continuation) = AsyncStream.makeStream(of: Void.self)
        let work = Task {
            await provisioner.create(list) {
                outcomes.note($0, $1)
                continuation.yield()
            }
        }
        var count = 0
        for await _ in some {
            count += 1
            if count == 20 { break }
        }
        work.cancel()
        await work.value
        #expect(try await journal.unfinished().isEmpty)
        let made = outcomes.made
        #expect(made.count >= 20 && made.count < 120)
        #expect(outcomes.names { if case .leftOut = $0 { true } else { false } }.count == 120 - made.count)
        let roster = try await Roster(server.administration).all()
        #expect(Set(roster.map(\.name)) == Set(made.keys))
        #expect(try lines(keys).count == made.count)
        let rest = try await ListPlan(wanted, on: server.administration)
        await provisioner.create(rest) { outcomes.note($0, $1) }
        #expect(try await Roster(server.administration).all().count == 120)
        #expect(try lines(keys).count == 120)
    }

    @Test("a server that is gone ends the list instead of failing for each agent")
    func gone() async throws {
        let server = try await TestServer()
        let (provisioner, _) = try server.provisioner()
        let list = try await ListPlan(try plans((0..<60).map { "a\($0)" }), on: server.administration)
        server.sandbox.stop()
        let outcomes = Outcomes()
        await provisioner.create(list) { outcomes.note($0, $1) }
        #expect(outcomes.names { if case .failed = $0 { true } else { false } }.count == 1)
        #expect(outcomes.names { if case .leftOut = $0 { true } else { false } }.count == 59)
    }

    @Test("a key of an agent that was undone is taken out of the list of keys, and no other")
    func takenBack() async throws {
        let server = try await TestServer()
        let keys = server.folder.file("keys")
        let store = KeyStore.list(keys, address: "ada@\(TestServer.domain)")
        let kept = try await server.provisioner().0.create(plan("ada", store: store))
        let faulty = KeyStore.list(keys, address: "bob@\(TestServer.domain)")
        // The server is gone from the moment on when the record is to be written.
        let sandbox = server.sandbox
        let (provisioner, journal) = try server.provisioner(
            prover: Prover { _, _, _, _ throws(AgentsError) in
                sandbox.faults.set(.serverError, for: "x:Account/set", times: 3)
            })
        await #expect(throws: AgentsError.self) { try await provisioner.create(plan("bob", store: faulty)) }
        server.sandbox.faults.clear()
        _ = try await provisioner.recover()
        #expect(try await journal.unfinished().isEmpty)
        #expect(try lines(keys) == [kept.address: kept.key])
    }

    @Test("a list of keys that others can read is refused before anything is made")
    func readable() async throws {
        let server = try await TestServer()
        let keys = server.folder.file("keys")
        #expect(FileManager.default.createFile(atPath: keys, contents: Data(), attributes: [.posixPermissions: 0o644]))
        let before = try await server.objects()
        let error = await #expect(throws: AgentsError.self) {
            try await server.provisioner().0.create(
                plan("ada", store: .list(keys, address: "ada@\(TestServer.domain)")))
        }
        #expect(error?.code == .file)
        #expect(try await server.objects() == before)
    }
}
