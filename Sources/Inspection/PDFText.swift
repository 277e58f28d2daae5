import Glibc
import Synchronization

/// Reads a PDF's text by poppler's pdftotext, in a process of its own with limits of memory and time.
enum PDFText {
    /// How the reading ended.
    enum Result {
        case text([UInt8])
        /// It is encrypted, damaged, or took too long.
        case unreadable
        /// pdftotext is not installed.
        case noProgram
    }

    private static let mostText = 4_000_000

    /// Reads a PDF.
    static func read(_ bytes: [UInt8], milliseconds: Int) -> Result {
        guard let file = unnamedFile(bytes) else { return .unreadable }
        defer { close(file) }
        var ends: [Int32] = [0, 0]
        // No other child may inherit the pipe's end, or the reader would wait for that one, too.
        let child = spawning.withLock { _ -> pid_t? in
            guard pipe(&ends) == 0 else { return nil }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            let child = spawn(reading: file, writing: ends[1])
            close(ends[1])
            if child == nil { close(ends[0]) }
            return child
        }
        guard let child else { return .unreadable }
        defer { close(ends[0]) }
        let text = readAll(ends[0], milliseconds: milliseconds)
        if text == nil { kill(child, SIGKILL) }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        let code = status >> 8 & 0xFF
        guard let text, status & 0x7F == 0 else { return .unreadable }
        if code == 127 { return .noProgram }
        return code == 0 || !text.isEmpty ? .text(text) : .unreadable
    }

    /// The shell sets limits that posix_spawn cannot: 500 MB of memory, 5 s of time, no files written.
    private static func spawn(reading file: Int32, writing output: Int32) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, file, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        let script = "ulimit -v 500000 -t 5 -f 0; exec pdftotext -q -nopgbrk -enc UTF-8 -l 100 /proc/self/fd/0 -"
        var words = ["sh", "-c", script].map { text in text.withCString { strdup($0) } }
        words.append(nil)
        defer { for word in words { free(word) } }
        var environment = ["PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8"].map { text in
            text.withCString { strdup($0) }
        }
        environment.append(nil)
        defer { for word in environment { free(word) } }
        var child: pid_t = 0
        guard posix_spawn(&child, "/bin/sh", &actions, nil, words, environment) == 0 else { return nil }
        return child
    }

    private static let spawning = Mutex(())

    /// A file that has no name any more, with the bytes in it, at its beginning.
    private static func unnamedFile(_ bytes: [UInt8]) -> Int32? {
        var path = Array("/tmp/agenticmail-XXXXXX".utf8CString)
        let file = mkstemp(&path)
        guard file >= 0 else { return nil }
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        unlink(path)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            guard count > 0 else {
                close(file)
                return nil
            }
            rest = rest.dropFirst(count)
        }
        lseek(file, 0, SEEK_SET)
        return file
    }

    /// What the child writes, up to a limit; nil if it takes too long.
    private static func readAll(_ descriptor: Int32, milliseconds: Int) -> [UInt8]? {
        let deadline = Deadline(milliseconds: milliseconds, .wall)
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while text.count < mostText {
            if deadline.hasPassed { return nil }
            var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&event, 1, 50)
            if ready <= 0 { continue }
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return text }
            text += chunk[..<count]
        }
        return text
    }
}
