internal import CNcurses
internal import Glibc

/// Collects what ncurses writes while it updates the screen, so that a frame goes to the terminal in one piece.
///
/// ncurses 6.4 flushes at every move of the cursor: a page would be a hundred system calls, each of which wakes the
/// terminal. While a frame is made, its descriptor leads to memory instead. Where there is no such memory, ncurses goes
/// on writing to the terminal itself.
@UIActor
final class FrameCapture {
    /// The terminal.
    private let terminal: Int32
    /// The descriptor that ncurses writes to.
    private let written: Int32
    /// The file in memory; negative where the system has none.
    private let memory: Int32
    private var buffer: [UInt8] = []

    init(terminal: Int32, written: Int32) {
        self.terminal = terminal
        self.written = written
        memory = ncurses_frame_memory()
    }

    /// Runs the closure and gives the bytes that ncurses wrote in it and that are not on the terminal yet.
    func collect(_ body: () -> Void) -> [UInt8] {
        guard memory >= 0, dup2(memory, written) >= 0 else {
            body()
            return []
        }
        body()
        while dup2(terminal, written) < 0, errno == EINTR || errno == EBUSY {}
        let size = Int(lseek(memory, 0, SEEK_CUR))
        guard size > 0 else { return [] }
        if buffer.count < size { buffer = [UInt8](repeating: 0, count: size) }
        let count = pread(memory, &buffer, size, 0)
        lseek(memory, 0, SEEK_SET)
        // What a burst took is given back; a usual frame's memory stays for the next one.
        if size > 1 << 18 { ftruncate(memory, 0) }
        return Array(buffer[..<max(0, count)])
    }

    /// Gives the memory back; nothing is collected afterwards.
    func close() {
        if memory >= 0 { Glibc.close(memory) }
    }
}
