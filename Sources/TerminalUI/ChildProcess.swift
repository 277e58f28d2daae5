internal import Glibc
internal import SafeText

/// A program that could not be started.
package struct ChildProcessError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The program's name.
    package let program: String
    /// The system's number for what went wrong.
    package let code: Int32

    /// What went wrong and what to do.
    package var description: String {
        let reason = String(cString: strerror(code))
        return "\(SafeText.plain(program)) could not be started: \(reason). Install it, or name another program."
    }
}

/// A program that has the terminal: an editor, a pager. To be run inside `EventLoop.lend`.
package enum ChildProcess {
    /// Runs a program, found by `PATH`, and waits for its end.
    ///
    /// - Returns: its exit status, or 128 and the signal's number where one ended it.
    package static func run(_ arguments: [String]) throws(ChildProcessError) -> Int32 {
        guard let program = arguments.first else { throw ChildProcessError(program: "", code: ENOENT) }
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        // No signal is blocked or ignored in the child, whatever this thread does with them.
        var attributes = posix_spawnattr_t()
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var child = pid_t()
        let code = posix_spawnp(&child, program, nil, &attributes, &words, environ)
        guard code == 0 else { throw ChildProcessError(program: program, code: code) }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { throw ChildProcessError(program: program, code: errno) }
        }
        // As WIFEXITED, WEXITSTATUS and WTERMSIG say on Linux.
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F)
    }
}
