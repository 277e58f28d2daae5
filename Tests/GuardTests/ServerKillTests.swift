import FoundationEssentials
import Glibc
import Guard
import HTTPTransport
import JMAP
import Sodium
import Synchronization
import TestSupport
import Testing

/// A mail server as a program of its own that keeps its mail on the disk, and can be killed.
private final class KilledServer: Sendable {
    private let home: TemporaryFolder
    private let port: UInt16
    private let child: Mutex<Child?>
    /// How often it was killed.
    private let kills = Mutex(0)

    init() throws {
        home = try TemporaryFolder()
        let free = try HookServer(address: "127.0.0.1:0") { _ in HookServer.Answer(status: 200, body: []) }
        port = try #require(UInt16(free.address.split(separator: ":").last ?? ""))
        free.stop()
        child = Mutex(nil)
    }

    var killCount: Int { kills.withLock { $0 } }

    /// Starts it on the mail that it has; gives it with the administrator's login of this run.
    func start() async throws -> ServerForTests {
        let started = try Child([
            Places.program, "sandbox", "serve", "--empty", "--port", String(port), "--data", home.file("mail"),
        ])
        child.withLock { $0 = started }
        let isThere = await soon { started.output.contains("\n") || started.hasEnded }
        let line = try #require(started.output.split(separator: "\n").first, "\(started.output)")
        let json = try JSON(parsing: Array(line.utf8))
        try #require(isThere && !started.hasEnded, "\(started.output)")
        return ServerForTests(
            url: try #require(json["url"]?.string), login: try #require(json["admin"]?["login"]?.string),
            password: try #require(json["admin"]?["password"]?.string))
    }

    /// Ends it with SIGKILL, as a machine that loses its power.
    func kill() {
        child.withLock { $0?.end(SIGKILL) }
        kills.withLock { $0 += 1 }
    }

    func stop() { child.withLock { $0?.end(SIGTERM) } }
}

/// Kills the server at one of a guard's requests: before it is sent, while the server works on it, or after the answer,
/// which then is lost.
private final class KillingTransport: HTTPClient {
    enum Moment: CaseIterable { case before, during, after }

    private let inner = HTTPTransport()
    private let server: KilledServer
    private let aim = Mutex<(left: Int, moment: Moment, yields: Int)?>(nil)

    init(_ server: KilledServer) { self.server = server }

    func aim(request: Int, _ moment: Moment, yields: Int) { aim.withLock { $0 = (request, moment, yields) } }

    /// Whether the server was killed since the last aim.
    var hasShot: Bool { aim.withLock { $0 == nil } }

    func rest() { aim.withLock { $0 = nil } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let shot = aim.withLock { aim -> (moment: Moment, yields: Int)? in
            guard let now = aim else { return nil }
            aim?.left -= 1
            guard now.left <= 1 else { return nil }
            aim = nil
            return (now.moment, now.yields)
        }
        switch shot?.moment {
        case nil: return try await inner.send(request)
        case .before:
            server.kill()
            return try await inner.send(request)
        case .during:
            let killing = Task { [server] in
                for _ in 0..<(shot?.yields ?? 0) { await Task.yield() }
                server.kill()
            }
            let answer = await outcome(request)
            await killing.value
            return try answer.get()
        case .after:
            _ = await outcome(request)
            server.kill()
            return try await inner.send(request)
        }
    }

    private func outcome(_ request: HTTPRequest) async -> Result<HTTPResponse, HTTPError> {
        do throws(HTTPError) { return .success(try await inner.send(request)) } catch { return .failure(error) }
    }

    func download(_ request: HTTPRequest, to path: String) async throws(HTTPError) -> HTTPDownload {
        try await inner.download(request, to: path)
    }

    func events(_ request: HTTPRequest) -> AsyncThrowingStream<HTTPStreamElement, any Error> {
        inner.events(request)
    }
}

@Suite("A server that is killed") struct ServerKillTests {
    @Test(
        "before, while and after it carries out any request of the guard's: never two mails, never an approved one lost",
        arguments: [Int64(600), 1])
    func killed(holdFor: Int64) async throws {
        let rounds = times(6, "AGENTICMAIL_SERVER_KILLS")
        let server = try KilledServer()
        defer { server.stop() }
        var fixture = try await GuardFixture(on: try await server.start())
        let transport = KillingTransport(server)
        let client = JMAPClient(
            origin: fixture.guardian.client.origin, credential: .bearer(fixture.guardianKey), transport: transport)
        let guardian = fixture.makeGuard(holdFor: holdFor, client: client)
        try await guardian.round()
        let desk = try await ReviewDesk.open(fixture.reviewers[0].client)
        var generator = SeededGenerator(seed: UInt64(holdFor))
        var drafts = 0
        var decided: Set<String> = []
        while server.killCount < rounds {
            for _ in 0..<2 {
                drafts += 1
                _ = try await fixture.draft("draft \(drafts)")
            }
            transport.aim(
                request: Int.random(in: 1...40, using: &generator),
                KillingTransport.Moment.allCases.randomElement(using: &generator) ?? .during,
                yields: Int.random(in: 0..<400, using: &generator))
            let isShot = await eventually {
                try? await guardian.round()
                for hold in (try? await desk.holds(in: [.held]).holds) ?? [] where !decided.contains(hold.entry.id) {
                    let subject = try? await desk.decide(
                        .approve, on: hold.entry, note: "", at: fixture.clock.now,
                        secretKey: fixture.keys[0].secretKey)
                    if subject != nil { decided.insert(hold.entry.id) }
                }
                return transport.hasShot
            }
            #expect(isShot, "kill \(server.killCount)")
            fixture.admin = try await server.start().adminClient
            // Now and then nobody looks before the hold time is over.
            if holdFor < 10, Bool.random(using: &generator) { fixture.clock.advance(holdFor + 1) }
        }
        transport.rest()
        let proof = Proof(fixture: fixture)
        let count = drafts
        let isDone = try await eventually(within: 60) {
            try? await guardian.round()
            for hold in try await desk.holds(in: [.held]).holds { try await fixture.decide(.approve, hold) }
            try await proof.releaseQueue()
            let states = try await fixture.ledger().values.flatMap { $0 }
            return states.count == count && states.allSatisfy { HoldState(rawValue: $0)?.isFinal == true }
        }
        let ledger = try await fixture.ledger()
        #expect(isDone, "\(ledger)")
        try await proof.check(
            "\(server.killCount) kills of the server, held for \(holdFor) s", mayBeUncertain: holdFor < 10)
    }
}
