import Glibc

/// Lets one program at a time send the acts of a journal: two consoles on one cache send each act once, and in order.
///
/// The system gives it back when the program ends, however it ends.
package final class SendingLock: Sendable {
    private let descriptor: Int32

    private init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Takes the lock of the journal with this path; nil where another one has it, or the disk has no locks.
    package static func take(_ path: String) -> SendingLock? {
        let descriptor = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        return SendingLock(descriptor)
    }
}
