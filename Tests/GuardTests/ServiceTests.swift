import FoundationEssentials
import Glibc
import Guard
import JMAP
import Sandbox
import Sodium
import TestSupport
import Testing

/// The socket of a service manager.
private final class Manager: Sendable {
    let path: String
    private let descriptor: Int32

    init(in folder: TemporaryFolder) throws {
        path = folder.file("notify")
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        try #require(descriptor >= 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { target in
            for (index, byte) in path.utf8.enumerated() { target[index] = byte }
        }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let descriptor = descriptor
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        try #require(bound == 0)
    }

    deinit { close(descriptor) }

    /// The lines that came since the last look.
    func lines() -> [String] {
        var found: [String] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            guard count > 0 else { return found }
            found += String(decoding: buffer[..<count], as: UTF8.self).split(separator: "\n").map(String.init)
        }
    }
}

@Suite("The guard as a service")
struct ServiceTests {
    private let fixture: GuardFixture
    private let home: TemporaryFolder

    init() async throws {
        fixture = try await GuardFixture()
        home = try TemporaryFolder()
        var policy = "group = \"review@\(GuardFixture.domain)\"\nlease = \"2s\"\n"
        policy += "[workspace]\nmode = \"review-all\"\n"
        let key = Data(fixture.keys[0].publicKey).base64EncodedString()
        policy += "[[reviewer]]\naddress = \"\(fixture.reviewers[0].address)\"\nkey = \"ed25519:\(key)\"\n"
        try write("guard.toml", policy)
        try write("key", fixture.guardianKey)
        try write("config.toml", "[workspace.test]\nurl = \"\(fixture.sandbox.url)\"\nkey-file = \"key\"\n")
    }

    private func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: home.file(name)))
        chmod(home.file(name), 0o600)
    }

    private var environment: [String: String] {
        [
            "HOME": home.path, "XDG_CACHE_HOME": home.file("cache"), "XDG_DATA_HOME": home.file("data"),
            "XDG_STATE_HOME": home.file("state"),
        ]
    }

    private func status() throws -> (code: Int32, json: JSON) {
        let outcome = try run(
            [Places.program, "--config", home.file("config.toml"), "guard", "status", "--json"],
            environment: environment)
        return (outcome.status, try JSON(parsing: Array(outcome.output.utf8)))
    }

    @Test("it tells the service manager that it is ready, what it does, that it goes round, and that it stops")
    func notifies() async throws {
        let manager = try Manager(in: home)
        var environment = environment
        environment["NOTIFY_SOCKET"] = manager.path
        environment["WATCHDOG_USEC"] = "30000"
        let child = try Child(
            [
                Places.program, "--config", home.file("config.toml"), "guard", "run", "--policy",
                home.file("guard.toml"),
            ], environment: environment)
        var lines: [String] = []
        let isUp = await soon {
            lines += manager.lines()
            return lines.contains("READY=1") && lines.count { $0 == "WATCHDOG=1" } >= 2
                && lines.contains { $0.hasPrefix("STATUS=active, 2 agents") }
        }
        #expect(isUp, "\(lines) \(child.output)")
        #expect(lines.first == "READY=1")
        kill(child.pid, SIGTERM)
        #expect(
            await soon {
                lines += manager.lines()
                return child.hasEnded && lines.contains("STOPPING=1")
            })
        #expect(child.status == 0)
    }

    @Test("status tells how the guard is, and its exit status whether one is there")
    func health() async throws {
        #expect(try status().code != 0)
        let child = try Child(
            [
                Places.program, "--config", home.file("config.toml"), "guard", "run", "--policy",
                home.file("guard.toml"),
            ], environment: environment)
        _ = try await fixture.draft("an offer")
        var found: (code: Int32, json: JSON) = (1, .null)
        let isTold = try await soon {
            found = try status()
            return found.json["taken"]?.int == 1
        }
        #expect(isTold, "\(found.json) \(child.output)")
        #expect(found.code == 0)
        #expect(found.json["active"] == true)
        #expect(found.json["agents"]?.int == 2)
        #expect(found.json["unreadable"]?.int == 0)
        #expect(found.json["holds"]?["held"]?.int == 1)
        kill(child.pid, SIGTERM)
        #expect(await soon { child.hasEnded })
        let after = try status()
        #expect(after.code != 0)
        #expect(after.json["active"] == false)
        #expect(after.json["taken"] == nil)
    }

    @Test("systemd takes the unit without a complaint, where systemd is there to ask")
    func unit() throws {
        let analyze = "/usr/bin/systemd-analyze"
        guard access(analyze, X_OK) == 0 else { return }
        let path = Places.package + "/packaging/agenticmail-guard.service"
        let text = try String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8)
        try write("agenticmail-guard.service", text.replacing("/usr/bin/agenticmail", with: "/bin/true"))
        let outcome = try run([analyze, "verify", home.file("agenticmail-guard.service")], environment: environment)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.isEmpty)
    }
}
