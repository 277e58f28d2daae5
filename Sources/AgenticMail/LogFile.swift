import FoundationEssentials
import Glibc
import Synchronization

/// The log on disk: one file that is begun anew once it is large, with the one before kept beside it.
package final class LogFile: Sendable {
    private struct State {
        var descriptor: Int32
        var size: Int
    }

    private let path: String
    private let state: Mutex<State>
    private static let sizeLimit = 4_000_000

    /// Opens the file for appending, readable by its owner alone.
    ///
    /// - Returns: `nil` where the folder or the file cannot be made; the program works without it.
    package init?(folder: String) {
        guard FolderMaking.make(folder) == nil else { return nil }
        path = "\(folder)/agenticmail.log"
        guard let opened = Self.open(path) else { return nil }
        state = Mutex(opened)
    }

    deinit {
        state.withLock { _ = close($0.descriptor) }
    }

    private static func open(_ path: String) -> State? {
        let descriptor = Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0o600)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            return nil
        }
        return State(descriptor: descriptor, size: Int(status.st_size))
    }

    func append(_ entry: LogEntry) {
        let time = entry.time.formatted(.iso8601)
        // Control characters are escaped, since a person may print the file on a terminal.
        let text = entry.text.unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
                ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
        }
        let line = Array("\(time) \(entry.level.rawValue) \(entry.part): \(text.joined())\n".utf8)
        state.withLock { state in
            if state.size > Self.sizeLimit, rename(path, "\(path).1") == 0, let fresh = Self.open(path) {
                close(state.descriptor)
                state = fresh
            }
            state.size += max(0, Glibc.write(state.descriptor, line, line.count))
        }
    }
}
