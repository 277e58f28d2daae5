import AgenticMail

/// What the program tells the shell.
enum ExitCode: Int32, Sendable {
    case done = 0
    case failed = 1
    case wrongUsage = 2
    case notAllowed = 3
    case notReachable = 4
    /// Stopped by Ctrl-C: 128 and the signal, as shells say it.
    case interrupted = 130
}

extension WorkspaceError {
    var exitCode: ExitCode {
        switch code {
        case .wrongUsage, .noWorkspace: .wrongUsage
        case .loginRefused, .notAllowed: .notAllowed
        case .notReachable: .notReachable
        case .cancelled: .interrupted
        case .notJMAP, .taken, .unsafe, .notFound, .cache, .file, .failed: .failed
        }
    }
}
