import FoundationEssentials
import Glibc

/// A file of the keys of many agents: `{"address":"…","key":"…"}`, a line each.
///
/// A line is on the disk before its agent counts as made. Several programs may write it: each holds a lock for a line.
struct KeyList {
    private let path: String

    init(_ path: String) {
        self.path = path
    }

    private struct Line: Codable {
        let address: String
        let key: String
    }

    /// Throws where keys could not be put there, or others could read them.
    func check() throws(AgentsError) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
            guard access(folder.isEmpty ? "/" : folder, W_OK) == 0 else { throw AgentsError.file(path) }
            return
        }
        try checkKind(status)
    }

    private func checkKind(_ status: stat) throws(AgentsError) {
        guard status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid() else {
            throw AgentsError(.file, "\(path) is no file of yours.", cure: "Name another file.")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw AgentsError(
                .file, "\(path) can be read by others, and keys are to go into it.",
                cure: "Give it the mode 0600 first: chmod 600 \(path).")
        }
    }

    /// Appends a key; it is on the disk when this returns.
    func add(_ key: String, of address: String) throws(AgentsError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let line = try? encoder.encode(Line(address: address, key: key)) else {
            throw AgentsError(.failed, "The key is no text.", cure: "Report this.")
        }
        let file = try opened(O_RDWR | O_CREAT)
        defer { close(file) }
        let size = lseek(file, 0, SEEK_END)
        var last: UInt8 = 0x0A
        if size > 0 { pread(file, &last, 1, size - 1) }
        // What a crash cut off in the middle of a line stays a line of its own.
        let begin: [UInt8] = last == 0x0A ? [] : [0x0A]
        guard size >= 0, KeyStore.writeAll(begin + Array(line) + [0x0A], to: file), fsync(file) == 0 else {
            let error = AgentsError.file(path)
            if size >= 0 { ftruncate(file, size) }
            throw error
        }
    }

    /// Blanks out the line of a key, and no other; the other lines stay where they are.
    func remove(holding hash: KeyHash) {
        guard let file = try? opened(O_RDWR) else { return }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count < 256 << 20 {
            let count = read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
            let text = Data(bytes[start..<end])
            if let line = try? JSONDecoder().decode(Line.self, from: text), hash.matches(line.key) {
                let blank = [UInt8](repeating: 0x20, count: end - start)
                pwrite(file, blank, blank.count, start)
                fsync(file)
            }
            start = end + 1
        }
    }

    private func opened(_ flags: Int32) throws(AgentsError) -> Int32 {
        let file = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw AgentsError.file(path) }
        var status = stat()
        while flock(file, LOCK_EX) != 0 {
            guard errno == EINTR else { break }
        }
        do throws(AgentsError) {
            guard fstat(file, &status) == 0 else { throw AgentsError.file(path) }
            try checkKind(status)
        } catch {
            close(file)
            throw error
        }
        return file
    }
}
