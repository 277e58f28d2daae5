package import Configuration
import Glibc

/// Makes folders that nobody but their owner may enter.
package enum FolderMaking {
    /// Makes a folder and those above it that are missing.
    ///
    /// - Returns: Why it could not; `nil` where the folder is there now.
    package static func make(_ path: String) -> FileFault? {
        var status = stat()
        if stat(path, &status) == 0 {
            return status.st_mode & S_IFMT == S_IFDIR ? nil : FileFault(errno: ENOTDIR)
        }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex, let fault = make(String(path[..<slash])) {
            return fault
        }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { return FileFault(errno: errno) }
        return nil
    }
}
