internal import Glibc
internal import Synchronization

/// What the interface's thread waits for besides jobs: the terminal, signals, timers.
@UIActor
protocol PollSource: AnyObject, Sendable {
    /// Descriptors to wait for; called before each wait.
    var descriptors: [Int32] { get }
    /// Does what is due, and answers the longest time to wait; nothing means for ever.
    func beforeWaiting() -> Duration?
    /// Called after a wait with the descriptors that have something to read or are gone.
    func ready(_ descriptors: [Int32])
}

/// Runs the jobs of `UIActor` on one thread, whose loop also waits for the terminal.
final class UIExecutor: SerialExecutor {
    static let shared = UIExecutor()

    private struct State {
        /// Jobs not run yet, in order.
        var jobs: [UnownedJob] = []
        /// The thread that runs them, once there is one.
        var thread: pthread_t?
        /// Whether a wake-up is written and not read yet.
        var isWoken = false
    }

    private let state = Mutex(State())
    /// A pipe: a byte in it ends the loop's wait.
    private let wakeReader: Int32
    private let wakeWriter: Int32
    /// The event loop that is running. Set and read on the executor's own thread only.
    nonisolated(unsafe) var source: (any PollSource)?

    private init() {
        let wakeUp = SelfPipe()
        (wakeReader, wakeWriter) = (wakeUp.reader, wakeUp.writer)
    }

    /// Makes the calling thread the one that runs the jobs.
    func claimThread() {
        state.withLock { state in
            precondition(state.thread == nil, "UIActor.main is called once, before anything uses UIActor")
            state.thread = pthread_self()
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let needsThread = state.withLock { state in
            state.jobs.append(job)
            return state.thread == nil
        }
        if needsThread { startThread() }
        wake()
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    func checkIsolated() {
        precondition(isOnThread, "this runs on the interface's thread only")
    }

    func isIsolatingCurrentContext() -> Bool? {
        isOnThread
    }

    private var isOnThread: Bool {
        let thread = state.withLock { $0.thread }
        return thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false
    }

    /// Ends the loop's wait; from any thread.
    func wake() {
        let writes = state.withLock { state in
            defer { state.isWoken = true }
            return !state.isWoken
        }
        guard writes else { return }
        var byte: UInt8 = 1
        _ = Glibc.write(wakeWriter, &byte, 1)
    }

    /// Runs jobs and waits, on the calling thread, until `outcome` has a value.
    func run(until outcome: () -> Int32?) -> Int32 {
        while true {
            runJobs()
            if let status = outcome() { return status }
            wait()
        }
    }

    private func runJobs() {
        let jobs = state.withLock { state in
            let jobs = state.jobs
            state.jobs.removeAll(keepingCapacity: true)
            return jobs
        }
        for job in jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
    }

    private func wait() {
        var limit: Duration?
        var polled = [pollfd(fd: wakeReader, events: Int16(POLLIN), revents: 0)]
        if let source {
            limit = UIActor.assumeIsolated { source.beforeWaiting() }
            let descriptors = UIActor.assumeIsolated { source.descriptors }
            for descriptor in descriptors {
                polled.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
            }
        }
        if state.withLock({ !$0.jobs.isEmpty }) { limit = .zero }
        guard poll(&polled, nfds_t(polled.count), milliseconds(limit)) > 0 else { return }
        if polled[0].revents != 0 { takeWakeUp() }
        let ready = polled.dropFirst().filter { $0.revents != 0 }.map(\.fd)
        if let source, !ready.isEmpty { UIActor.assumeIsolated { source.ready(ready) } }
    }

    /// Reads the wake-up before the jobs are looked at, so that none that comes meanwhile is slept over.
    private func takeWakeUp() {
        var byte: UInt8 = 0
        // Before the flag falls: a wake-up after that writes again, so the pipe never holds more than one byte.
        _ = Glibc.read(wakeReader, &byte, 1)
        state.withLock { $0.isWoken = false }
    }

    /// For poll: rounded up, so that what is due at the end of the wait is due; -1 waits for ever.
    private func milliseconds(_ limit: Duration?) -> Int32 {
        guard let limit else { return -1 }
        guard limit > .zero else { return 0 }
        let (seconds, attoseconds) = limit.components
        let rounded = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int32(clamping: min(seconds, 1_000_000) * 1_000 + rounded)
    }

    private func startThread() {
        let claimed = state.withLock { state in
            guard state.thread == nil else { return false }
            var thread = pthread_t()
            let code = pthread_create(
                &thread, nil,
                { _ in
                    _ = UIExecutor.shared.run { nil }
                    return nil
                }, nil)
            precondition(code == 0, "no thread is left for the interface")
            state.thread = thread
            return true
        }
        if claimed { wake() }
    }
}
