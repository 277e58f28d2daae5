/// How long to wait before trying again: longer each time, never the same for two clients.
package struct Backoff: Sendable {
    /// The wait after the first failure, before it is varied.
    package let first: Duration
    /// The longest wait, before it is varied.
    package let longest: Duration
    /// A number from 0 up to 1, not 1 itself.
    private let random: @Sendable () -> Double
    /// How many failures there were without a success.
    package private(set) var failures = 0

    /// Makes a schedule; tests give their own numbers.
    package init(
        first: Duration = .milliseconds(500), longest: Duration = .seconds(60),
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.first = first
        self.longest = longest
        self.random = random
    }

    /// The wait after one more failure: between half and the whole of a time that doubles; or what the server asked
    /// for and up to a tenth more, where that is longer.
    package mutating func next(after error: JMAPError? = nil) -> Duration {
        let doubled = first * (1 << min(failures, 20))
        failures += 1
        let part = random()
        let wait = min(doubled, longest) * (0.5 + part / 2)
        guard let asked = error?.retryAfter else { return wait }
        return max(wait, asked * (1 + part / 10))
    }

    /// Starts from the beginning, after a success.
    package mutating func reset() {
        failures = 0
    }
}

/// Does something again while its failure may pass by itself; only for what can be done twice without harm.
///
/// Throws the last failure after `attempts`, one that will not pass at once, and `cancelled` with its task.
package func retrying<Value>(
    attempts: Int = 5, backoff: Backoff = Backoff(), clock: some Clock<Duration> = ContinuousClock(),
    _ body: () async throws(JMAPError) -> Value
) async throws(JMAPError) -> Value {
    var backoff = backoff
    var attempt = 1
    while true {
        do throws(JMAPError) {
            return try await body()
        } catch {
            guard error.isTransient, attempt < attempts else { throw error }
            attempt += 1
            let wait = backoff.next(after: error)
            do { try await clock.sleep(for: wait) } catch { throw JMAPError(.cancelled) }
        }
    }
}
