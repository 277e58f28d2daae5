import Dispatch
import Synchronization

/// What a thread of its own, which belongs to one connection, may do and a task must not.
enum OwnThread {
    /// Holds up the calling thread until the work is done.
    static func wait<Value: Sendable>(for work: @escaping @Sendable () async -> Value) -> Value {
        let result = Result<Value>()
        Task {
            let value = await work()
            result.value.withLock { $0 = value }
            result.bell.signal()
        }
        while true {
            result.bell.wait()
            if let value = result.value.withLock({ $0 }) { return value }
        }
    }

    private final class Result<Value: Sendable>: Sendable {
        let value = Mutex<Value?>(nil)
        let bell = DispatchSemaphore(value: 0)
    }
}
