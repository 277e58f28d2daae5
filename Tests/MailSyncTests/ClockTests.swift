import JMAP
import MailCache
import MailSync
import Sandbox
import Synchronization
import TestSupport
import Testing

@Suite("A calendar that jumps")
struct ClockTests {
    /// The machine's clock with a calendar that tests move.
    private final class Calendar: Sendable {
        private let offset = Mutex<Int64>(0)

        var clock: SyncClock {
            var clock = SyncClock.system
            clock.date = { [self] in SyncClock.system.date() + offset.withLock { $0 } }
            return clock
        }

        func move(toYears years: Int64) { offset.withLock { $0 = years * 31_557_600 } }
    }

    @Test("by years, forwards and backwards: everything goes on, and the day's traffic is whole once it is right again")
    func jumps() async throws {
        let fixture = try await SyncFixture(agents: 1)
        let calendar = Calendar()
        let now = SyncClock.system.date()
        for account in fixture.accounts { try await fixture.add(20, to: account, from: now - 7_200) }
        try await fixture.running(clock: calendar.clock) { sync, cache in
            try await fixture.settle(cache)
            func traffic() throws -> [Int] {
                try fixture.accounts.map { try cache.reader().account($0, at: now)?.traffic.reduce(0, +) ?? -1 }
            }
            #expect(try traffic() == [20, 20])
            for years: Int64 in [0, 10, -30, 300, -1_000, 0] {
                calendar.move(toYears: years)
                for account in fixture.accounts { try await fixture.add(1, to: account, from: now - 3_600) }
                try await fixture.settle(cache)
                // Offline since a moment of that calendar, and back at once.
                fixture.isCut.set(true)
                fixture.sandbox.faults.cutStreams()
                #expect(await until { if case .offline = sync.currentStatus.connection { true } else { false } })
                calendar.move(toYears: -years)
                let keys = try fixture.keys(cache)
                _ = try await sync.perform(ActRequest(.keyword("year-\(years)", isSet: true), on: keys))
                fixture.isCut.set(false)
                #expect(await until { sync.currentStatus.connection == .live })
                #expect(await fixture.hasSent(cache))
                try await fixture.settle(cache)
            }
            calendar.move(toYears: 0)
            for account in fixture.accounts { try await fixture.add(1, to: account, from: now - 3_600) }
            try await fixture.settle(cache)
            #expect(try traffic() == [27, 27])
        }
    }
}
