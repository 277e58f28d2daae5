internal import CSQLite
internal import Synchronization

/// Stops the running statements of one connection from another thread.
///
/// The statement that is stopped throws `SQLiteError` with the code `interrupted`. After the connection is closed it does
/// nothing.
package final class InterruptHandle: Sendable {
    /// The connection's pointer, or nil once it is closed.
    private struct Target: @unchecked Sendable {
        // Safe to send: sqlite3_interrupt is the one call that SQLite allows from other threads, and the lock below keeps
        // the connection open for as long as it runs.
        var pointer: OpaquePointer?
    }

    private let target: Mutex<Target>

    init(_ pointer: OpaquePointer) {
        target = Mutex(Target(pointer: pointer))
    }

    func close() {
        target.withLock { $0.pointer = nil }
    }

    /// Stops what runs now; what starts later runs as usual.
    package func interrupt() {
        target.withLock { target in
            if let pointer = target.pointer { sqlite3_interrupt(pointer) }
        }
    }
}
