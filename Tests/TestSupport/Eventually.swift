internal import Glibc

/// Waits until the condition holds, looking every few milliseconds, and says whether it did within the limit.
///
/// The limit only ends a test that would otherwise hang; nothing is concluded from how long it took.
public func eventually(within seconds: Double = 30, _ condition: () throws -> Bool) rethrows -> Bool {
    var looks = Int(seconds * 100)
    while true {
        if try condition() { return true }
        if looks == 0 { return false }
        looks -= 1
        poll(nil, 0, 10)
    }
}

/// Waits as `eventually` does for a condition that is asynchronous.
public func eventually(within seconds: Double = 30, _ condition: () async throws -> Bool) async rethrows -> Bool {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    while true {
        if try await condition() { return true }
        if clock.now >= end { return false }
        try? await clock.sleep(for: .milliseconds(10))
    }
}

/// Waits as `eventually` does without holding the thread, which the work that is waited for may need.
public func soon(within seconds: Double = 30, _ condition: () throws -> Bool) async rethrows -> Bool {
    try await eventually(within: seconds) { () async throws in try condition() }
}
