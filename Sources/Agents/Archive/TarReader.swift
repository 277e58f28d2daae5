import CArchive
import Glibc

/// Reads a tar entry by entry, in pieces. What is in it is trusted in nothing: names are compared and never opened.
final class TarReader {
    private let archive: OpaquePointer
    private let path: String
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)

    /// Opens an archive.
    init(_ path: String) throws(AgentsError) {
        guard let archive = archive_read_new() else {
            throw AgentsError(.file, "There is no memory for an archive.", cure: "Free some memory.")
        }
        self.archive = archive
        self.path = path
        archive_read_support_format_tar(archive)
        guard archive_read_open_filename(archive, path, 1 << 16) == 0 else { throw failure() }
    }

    deinit {
        archive_read_free(archive)
    }

    /// The name and size of the next file; nil at the end.
    func next() throws(AgentsError) -> (name: String, size: Int)? {
        var entry: OpaquePointer?
        let code = archive_read_next_header(archive, &entry)
        if code == 1 { return nil }
        guard code == 0, let entry, let name = archive_entry_pathname_utf8(entry) ?? archive_entry_pathname(entry)
        else {
            throw failure()
        }
        return (String(cString: name), Int(clamping: archive_entry_size(entry)))
    }

    /// The next bytes of the file; empty at its end.
    func read() throws(AgentsError) -> ArraySlice<UInt8> {
        let count = archive_read_data(archive, &buffer, buffer.count)
        guard count >= 0 else { throw failure() }
        return buffer[..<count]
    }

    /// The whole file, where it is no longer than a limit.
    func readAll(limit: Int) throws(AgentsError) -> [UInt8] {
        var all: [UInt8] = []
        while true {
            let piece = try read()
            if piece.isEmpty { return all }
            all += piece
            guard all.count <= limit else { throw damaged("a file in it is too long") }
        }
    }

    /// The error of an archive that is not as it was written.
    func damaged(_ reason: String) -> AgentsError {
        AgentsError(
            .file, "The archive \(path) is not whole: \(reason).",
            cure: "Nothing was changed. Take another copy of it, or archive the agent again.")
    }

    private func failure() -> AgentsError {
        damaged(archive_error_string(archive).map { String(cString: $0) } ?? "it cannot be read")
    }
}
