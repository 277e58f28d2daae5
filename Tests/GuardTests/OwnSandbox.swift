import TestSupport
import Testing

extension Trait where Self == ConditionTrait {
    /// The test lets the server misbehave, or looks at each request: which only a sandbox of its own allows.
    static var ownSandbox: Self { .enabled(if: !ServerForTests.isGiven, "it needs a sandbox of its own") }
}
