internal import Foundation

/// Runs tasks each on a thread of its own.
///
/// A test that drives another program waits for it with a thread. On the two threads that a machine of two cores gives to
/// all tasks, such a test would stop every other test meanwhile.
public final class WaitingThreads: TaskExecutor {
    /// The one that all tests share.
    public static let shared = WaitingThreads()

    private init() {}

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedTaskExecutor()
        let thread = Thread { job.runSynchronously(on: executor) }
        thread.stackSize = 1 << 20
        thread.start()
    }
}
