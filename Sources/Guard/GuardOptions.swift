/// A step of the guard's work, before which a test stops it.
package enum GuardStep: String, Sendable, Hashable, CaseIterable {
    case draftRead, tokensMade, entryFiled, copyFiled, draftMoved, agentTold
    case decisionRead, decisionFiled, decisionAnswered, decisionMoved
    case approved, copyImported, attemptWritten, tokenDestroyed, submitted
    case fenced, searched, closed, mirrored
    case revisionFiled, tokensTaken, revised
    case announced
}

/// How a guard runs; the seams for tests are the clock and the steps.
package struct GuardOptions: Sendable {
    /// Seconds since 1970.
    package var now: @Sendable () -> Int64
    /// Called after each step; what it throws ends the guard as a kill would.
    package var reached: @Sendable (GuardStep) async throws(GuardError) -> Void
    /// Seconds that a lease lasts.
    package var leaseDuration: Int64 = 15
    /// Seconds for which the server holds what was released; nil takes the policy's.
    package var holdFor: Int64?
    /// Seconds that a request may still be under way at the server after its copy was destroyed.
    package var settling: Int64 = 3
    /// Milliseconds after which the clock is looked at where nothing has moved.
    package var interval = 1_000
    /// Called after each turn of the loop, whether it found the server or not: it goes round.
    package var turned: @Sendable (GuardStatus) -> Void = { _ in }
    /// How many closed holds are kept in memory; where others stand is asked of the server.
    package var closedInMemory = 2_000

    /// What the server's hook sends; nil where the guard has no hook.
    package var hookSecret: [UInt8]?

    /// The options of a real run.
    package init(
        now: @escaping @Sendable () -> Int64,
        reached: @escaping @Sendable (GuardStep) async throws(GuardError) -> Void = { _ in }
    ) {
        self.now = now
        self.reached = reached
    }
}
