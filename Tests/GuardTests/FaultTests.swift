import Guard
import HTTPTransport
import JMAP
import Sandbox
import Synchronization
import TestSupport
import Testing

/// Ends a guard at one step, as a kill at that moment would: nothing of what it knows is kept.
final class Killer: Sendable {
    private let left: Mutex<(step: GuardStep, skip: Int)?>

    init(at step: GuardStep, skipping skip: Int = 0) {
        left = Mutex((step, skip))
    }

    func reached(_ step: GuardStep) throws(GuardError) {
        let kills = left.withLock { left in
            guard let wanted = left, wanted.step == step else { return false }
            left = wanted.skip == 0 ? nil : (step, wanted.skip - 1)
            return wanted.skip == 0
        }
        // `notActive` ends the round at once, as nothing else does.
        if kills { throw GuardError(.notActive, "Killed.", cure: "") }
    }

    /// Whether it was killed.
    var hasKilled: Bool { left.withLock { $0 == nil } }
}

@Suite struct FaultTests {
    private static let toApproval: Set<GuardStep> = [
        .draftRead, .tokensMade, .entryFiled, .copyFiled, .agentTold, .draftMoved, .mirrored,
    ]

    @Test(
        "a guard that is killed after any step, and another one after it: one mail, in one state",
        arguments: GuardStep.allCases)
    func killed(at step: GuardStep) async throws {
        for _ in 0..<times(1, "AGENTICMAIL_ROUNDS") {
            let fixture = try await GuardFixture()
            let killer = Killer(at: step)
            _ = try await fixture.draft("once")
            var guardian = fixture.makeGuard(holdFor: 2, lease: 1) { (reached) throws(GuardError) in
                try killer.reached(reached)
            }
            var decided = false
            let isDone = try await eventually {
                do {
                    try await guardian.round()
                } catch let error as GuardError where error.code == .notActive {
                    // What the dead one had is gone; its lease has to run out first.
                    guardian = fixture.makeGuard(holdFor: 2, lease: 1)
                    fixture.clock.advance(2)
                }
                if !decided, let hold = await fixture.heldNow() {
                    try await fixture.decide(.approve, hold)
                    decided = true
                }
                let states = try await fixture.ledger().values.flatMap { $0 }
                return !states.isEmpty && states.allSatisfy { HoldState(rawValue: $0)?.isFinal == true }
            }
            let ledger = try await fixture.ledger()
            #expect(isDone, "\(step): \(ledger)")
            #expect(ledger.count == 1 && ledger.values.first?.count == 1, "\(step): \(ledger)")
            if ledger.values.first == ["sent"] {
                #expect(try await eventually { try await fixture.arrived() == ["once"] }, "\(step)")
            } else {
                // The clock that the test moves may run past the hold time: then nobody can tell any longer.
                #expect(ledger.values.first == ["uncertain"], "\(step): \(ledger)")
                #expect(try await fixture.arrived().count <= 1, "\(step)")
            }
        }
    }

    @Test(
        "an answer of the server that is lost after the act leads to one mail", .ownSandbox,
        arguments: ["EmailSubmission/set", "Email/set", "Email/import", "upload", "EmailSubmission/query", "Email/get"])
    func dropped(_ method: String) async throws {
        for skip in 0..<times(1, "AGENTICMAIL_ROUNDS") {
            let fixture = try await GuardFixture()
            let guardian = fixture.makeGuard(holdFor: 3)
            _ = try await fixture.draft("once")
            try await guardian.round()
            let hold = try await fixture.onlyHold()
            try await fixture.decide(.approve, hold)
            fixture.sandbox.faults.set(.dropAnswer, for: method, times: 1 + skip % 3)
            let isDone = await eventually {
                try? await guardian.round()
                let states = (try? await fixture.ledger())?.values.flatMap { $0 } ?? ["held"]
                return states.allSatisfy { $0 == "sent" || $0 == "uncertain" }
            }
            fixture.sandbox.faults.clear()
            let ledger = try await fixture.ledger()
            #expect(isDone && ledger.count == 1, "\(method) \(skip): \(ledger)")
            if ledger.values.first == ["sent"] {
                #expect(try await eventually { try await fixture.arrived() == ["once"] })
            }
            #expect(try await fixture.arrived().count <= 1)
        }
    }

    @Test(
        "a message that the server queued without a record is found in the queue, and is never submitted again",
        .ownSandbox)
    func queuedWithoutRecord() async throws {
        let fixture = try await GuardFixture()
        let guardian = fixture.makeGuard(holdFor: 600)
        let id = try await fixture.draft("once")
        try await guardian.round()
        try await fixture.decide(.approve, try await fixture.onlyHold())
        fixture.sandbox.faults.set(.lostRecord, for: "EmailSubmission/set")
        try? await guardian.round()
        #expect(fixture.sandbox.faults.isClear)
        for _ in 0..<3 { try await guardian.round() }
        // While it is queued it is on its way; what another guard finds is the same.
        #expect(try await fixture.ledger().values.flatMap { $0 } == ["sending"])
        let proof = Proof(fixture: fixture)
        #expect(try await proof.submissions().isEmpty)
        try await proof.releaseQueue()
        #expect(try await eventually { try await fixture.arrived() == ["once"] })
        fixture.clock.advance(601)
        for _ in 0..<2 { try await guardian.round() }
        #expect(try await fixture.ledger().values.flatMap { $0 } == ["uncertain"])
        #expect(try await fixture.told(id)?.state == "uncertain")
        #expect(try await proof.submissions().isEmpty)
        #expect(try await fixture.arrived() == ["once"])
    }

    @Test(
        "a guard that is stopped at any step while another takes over sends nothing a second time",
        arguments: [
            GuardStep.entryFiled, .approved, .copyImported, .attemptWritten, .tokenDestroyed, .submitted, .fenced,
            .searched,
        ])
    func stopped(at step: GuardStep) async throws {
        let fixture = try await GuardFixture()
        let gate = Gate()
        let sleeper = fixture.makeGuard(holdFor: 4, lease: 30) { (reached) async throws(GuardError) in
            if reached == step { await gate.pass() }
        }
        _ = try await fixture.draft("once")
        let sleeping = Task {
            for _ in 0..<40 where !Task.isCancelled {
                try? await sleeper.round()
                try? await Task.sleep(for: .milliseconds(10))
            }
        }
        var decided = false
        _ = try await eventually(within: 3) {
            if !decided, let hold = await fixture.heldNow() {
                try await fixture.decide(.approve, hold)
                decided = true
            }
            return await gate.isWaiting
        }
        // The stand-by's clock says that the lease is over.
        fixture.clock.advance(31)
        let standby = fixture.makeGuard(holdFor: 4, lease: 3_600)
        try await standby.round()
        if !decided, let hold = await fixture.heldNow() { try await fixture.decide(.approve, hold) }
        try await standby.round()
        await gate.open()
        await sleeping.value
        let isDone = try await eventually {
            try await standby.round()
            return try await fixture.ledger().values.flatMap { $0 }.allSatisfy {
                HoldState(rawValue: $0)?.isFinal == true
            }
        }
        let ledger = try await fixture.ledger()
        #expect(isDone && ledger.count == 1 && ledger.values.first?.count == 1, "\(step): \(ledger)")
        if ledger.values.first == ["sent"] {
            #expect(try await eventually { try await fixture.arrived() == ["once"] })
        }
        #expect(try await fixture.arrived().count <= 1, "\(step)")
    }
}

/// Where a task stops until it is let through.
actor Gate {
    private var waiter: CheckedContinuation<Void, Never>?
    private var isOpen = false

    var isWaiting: Bool { waiter != nil }

    func pass() async {
        guard !isOpen, waiter == nil else { return }
        await withCheckedContinuation { waiter = $0 }
    }

    func open() {
        isOpen = true
        waiter?.resume()
        waiter = nil
    }
}
