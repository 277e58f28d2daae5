internal import Glibc

/// A pipe to oneself: a byte written by a signal handler or another thread ends a wait. Kept until the process ends.
struct SelfPipe {
    let reader: Int32
    let writer: Int32

    /// A pipe whose ends never block and are not inherited by children.
    init() {
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0, "no file descriptor is left for the interface: raise the limit (ulimit -n)")
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (reader, writer) = (ends[0], ends[1])
    }

    /// Takes the bytes that are in it.
    func drain() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = Glibc.read(reader, &bytes, bytes.count)
        return count > 0 ? Array(bytes[..<count]) : []
    }
}
