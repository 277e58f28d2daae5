import FoundationEssentials
import Glibc
import Guard
import JMAP
import Sandbox
import Sodium
import Synchronization
import TestSupport
import Testing

/// Sends a signal to a guard's process at one of its requests: as it arrives, or once it is carried out.
private final class Sniper: Sendable {
    private let aim = Mutex<(process: pid_t, signal: Int32, left: Int, moment: Faults.Moment)?>(nil)

    init(_ fixture: GuardFixture) {
        let credential = "Bearer \(fixture.guardianKey)"
        fixture.sandbox.faults.watch { [self] moment, names, authorization in
            guard authorization == credential, names != ["eventsource"] else { return }
            aim.withLock { aim in
                guard let wanted = aim, moment == wanted.moment else { return }
                aim?.left -= 1
                guard wanted.left <= 1 else { return }
                kill(wanted.process, wanted.signal)
                aim = nil
            }
        }
    }

    func aim(at process: pid_t, _ signal: Int32, request: Int, _ moment: Faults.Moment) {
        aim.withLock { $0 = (process, signal, request, moment) }
    }

    var isAiming: Bool { aim.withLock { $0 != nil } }

    /// Takes the aim back; whether it had not been shot.
    func rest() -> Bool {
        aim.withLock { aim in
            defer { aim = nil }
            return aim != nil
        }
    }
}

@Suite struct KillTests {
    private static let secret = "a secret of more than sixteen characters"

    /// The guard as a program on a fixture.
    private struct Program {
        let fixture: GuardFixture
        let home: TemporaryFolder
        let hook: String?

        init(_ fixture: GuardFixture, hook: String?) throws {
            self.fixture = fixture
            self.hook = hook
            home = try TemporaryFolder()
            try write("key", fixture.guardianKey)
            try write("hook-secret", KillTests.secret)
            var policy = "group = \"review@\(GuardFixture.domain)\"\nlease = \"2s\"\nhold-for = \"600s\"\n"
            policy += "[workspace]\nmode = \"review-all\"\n"
            for (person, key) in zip(fixture.reviewers, fixture.keys) {
                let text = Data(key.publicKey).base64EncodedString()
                policy += "[[reviewer]]\naddress = \"\(person.address)\"\nkey = \"ed25519:\(text)\"\n"
            }
            if let hook { policy += "[hook]\naddress = \"\(hook)\"\nsecret-file = \"hook-secret\"\n" }
            try write("guard.toml", policy)
            let config = "[workspace.test]\nurl = \"\(fixture.sandbox.url)\"\nkey-file = \"key\"\n"
            try write("config.toml", config)
        }

        private func write(_ name: String, _ text: String) throws {
            let descriptor = open(home.file(name), O_WRONLY | O_CREAT | O_TRUNC, 0o600)
            try #require(descriptor >= 0)
            defer { close(descriptor) }
            let bytes = Array(text.utf8)
            try #require(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
        }

        func start() throws -> Child {
            try Child(
                [
                    Places.program, "--config", home.file("config.toml"), "guard", "run", "--policy",
                    home.file("guard.toml"),
                ],
                environment: [
                    "HOME": home.path, "XDG_CACHE_HOME": home.file("cache"), "XDG_DATA_HOME": home.file("data"),
                    "XDG_STATE_HOME": home.file("state"),
                ])
        }
    }

    /// A port of this machine that nobody listens on.
    private static func freeAddress() throws -> String {
        let server = try HookServer(address: "127.0.0.1:0") { _ in HookServer.Answer(status: 200, body: []) }
        defer { server.stop() }
        return server.address
    }

    /// Approves whatever is held, and now and then rejects; what a lost answer ends is tried again with the next look.
    private func review(_ fixture: GuardFixture, _ desk: ReviewDesk, _ decided: inout Set<String>) async {
        guard let holds = try? await desk.holds(in: [.held]).holds else { return }
        for hold in holds where !decided.contains(hold.entry.id) {
            let action: Decision.Action = decided.count % 10 == 9 ? .reject : .approve
            let subject = try? await desk.decide(
                action, on: hold.entry, note: "So.", at: fixture.clock.now, secretKey: fixture.keys[0].secretKey)
            if subject != nil { decided.insert(hold.entry.id) }
        }
    }

    /// How many holds are not closed yet; the server lets go what it held.
    private func openCount(_ fixture: GuardFixture, _ desk: ReviewDesk) async -> Int {
        var count = 0
        for state in [HoldState.held, .approved, .sending] { count += (try? await desk.copies(in: state).count) ?? 0 }
        if count > 3 { try? await Proof(fixture: fixture).releaseQueue() }
        return count
    }

    private func isFinished(_ fixture: GuardFixture, drafts: Int) async throws -> Bool {
        let states = try await fixture.ledger().values.flatMap { $0 }
        return states.count == drafts && states.allSatisfy { HoldState(rawValue: $0)?.isFinal == true }
    }

    @Test(
        "a guard that is killed at any of its requests, and answers that are lost: never two, none lost",
        .ownSandbox, arguments: [false, true])
    func killed(withHook: Bool) async throws {
        let rounds = times(8, "AGENTICMAIL_KILLS")
        let fixture = try await GuardFixture()
        let hook = withHook ? try Self.freeAddress() : nil
        if let hook { _ = try await fixture.addHook(hook, secret: Self.secret) }
        let program = try Program(fixture, hook: hook)
        let sniper = Sniper(fixture)
        var generator = SeededGenerator(seed: withHook ? 2 : 1)
        var decided: Set<String> = []
        var (drafts, kills) = (0, 0)
        // The first guard makes the mailboxes.
        var child = try program.start()
        let desk = try #require(
            await eventuallyValue { try? await ReviewDesk.open(fixture.reviewers[0].client) }, "\(child.output)")
        while kills < rounds {
            // A guard that is killed all the time takes more than it can bring to an end.
            if drafts < kills + 3, await openCount(fixture, desk) < 5 {
                drafts += 1
                // Where the answer is lost, the draft is there all the same.
                _ = try? await fixture.draft("draft \(drafts)")
            }
            if child.hasEnded { child = try program.start() }
            sniper.aim(
                at: child.pid, SIGKILL, request: Int.random(in: 1...50, using: &generator),
                Bool.random(using: &generator) ? .arrived : .carriedOut)
            if Int.random(in: 0..<4, using: &generator) == 0 {
                fixture.sandbox.faults.set(
                    .dropAnswer, for: ["EmailSubmission/set", "Email/set"].randomElement(using: &generator))
            }
            let isKilled = await eventually {
                await review(fixture, desk, &decided)
                return child.hasEnded
            }
            #expect(isKilled, "\(child.output.suffix(500))")
            kills += 1
        }
        _ = sniper.rest()
        fixture.sandbox.faults.clear()
        child = try program.start()
        let proof = Proof(fixture: fixture)
        let isDone = try await eventually(within: 120 + Double(rounds)) {
            await review(fixture, desk, &decided)
            try await proof.releaseQueue()
            return try await isFinished(fixture, drafts: drafts)
        }
        let ledger = try await fixture.ledger()
        #expect(isDone, "\(ledger) status \(String(describing: child.status)) \(child.output.suffix(1000))")
        child.end(SIGTERM)
        try await proof.check("\(kills) kills, hook: \(withHook)")
    }

    @Test(
        "a guard that is stopped at any of its requests while a stand-by takes over, and then goes on", .ownSandbox,
        .enabled(if: getenv("AGENTICMAIL_STOPS") != nil, "it waits for leases: AGENTICMAIL_STOPS=20"),
        arguments: [false, true])
    func stopped(withHook: Bool) async throws {
        let rounds = times(2, "AGENTICMAIL_STOPS")
        let fixture = try await GuardFixture()
        let hook = withHook ? try Self.freeAddress() : nil
        if let hook { _ = try await fixture.addHook(hook, secret: Self.secret) }
        // The stand-by has no hook of its own: one address, one endpoint, which both may be asked through.
        let program = try Program(fixture, hook: nil)
        let keeper = fixture.makeGuard(hookSecret: Self.secret)
        let hookDesk = keeper.hookDesk(secret: Array(Self.secret.utf8))
        let server = try hook.map { try HookServer(address: $0) { await hookDesk.answer($0) } }
        defer { server?.stop() }
        let sniper = Sniper(fixture)
        var generator = SeededGenerator(seed: withHook ? 4 : 3)
        var decided: Set<String> = []
        var drafts = 0
        for _ in 0..<rounds {
            let sleeper = try program.start()
            let desk = try #require(
                await eventuallyValue { try? await ReviewDesk.open(fixture.reviewers[0].client) }, "\(sleeper.output)")
            sniper.aim(
                at: sleeper.pid, SIGSTOP, request: Int.random(in: 20...70, using: &generator),
                Bool.random(using: &generator) ? .arrived : .carriedOut)
            for _ in 0..<3 {
                drafts += 1
                _ = try await fixture.draft("draft \(drafts)")
            }
            _ = await eventually {
                await review(fixture, desk, &decided)
                return !sniper.isAiming
            }
            let standby = try program.start()
            let proof = Proof(fixture: fixture)
            var hasGoneOn = false
            let isDone = try await eventually(within: 60) {
                await review(fixture, desk, &decided)
                let open = try await fixture.ledger().values.flatMap { $0 }.filter {
                    HoldState(rawValue: $0)?.isFinal != true
                }
                // It wakes in the middle of what the other one does.
                if !hasGoneOn, open.allSatisfy({ $0 == "sending" }) {
                    kill(sleeper.pid, SIGCONT)
                    hasGoneOn = true
                }
                if hasGoneOn { try await proof.releaseQueue() }
                return try await isFinished(fixture, drafts: drafts)
            }
            let ledger = try await fixture.ledger()
            #expect(isDone, "\(ledger) \(standby.output.suffix(1000))")
            sleeper.end(SIGKILL)
            standby.end(SIGTERM)
        }
        try await Proof(fixture: fixture).check("\(rounds) stops, hook: \(withHook)")
    }
}
