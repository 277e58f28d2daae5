import Glibc
import Synchronization

/// A serial executor with a thread of its own, so that a statement that waits for the disk holds up neither the
/// cooperative pool nor the interface. The thread sleeps while there is nothing to do and ends with the executor.
final class ThreadExecutor: SerialExecutor {
    /// The jobs that wait, oldest first, and whether the executor is gone. Any thread adds, the executor's own takes.
    private final class Queue: Sendable {
        private struct State {
            /// Each job keeps its executor for as long as it runs: the last one may let go of the actor itself.
            var jobs: [(UnownedJob, ThreadExecutor)] = []
            var isClosed = false
        }

        private let state = Mutex(State())
        private let bell: Bell = Bell()

        func add(_ job: UnownedJob, for executor: ThreadExecutor) {
            state.withLock { $0.jobs.append((job, executor)) }
            bell.ring()
        }

        func close() {
            state.withLock { $0.isClosed = true }
            bell.ring()
        }

        /// Every job that waits, or nil once the executor is gone and none waits.
        func take() -> [(UnownedJob, ThreadExecutor)]? {
            while true {
                let (jobs, isClosed) = state.withLock { state in
                    defer { state.jobs = [] }
                    return (state.jobs, state.isClosed)
                }
                if !jobs.isEmpty { return jobs }
                if isClosed { return nil }
                bell.wait()
            }
        }
    }

    /// A semaphore of the system.
    private final class Bell: @unchecked Sendable {
        // Safe to share: POSIX lets any thread post and wait, and the memory stays where it is until nobody refers to it.
        private let semaphore: UnsafeMutablePointer<sem_t>

        init() {
            semaphore = .allocate(capacity: 1)
            sem_init(semaphore, 0, 0)
        }

        deinit {
            sem_destroy(semaphore)
            semaphore.deallocate()
        }

        func ring() { sem_post(semaphore) }

        func wait() {
            while sem_wait(semaphore) != 0, errno == EINTR {}
        }
    }

    private let queue = Queue()

    init() {
        let start = Unmanaged.passRetained(queue)
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, &attributes,
            { argument in
                // The argument is the one that was retained above; SQLite's and the mail's texts need no deep stack.
                guard let argument else { return nil }
                let queue = Unmanaged<Queue>.fromOpaque(argument).takeRetainedValue()
                while let jobs = queue.take() {
                    for (job, executor) in jobs { job.runSynchronously(on: executor.asUnownedSerialExecutor()) }
                }
                return nil
            }, start.toOpaque())
        pthread_attr_destroy(&attributes)
        precondition(code == 0, "the system has no thread left for the cache")
    }

    deinit {
        queue.close()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        queue.add(UnownedJob(job), for: self)
    }
}
