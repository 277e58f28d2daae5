import Guard
import JMAP
import Message
import Sodium
import Synchronization
import TestSupport
import Testing

@Suite struct RaceTests {
    private static let batch = 20

    /// What one reviewer does to the holds of a batch, in an order of their own.
    private func decide(
        _ fixture: GuardFixture, _ holds: [ReviewDesk.Hold], by number: Int, _ generator: SeededGenerator
    ) async throws {
        var generator = generator
        let desk = try await ReviewDesk.open(fixture.reviewers[number].client)
        let key = fixture.keys[number].secretKey
        for (index, hold) in holds.shuffled(using: &generator).enumerated() {
            // The deadline passes while they are at it.
            if number == 2, index == holds.count * 2 / 3 { fixture.clock.advance(6) }
            let now = fixture.clock.now
            let subject: String
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<6: subject = try await desk.decide(.approve, on: hold.entry, note: "", at: now, secretKey: key)
            case 6: subject = try await desk.decide(.reject, on: hold.entry, note: "No.", at: now, secretKey: key)
            case 7:
                let bytes = hold.message.bytes + Array("\r\nAdded by \(number).\r\n".utf8)
                subject = try await desk.edit(hold.entry, to: bytes, note: "", at: now, secretKey: key)
            case 8: subject = try await desk.decide(.undo, on: hold.entry, note: "", at: now, secretKey: key)
            default:
                subject = try await desk.decide(.requestChanges, on: hold.entry, note: "So.", at: now, secretKey: key)
            }
            // Now and then one looks at what became of it; otherwise the next decision comes at once.
            if index % 3 == 0 { _ = try await desk.answer(to: subject, seconds: 3) }
        }
    }

    @Test(
        "reviewers approve, reject, edit and call back at once, the deadline passes, two guards run: never two, none lost"
    )
    func races() async throws {
        let total = times(20, "AGENTICMAIL_RACES")
        var done = 0
        while done < total {
            let seed = UInt64(done + 1)
            let fixture = try await GuardFixture(reviewers: 3)
            let policy = fixture.policy(deadline: 60)
            let first = fixture.makeGuard(policy, holdFor: 3_600, lease: 5)
            let second = fixture.makeGuard(policy, holdFor: 3_600, lease: 5)
            for number in 0..<Self.batch { _ = try await fixture.draft("race \(number)") }
            try await first.round()
            let holds = try await ReviewDesk.open(fixture.reviewers[0].client).holds(in: [.held]).holds
            #expect(holds.count == Self.batch)
            fixture.clock.advance(55)
            let reviewed = Countdown(3)
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<3 {
                    group.addTask {
                        // A reviewer who comes too late is told so; what then holds is counted below.
                        try? await decide(fixture, holds, by: number, SeededGenerator(seed: seed * 3 + UInt64(number)))
                        reviewed.count()
                    }
                }
                for guardian in [first, second] {
                    group.addTask {
                        while !reviewed.isDone { try? await guardian.round() }
                    }
                }
            }
            let proof = Proof(fixture: fixture)
            let isDone = try await eventually(within: 60) {
                fixture.clock.advance(6)
                try? await first.round()
                try? await second.round()
                try await proof.releaseQueue()
                return try await fixture.ledger().values.flatMap { $0 }.allSatisfy {
                    HoldState(rawValue: $0)?.isFinal == true
                }
            }
            #expect(isDone, "seed \(seed)")
            try await proof.check("races, seed \(seed)")
            done += Self.batch
        }
    }
}

/// Tells when so many have come to their end.
private final class Countdown: Sendable {
    private let left: Mutex<Int>

    init(_ number: Int) {
        left = Mutex(number)
    }

    func count() {
        left.withLock { $0 -= 1 }
    }

    var isDone: Bool { left.withLock { $0 <= 0 } }
}
