import Glibc

/// Lines in a file without a name: it is gone with its last descriptor, however the program ends.
final class LineFile {
    let descriptor: Int32
    private let place: String
    private var pending: [UInt8] = []
    private var start = 0

    /// Makes an empty one in the folder of a file, or where things are kept for a while if that is not to be written to.
    init(beside path: String) throws(AgentsError) {
        place = path
        var template = Array("\(path).lines-XXXXXX".utf8CString)
        var file = mkstemp(&template)
        if file < 0 {
            template = Array("/var/tmp/agenticmail-lines-XXXXXX".utf8CString)
            file = mkstemp(&template)
        }
        guard file >= 0 else { throw AgentsError.file(path) }
        descriptor = file
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unlink(template)
    }

    deinit { close(descriptor) }

    /// Appends bytes.
    func write(_ bytes: [UInt8]) throws(AgentsError) {
        guard KeyStore.writeAll(bytes, to: descriptor) else { throw AgentsError.file(place) }
    }

    /// Goes back to the first line; gives the size.
    @discardableResult
    func rewind() throws(AgentsError) -> Int {
        let size = lseek(descriptor, 0, SEEK_END)
        guard size >= 0, lseek(descriptor, 0, SEEK_SET) == 0 else { throw AgentsError.file(place) }
        pending = []
        start = 0
        return size
    }

    /// The next line without its end; nil where there is none.
    func next() throws(AgentsError) -> [UInt8]? {
        while true {
            if let end = pending[start...].firstIndex(of: 0x0A) {
                defer { start = end + 1 }
                return Array(pending[start..<end])
            }
            pending.removeFirst(start)
            start = 0
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw AgentsError.file(place) }
            if count == 0 { return nil }
            pending += buffer[..<count]
        }
    }
}
