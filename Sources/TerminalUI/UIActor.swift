internal import Synchronization

/// The isolation of everything that draws or handles keys: one thread, the process's first, which runs the poll loop.
///
/// The main actor does not run on the process's main thread on Linux; this one does, once `UIActor.main` is called
/// there. Where nothing calls it (tests), the first job starts a thread for it.
@globalActor
package actor UIActor {
    package static let shared = UIActor()

    package nonisolated var unownedExecutor: UnownedSerialExecutor { UIExecutor.shared.asUnownedSerialExecutor() }

    /// Makes the calling thread the interface's until `body` ends, and answers what it answers.
    ///
    /// Called once, from the program's main thread, before anything else uses the actor.
    package nonisolated static func main(_ body: @escaping @Sendable @UIActor () async -> Int32) -> Int32 {
        let outcome = Outcome()
        UIExecutor.shared.claimThread()
        Task { @UIActor in
            let status = await body()
            outcome.status.withLock { $0 = status }
        }
        return UIExecutor.shared.run { outcome.status.withLock { $0 } }
    }

    /// Runs `body` now; the caller is on the interface's thread, or the program ends.
    package nonisolated static func assumeIsolated<Value: Sendable>(_ body: @UIActor () -> Value) -> Value {
        UIExecutor.shared.checkIsolated()
        return withoutActuallyEscaping(body) { escaping in
            // The check above proved that this thread is the actor's, so leaving out the isolation changes nothing.
            unsafeBitCast(escaping, to: (() -> Value).self)()
        }
    }

    private final class Outcome: Sendable {
        let status = Mutex<Int32?>(nil)
    }
}
