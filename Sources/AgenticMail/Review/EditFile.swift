import Glibc

/// The file that an editor is opened on: readable for its owner alone.
package enum EditFile {
    /// Writes a new file; false, with `errno` set, where that cannot be done.
    package static func write(_ text: String, to path: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard written > 0 else { return false }
            rest = rest.dropFirst(written)
        }
        return true
    }

    /// What the editor has left in the file; nil where it cannot be read or is longer than 4 MB.
    package static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count >= 0, bytes.count < 4 << 20 else { return nil }
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }

    /// Takes the file away.
    package static func remove(_ path: String) { unlink(path) }

    /// The command that opens the person's editor on a file: `VISUAL`, `EDITOR` or vi, with their own arguments.
    package static func command(_ environment: [String: String], _ path: String) -> [String] {
        let named = [environment["VISUAL"], environment["EDITOR"]].compactMap { $0 }.first { !$0.isEmpty }
        return ["/bin/sh", "-c", "\(named ?? "vi") \"$1\"", "sh", path]
    }
}
