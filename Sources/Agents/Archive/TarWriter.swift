import CArchive
import Glibc
import Sodium

/// Writes a tar (pax) file by file, in pieces, so that memory does not grow with what goes in.
final class TarWriter {
    private let archive: OpaquePointer
    private let path: String
    private var isOpen = true
    private static let piece = 1 << 16

    /// Begins an archive on a file that is open and empty.
    init(_ descriptor: Int32, path: String) throws(AgentsError) {
        guard let archive = archive_write_new() else {
            throw AgentsError(.file, "There is no memory for an archive.", cure: "Free some memory.")
        }
        self.archive = archive
        self.path = path
        guard archive_write_set_format_pax_restricted(archive) == 0, archive_write_open_fd(archive, descriptor) == 0
        else { throw failure() }
    }

    deinit {
        archive_write_free(archive)
    }

    /// Adds a file of bytes; gives the SHA-256.
    @discardableResult
    func add(_ name: String, _ bytes: [UInt8], modified: Int64 = 0) throws(AgentsError) -> [UInt8] {
        try begin(name, size: bytes.count, modified: modified)
        try write(bytes)
        var hash = SHA256()
        hash.add(bytes)
        return hash.digest()
    }

    /// Adds what can be read from a descriptor, from where it stands; gives the SHA-256.
    func add(_ name: String, from descriptor: Int32, size: Int, modified: Int64) throws(AgentsError) -> [UInt8] {
        try begin(name, size: size, modified: modified)
        var hash = SHA256()
        var buffer = [UInt8](repeating: 0, count: Self.piece)
        var left = size
        while left > 0 {
            let count = read(descriptor, &buffer, min(left, buffer.count))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw AgentsError(
                    .file, "A file of \(size) bytes ended early while it was archived.", cure: "Archive it again.")
            }
            hash.add(buffer[..<count])
            try write(count == buffer.count ? buffer : Array(buffer[..<count]))
            left -= count
        }
        return hash.digest()
    }

    /// Ends the archive.
    func close() throws(AgentsError) {
        isOpen = false
        guard archive_write_close(archive) == 0 else { throw failure() }
    }

    private func begin(_ name: String, size: Int, modified: Int64) throws(AgentsError) {
        guard let entry = archive_entry_new() else {
            throw AgentsError(.file, "There is no memory for an archive.", cure: "Free some memory.")
        }
        defer { archive_entry_free(entry) }
        archive_entry_set_pathname_utf8(entry, name)
        archive_entry_set_size(entry, Int64(size))
        // AE_IFREG is a macro with a cast, which Swift does not see.
        archive_entry_set_filetype(entry, 0o100000)
        archive_entry_set_perm(entry, 0o600)
        archive_entry_set_mtime(entry, Int(modified), 0)
        guard archive_write_header(archive, entry) == 0 else { throw failure() }
    }

    private func write(_ bytes: [UInt8]) throws(AgentsError) {
        guard archive_write_data(archive, bytes, bytes.count) == bytes.count else { throw failure() }
    }

    private func failure() -> AgentsError {
        let reason = archive_error_string(archive).map { String(cString: $0) } ?? "no reason is given"
        return AgentsError(.file, "\(path) cannot be written: \(reason).", cure: "See that the disk has room.")
    }
}
