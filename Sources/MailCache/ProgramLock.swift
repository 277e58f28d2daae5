import Glibc

/// Lets one program at a time do something with a file: send the acts of a journal, so that two consoles send each once
/// and in order; fill accounts of a cache, so that pages of one never fall behind the replay of the other.
///
/// The system gives it back when the program ends, however it ends.
package final class ProgramLock: Sendable {
    private let descriptor: Int32

    private init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Takes the lock of the file with this path; nil where another one has it.
    ///
    /// On a disk that has no locks, or no room for one, everybody gets it.
    package static func take(_ path: String) -> ProgramLock? {
        let descriptor = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return ProgramLock(-1) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) != 0 else { return ProgramLock(descriptor) }
        let isTaken = errno == EWOULDBLOCK
        close(descriptor)
        return isTaken ? nil : ProgramLock(-1)
    }
}
