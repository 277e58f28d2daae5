import AgenticMail
import Agents
import Foundation
import JMAP
import Sandbox
import Setup
import Stalwart
import TestSupport
import Testing

@Suite("The doctor tells what is left over and whether agents can send")
struct DoctorTests {
    private let office: SetupOffice
    private let workspace: Workspace
    private let administration: any Administration

    /// A workspace that was set up, looked at by its operator.
    init() async throws {
        office = try await SetupOffice()
        _ = try await office.setup().run { _ in }
        let configuration = try Workspace.load(office.locations)
        let chosen = try Workspace.choose(nil, of: configuration, office.locations)
        workspace = try await Workspace.open(WorkspaceOptions(chosen, in: configuration, office.locations))
        administration = ObjectAdministration(client: office.admin)
    }

    private func create(_ name: String, fault: String? = nil) async throws -> CreatedAgent {
        let (provisioner, _) = try await workspace.provisioner(administration)
        let plan = try await workspace.plan(AgentRequest(name: name), administration)
        return try await workspace.create(plan, with: provisioner)
    }

    private func check(_ name: String) async throws -> Check {
        let checks = await workspace.examine().checks
        return try #require(checks.first { $0.name == name }, "\(checks.map(\.name))")
    }

    private func change(_ kind: String, _ id: String, _ patch: JSON) async throws {
        let answer = try await office.admin.call(RawCall("x:\(kind)/set", ["update": [id: patch]]))
        try #require(answer["updated"]?.object?[id] != nil, "\(answer)")
    }

    @Test("a workspace in order is good in all that concerns agents")
    func good() async throws {
        for name in ["unfinished", "orphans", "agents cannot send", "agents' keys"] {
            #expect(try await check(name).result == .good)
        }
        let agent = try await create("ada")
        for name in ["unfinished", "orphans", "agents cannot send", "agents' keys", "roles"] {
            #expect(try await check(name).result == .good, "\(name)")
        }
        let doors = await workspace.tryDoors(.bearer(agent.key), of: "ada.key")
        #expect(doors.result == .good, "\(doors.detail)")
    }

    @Test("an agent that was given the right to send is named, and its key opens a door")
    func widened() async throws {
        let agent = try await create("ada")
        try await change(
            "Account", agent.account.rawValue,
            [
                "permissions": [
                    "@type": "Merge", "enabledPermissions": ["jmapEmailSubmissionCreate": true],
                    "disabledPermissions": [:],
                ]
            ])
        let found = try await check("agents cannot send")
        #expect(found.result == .failed)
        #expect(found.detail.contains("ada@agents.example.org"))
        #expect(await workspace.tryDoors(.bearer(agent.key), of: "ada.key").result == .failed)
    }

    @Test("a role that lets agents send fails two checks, and repairing makes it exact")
    func role() async throws {
        _ = try await create("ada")
        let role = try #require(try await administration.roles(named: "agenticmail-agent").first)
        try await administration.setPermissions(role.enabled.union(["emailSend"]), of: role.id)
        #expect(try await check("roles").result == .failed)
        #expect(try await check("agents cannot send").result == .failed)
        _ = try await workspace.repair()
        #expect(try await check("roles").result == .good)
        #expect(try await check("agents cannot send").result == .good)
    }

    @Test("an account of ours without its role and an agent of others are named, and nothing is changed")
    func orphans() async throws {
        let agent = try await create("ada")
        try await change("Account", agent.account.rawValue, ["roles": ["@type": "User"]])
        let role = try #require(try await administration.roles(named: "agenticmail-agent").first)
        let domain = try #require(try await administration.domain(named: SetupOffice.domain))
        _ = try await administration.makeAccount(
            NewAccount(name: "foreign", domain: domain.id, detail: "by hand", roles: .custom([role.id])))
        let before = try await office.picture()
        let found = try await check("orphans")
        #expect(found.result == .failed)
        #expect(found.detail.contains("ada@agents.example.org") && found.detail.contains("foreign@agents.example.org"))
        _ = try await workspace.repair()
        #expect(try await office.picture() == before)
    }

    @Test("an agent without a key, and one with an app password, are named")
    func keys() async throws {
        let agent = try await create("ada")
        for key in try await administration.keys(of: agent.account) {
            try await administration.revokeKey(key.id, of: agent.account)
        }
        #expect(try await check("agents' keys").result == .warning)
        _ = try await administration.issueAppPassword(NewCredential(name: "phone"), for: agent.account)
        #expect(try await check("agents' keys").result == .failed)
    }

    @Test("a login that may not list accounts is told so")
    func noRights() async throws {
        let agent = try await create("ada")
        let options = WorkspaceOptions(
            name: "ada", origin: office.origin, credential: .bearer(agent.key),
            cachePath: office.folder.file("ada.sqlite"))
        let checks = await (try await Workspace.open(options)).examine().checks
        #expect(checks.first { $0.name == "orphans" }?.result == .skipped)
    }
}

@Suite("The doctor ends what a killed program has left behind", .waiting)
struct DoctorRepairTests {
    @Test("an unfinished creation is named by the doctor, and undone by doctor --repair", arguments: [1, 3, 5])
    func unfinished(step: Int) async throws {
        let office = try await SetupOffice()
        _ = try await office.setup().run { _ in }
        let before = try await office.picture()
        func run(_ words: [String], _ more: [String: String] = [:]) throws -> Outcome {
            try TestSupport.run([Places.program] + words, environment: office.environment.merging(more) { $1 })
        }
        #expect(try run(["agent", "create", "ada"], ["AGENTICMAIL_FAULT": "kill:\(step)"]).status == 128 + 9)
        let found = try run(["doctor", "--json"])
        #expect(found.output.contains("ada@agents.example.org stopped at"), "\(found.output)")
        let repaired = try run(["doctor", "--repair", "--json"])
        #expect(repaired.output.contains("No creation of an agent is unfinished."), "\(repaired.output)")
        #expect(try await office.picture() == before)
    }
}
