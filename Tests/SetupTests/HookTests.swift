import AgenticMail
import Configuration
import FoundationEssentials
import Guard
import JMAP
import Sandbox
import Setup
import TestSupport
import Testing

@Suite("Setting up the hook by which the server asks the guard")
struct HookTests {
    private static func request(_ office: SetupOffice, _ address: String = "127.0.0.1:8645") -> SetupRequest {
        var request = office.request
        request.hook = address
        return request
    }

    private static func hooks(_ office: SetupOffice) async throws -> [JSON] {
        try await office.admin.call(RawCall("x:MtaHook/get", ["ids": .null]))["list"]?.array ?? []
    }

    private static func make(_ hook: JSON, _ office: SetupOffice) async throws {
        let answer = try await office.admin.call(RawCall("x:MtaHook/set", ["create": ["h": hook]]))
        try #require(answer["created"]?["h"] != nil, "\(answer)")
    }

    @Test("the server asks the guard of every message, with a secret that only its owner may read")
    func made() async throws {
        let office = try await SetupOffice()
        _ = try await office.setup(Self.request(office)).run { _ in }
        let hooks = try await Self.hooks(office)
        #expect(hooks.count == 1)
        #expect(hooks.first?["url"]?.string == "http://127.0.0.1:8645/hook")
        #expect(hooks.first?["tempFailOnError"]?.bool == true)
        let policy = try Policy.load(office.policy)
        let hook = try #require(policy.hook)
        #expect(hook.address == "127.0.0.1:8645")
        #expect(try hook.secret.read().reveal().utf8.count >= 16)
        let secret = try #require(try office.files().first { $0.key.hasSuffix("-hook.key") })
        #expect(secret.value.hasPrefix("600 "))
    }

    @Test("a second run changes nothing, and one without the hook leaves it")
    func again() async throws {
        let office = try await SetupOffice()
        _ = try await office.setup(Self.request(office)).run { _ in }
        let (picture, files) = (try await office.picture(), try office.files())
        let report = try await office.setup(Self.request(office)).run { _ in }
        #expect(report.done.isEmpty)
        _ = try await office.setup().run { _ in }
        #expect(try await office.picture() == picture)
        #expect(try office.files() == files)
    }

    @Test("a workspace that was set up without gets it later, where its policy may be added to")
    func later() async throws {
        let office = try await SetupOffice()
        _ = try await office.setup().run { _ in }
        let files = try office.files()
        await #expect(throws: WorkspaceError.self) { _ = try await office.setup(Self.request(office)).run { _ in } }
        #expect(try office.files() == files)
        var request = Self.request(office)
        request.appends = true
        let report = try await office.setup(request).run { _ in }
        #expect(report.done == [.files, .hook])
        #expect(try Policy.load(office.policy).hook?.address == "127.0.0.1:8645")
        #expect(try await Self.hooks(office).count == 1)
    }

    @Test("a failure takes the hook and its secret back", arguments: [11, 12, 13])
    func failingStep(number: Int) async throws {
        let office = try await SetupOffice()
        let before = try await office.picture()
        await #expect(throws: WorkspaceError.self) {
            _ = try await office.setup(Self.request(office), fault: "step:\(number)").run { _ in }
        }
        #expect(try await office.picture() == before)
        #expect(try office.files() == [:])
    }

    @Test("a hook to that place with a secret of others is refused, and stays as it is")
    func foreign() async throws {
        let office = try await SetupOffice()
        try await Self.make(
            [
                "url": "http://127.0.0.1:8645/hook", "stages": ["data": true], "enable": ["else": "true"],
                "tempFailOnError": true,
                "httpAuth": ["@type": "Bearer", "bearerToken": ["@type": "Value", "secret": "somebody else's"]],
            ], office)
        let before = try await office.picture()
        let error = await #expect(throws: WorkspaceError.self) {
            _ = try await office.setup(Self.request(office)).run { _ in }
        }
        #expect(error?.code == .taken)
        #expect(try await office.picture() == before)
        #expect(try office.files() == [:])
    }

    @Test("a hook that lets mail pass where nobody answers is named, and stays as it is")
    func weak() async throws {
        let office = try await SetupOffice()
        try await Self.make(
            [
                "url": "http://127.0.0.1:8645/hook", "stages": ["data": true], "enable": ["else": "true"],
                "tempFailOnError": false,
            ], office)
        let error = await #expect(throws: WorkspaceError.self) {
            _ = try await office.setup(Self.request(office)).run { _ in }
        }
        #expect(error?.message.contains("lets mail pass") == true)
        #expect(error?.message.contains("no bearer token") == true)
    }

    @Test(
        "an address that is none is refused before anything is asked",
        arguments: ["8645", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:99999", "a b:80", "x/y:80", ":80"])
    func noAddress(_ address: String) async throws {
        let office = try await SetupOffice()
        let error = await #expect(throws: WorkspaceError.self) {
            _ = try await office.setup(Self.request(office, address))
        }
        #expect(error?.code == .wrongUsage)
    }

    // MARK: Doctor

    private static func checks(_ office: SetupOffice) async throws -> [String: Check] {
        let configuration = try Workspace.load(office.locations)
        let chosen = try Workspace.choose(nil, of: configuration, office.locations)
        var options = try WorkspaceOptions(chosen, in: configuration, office.locations)
        options.furtherChecks = [HookCheck(policyPath: office.policy).run]
        let checks = try await Workspace.open(options).examine().checks
        return Dictionary(checks.map { ($0.name, $0) }) { $1 }
    }

    @Test("the doctor says that there is no hook, and how to get one")
    func doctorWithout() async throws {
        let office = try await SetupOffice()
        _ = try await office.setup().run { _ in }
        let check = try #require(try await Self.checks(office)["hook"])
        #expect(check.result == .warning)
        #expect(check.cure.contains("--hook"))
    }

    @Test("the doctor finds the hook in order where the guard answers, and tells when it does not")
    func doctorWith() async throws {
        let office = try await SetupOffice()
        let secret = "the secret of this hook"
        let guardian = Guard(
            client: office.admin, options: GuardOptions(now: { 0 }), policy: { .good(Policy()) })
        let desk = guardian.hookDesk(secret: Array(secret.utf8))
        let server = try HookServer(address: "127.0.0.1:0") { await desk.answer($0) }
        _ = try await office.setup(Self.request(office, server.address)).run { _ in }
        var checks = try await Self.checks(office)
        #expect(checks["hook"]?.result == .good, "\(checks)")
        // The secret that setup made is another than the one with which this guard was started.
        #expect(checks["hook answers"]?.result == .failed)
        #expect(checks["hook answers"]?.cure.contains("Restart the guard") == true)
        let path = try #require(try office.files().keys.first { $0.hasSuffix("-hook.key") })
        try office.write(secret + "\n", to: office.folder.file(path))
        checks = try await Self.checks(office)
        #expect(checks["hook answers"]?.result == .good, "\(checks)")
        server.stop()
        checks = try await Self.checks(office)
        #expect(checks["hook answers"]?.result == .failed)
        #expect(checks["hook answers"]?.cure.contains("guard run") == true)
        for hook in try await Self.hooks(office) {
            _ = try await office.admin.call(RawCall("x:MtaHook/set", ["destroy": [hook["id"] ?? .null]]))
        }
        checks = try await Self.checks(office)
        #expect(checks["hook"]?.result == .failed)
        #expect(checks["hook"]?.cure.contains("--hook \(server.address)") == true)
    }
}
