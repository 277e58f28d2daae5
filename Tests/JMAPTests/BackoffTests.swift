import HTTPTransport
import JMAP
import Testing

@Suite("Trying again")
struct BackoffTests {
    private let busy = JMAPError(.serverUnavailable, retryAfter: .seconds(100))

    @Test("waits longer each time, up to a limit, and starts anew after a success")
    func doubling() {
        var backoff = Backoff(first: .seconds(1), longest: .seconds(60), random: { 0 })
        #expect((0..<8).map { _ in backoff.next() } == [0.5, 1, 2, 4, 8, 16, 30, 30].map { .seconds($0) })
        backoff.reset()
        #expect(backoff.next() == .seconds(0.5))
        for _ in 0..<10_000 { _ = backoff.next() }
        #expect(backoff.next() == .seconds(30))
    }

    @Test("varies the wait, never past the whole of it")
    func jitter() {
        var low = Backoff(first: .seconds(8), random: { 0 })
        var high = Backoff(first: .seconds(8), random: { 0.999 })
        #expect(low.next() == .seconds(4))
        #expect(high.next() > .seconds(7) && high.next() < .seconds(16))
    }

    @Test("waits as long as the server asks for, at least")
    func retryAfter() {
        var backoff = Backoff(first: .seconds(1), random: { 0.5 })
        #expect(backoff.next(after: busy) == .seconds(105))
        var long = Backoff(first: .seconds(400), longest: .seconds(400), random: { 0 })
        #expect(long.next(after: busy) == .seconds(200))
    }

    @Test("happens for what may pass, so often and no more")
    func attempts() async throws {
        let clock = InstantClock()
        var count = 0
        let error = await #expect(throws: JMAPError.self) {
            try await retrying(attempts: 4, clock: clock) { () async throws(JMAPError) in
                count += 1
                throw busy
            }
        }
        #expect(error == busy)
        #expect(count == 4)
        count = 0
        let value = try await retrying(clock: clock) { () async throws(JMAPError) in
            count += 1
            if count < 3 { throw JMAPError(HTTPError(.cut, place: "h")) }
            return count
        }
        #expect(value == 3)
    }

    @Test("does not happen for what will not pass by itself")
    func permanent() async {
        for error in [
            JMAPError(.unauthorized), JMAPError(.forbidden), JMAPError(.malformed), JMAPError(.method("forbidden")),
            JMAPError(HTTPError(.tls(.unknownIssuer), place: "h")), JMAPError(HTTPError(.insecure, place: "h")),
        ] {
            var count = 0
            await #expect(throws: error) {
                try await retrying(clock: InstantClock()) { () async throws(JMAPError) in
                    count += 1
                    throw error
                }
            }
            #expect(count == 1)
        }
    }

    @Test("ends when its task is cancelled")
    func cancelled() async {
        let task = Task {
            try await retrying(backoff: Backoff(first: .seconds(3600))) { () async throws(JMAPError) in throw busy }
        }
        task.cancel()
        let error = await #expect(throws: JMAPError.self) { try await task.value }
        #expect(error?.code == .cancelled)
    }
}
