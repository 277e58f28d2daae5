import JMAP
import MailCache
import MailSync
import Sandbox
import TestSupport
import Testing

@Suite("Whatever happens in whatever order, at rest the cache equals the server")
struct RandomTests {
    /// How many changes a seed makes: those of this run's seeds are more than 10,000 together.
    private static let changes = 10_000

    @Test(
        "random changes by two clients and acts by this one, offline and online, under random faults",
        arguments: Seeds.fixed(1, 2))
    func random(seed: UInt64) async throws {
        let fixture = try await SyncFixture(agents: 2)
        var numbers = SeededGenerator(seed: seed)
        let first = RandomPlayer(client: fixture.admin, accounts: fixture.accounts, name: "a", seed: numbers.next())
        let second = RandomPlayer(
            client: fixture.admin, accounts: Array(fixture.accounts.reversed()), name: "b", seed: numbers.next())
        var options = SyncFixture.options
        // Small pages, so that changes take several.
        options.objectsInGet = 20
        options.firstPage = 10
        try await fixture.running(options, silence: .seconds(1)) { sync, cache in
            // A second program on the same cache, every other time.
            let other = numbers.chance(50) ? try fixture.sync(options, silence: .seconds(1)) : nil
            let otherRun = Task { await other?.0.run() }
            var count = 0
            var rest = Self.changes / 4
            while count < Self.changes {
                async let one = first.play()
                async let two = second.play()
                trouble(fixture, &numbers)
                count += try await act(other.map { numbers.chance(30) ? $0.0 : sync } ?? sync, cache, &numbers)
                count += await one + two
                if count >= rest {
                    rest += Self.changes / 4
                    try await settle(fixture, cache, seed)
                }
            }
            try await settle(fixture, cache, seed)
            // Without mail nothing would have been tried.
            let left = try cache.reader().totals().messages
            #expect(left > 100)
            otherRun.cancel()
            await otherRun.value
            if let other { try await fixture.settle(other.1) }
        }
    }

    /// Ends all trouble, and compares.
    private func settle(_ fixture: SyncFixture, _ cache: MailCache, _ seed: UInt64) async throws {
        fixture.sandbox.faults.clear()
        fixture.isCut.set(false)
        #expect(await fixture.hasSent(cache), "\(Seeds.variable)=\(seed): acts are left: \(cache.writer.acts.value)")
        try await fixture.settle(cache, seconds: 20, orThrow: true)
        // What was refused is so for a reason, and keeps nothing back.
        try await cache.writer.dismiss()
    }

    /// Switches faults on and off.
    private func trouble(_ fixture: SyncFixture, _ numbers: inout SeededGenerator) {
        let faults: [Faults.Fault] = [
            .dropAnswer, .lateAnswer(.milliseconds(30)), .tooManyRequests(retryAfter: nil),
            .tooManyRequests(retryAfter: 0), .serverError, .html, .truncatedJSON, .wrongTypes, .cannotCalculateChanges,
            .cutStream, .silentStream,
        ]
        let names = [
            "Email/get", "Email/changes", "Email/query", "Email/set", "Mailbox/get", "Mailbox/changes", "session",
            "eventsource", "Thread/changes",
        ]
        let fault = faults[Int.random(in: 0..<faults.count, using: &numbers)]
        let name = names[Int.random(in: 0..<names.count, using: &numbers)]
        if numbers.chance(40) {
            fixture.sandbox.faults.set(fault, for: name, times: Int.random(in: 1...3, using: &numbers))
        }
        if numbers.chance(10) { fixture.sandbox.faults.cutStreams() }
        if numbers.chance(3) { fixture.sandbox.faults.silenceStreams() }
        if numbers.chance(20) { fixture.sandbox.faults.clear() }
        fixture.isCut.set(numbers.chance(fixture.isCut.isOn ? 70 : 8))
    }

    /// Does something to messages here, and takes things back now and then; gives how many messages were asked for.
    private func act(_ sync: MailSync, _ cache: MailCache, _ numbers: inout SeededGenerator) async throws -> Int {
        if numbers.chance(15) { return try await sync.undo().map { $0.unsent + $0.reversed } ?? 0 }
        guard numbers.chance(40) else { return 0 }
        let reader = try cache.reader()
        let rows = numbers.some(15, of: try reader.messages(in: .all, limit: 300).rows)
        guard let row = rows.first else { return 0 }
        let mailboxes = try reader.mailboxes(of: row.account)
        let change: ActRequest.Change
        switch Int.random(in: 0..<5, using: &numbers) {
        case 0: change = .keyword("$seen", isSet: numbers.chance(50))
        case 1: change = .keyword("$flagged", isSet: numbers.chance(50))
        case 2: change = .role(.trash)
        case 3: change = .role(.archive)
        default:
            let to = numbers.some(1, of: mailboxes).map { ($0.account, $0.id) }
            change = .move(to: Dictionary(uniqueKeysWithValues: to), from: row.mailboxes.first, name: "somewhere")
        }
        return try await sync.perform(ActRequest(change, on: rows.map(\.key))).act?.total ?? 0
    }
}
