import AgenticMail
import Configuration
import Glibc

/// A file that setup has written, whole or not at all.
package struct WrittenFile: Sendable, Hashable {
    /// Where it is.
    package let path: String
    private let content: [UInt8]
    /// What was there before; nil where there was no file.
    private let before: [UInt8]?
    private let mode: mode_t

    /// Makes a new file; throws where something of that name is there.
    static func make(_ path: String, _ content: [UInt8], mode: mode_t) throws(WorkspaceError) -> WrittenFile {
        let scratch = try scratchFile(path, content, mode: mode)
        defer { unlink(scratch) }
        // A link never takes the place of a file that is there, as a rename would.
        guard link(scratch, path) == 0 else { throw failure(path) }
        syncFolder(of: path)
        return WrittenFile(path: path, content: content, before: nil, mode: mode)
    }

    /// Adds to the end of a file, whose owner and mode stay; throws where it is not any longer what was read.
    static func extend(
        _ path: String, _ before: [UInt8], _ addition: [UInt8]
    ) throws(WorkspaceError) -> WrittenFile {
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure(path) }
        let mode = status.st_mode & 0o777
        try replace(path, before, with: before + addition, mode: mode)
        return WrittenFile(path: path, content: before + addition, before: before, mode: mode)
    }

    private static func replace(
        _ path: String, _ before: [UInt8], with content: [UInt8], mode: mode_t
    ) throws(WorkspaceError) {
        let scratch = try scratchFile(path, content, mode: mode)
        guard case .success(let now) = readSmallFile(path, limit: Configuration.sizeLimit), now == before else {
            unlink(scratch)
            throw WorkspaceError(.file, "\(path) was changed meanwhile; it was not touched.", cure: "Run setup again.")
        }
        guard rename(scratch, path) == 0 else {
            let error = failure(path)
            unlink(scratch)
            throw error
        }
        syncFolder(of: path)
    }

    /// Takes the writing back, unless somebody has changed the file since.
    func takeBack() {
        guard case .success(let now) = readSmallFile(path, limit: Configuration.sizeLimit), now == content else {
            return
        }
        guard let before else {
            unlink(path)
            return
        }
        // Where it cannot be put back the added lines stay, which harm nothing: they are whole.
        try? Self.replace(path, content, with: before, mode: mode)
    }

    /// A file beside another with all of the content on the disk.
    private static func scratchFile(
        _ path: String, _ content: [UInt8], mode: mode_t
    ) throws(WorkspaceError) -> String {
        var template = Array("\(path).XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw failure(path) }
        let scratch = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var rest = content[...]
        var isWhole = fchmod(descriptor, mode) == 0
        while isWhole, !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { rest = rest.dropFirst(count) } else { isWhole = count < 0 && errno == EINTR }
        }
        isWhole = isWhole && fsync(descriptor) == 0
        let error = failure(path)
        close(descriptor)
        guard isWhole else {
            unlink(scratch)
            throw error
        }
        return scratch
    }

    /// Brings a name in a folder to the disk; where that cannot be done the file is there all the same.
    private static func syncFolder(of path: String) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private static func failure(_ path: String) -> WorkspaceError {
        WorkspaceError(
            .file, "\(path) cannot be written, because \(FileFault(errno: errno).reason).",
            cure: "See that the folder is yours and has room, or name another configuration with --config.")
    }
}
