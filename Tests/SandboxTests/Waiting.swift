import TestSupport
import Testing

/// Gives the tests of a suite threads of their own, since they wait for other programs.
struct Waiting: SuiteTrait, TestTrait, TestScoping {
    var isRecursive: Bool { true }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(WaitingThreads.shared) { try await function() }
    }
}

extension Trait where Self == Waiting {
    /// The tests wait for other programs with a thread.
    static var waiting: Self { Waiting() }
}
