import Synchronization

/// The folder, for the person alone, in which an editor is opened on a held message; made when it is needed first and
/// taken away with the process's last use of it.
final class EditFolder: Sendable {
    private let folder = Mutex<(scratch: ScratchFolder, count: Int)?>(nil)

    deinit {
        folder.withLock { $0?.scratch.remove() }
    }

    /// A path at which nothing is yet.
    func newPath() throws -> String {
        try folder.withLock { folder in
            var current = try folder ?? (ScratchFolder(), 0)
            current.count += 1
            folder = current
            return "\(current.scratch.path)/message-\(current.count).txt"
        }
    }
}
