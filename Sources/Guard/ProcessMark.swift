import Glibc

/// What tells a process of this machine from every other one: its boot, its name space of processes, its number, its start.
///
/// A lease carries it, so that a guard that is started again after a crash need not wait for the end of the lease.
enum ProcessMark {
    /// The mark of this process.
    static let own: String = mark(of: getpid(), boot: boot) ?? "unknown"

    /// The boot and the name space of processes, by which a number means the same process.
    private static let boot: String = {
        let id = read("/proc/sys/kernel/random/boot_id").filter { $0.isLetter || $0.isNumber }
        var buffer = [CChar](repeating: 0, count: 64)
        let count = readlink("/proc/self/ns/pid", &buffer, buffer.count)
        let space = count > 0 ? buffer[..<count].map { UInt8(bitPattern: $0) }.filter { (48...57).contains($0) } : []
        return "\(id.prefix(16))-\(String(decoding: space, as: UTF8.self))"
    }()

    private static func mark(of process: pid_t, boot: String) -> String? {
        // The 22nd field is the start; the second, a name in parentheses, may hold anything.
        let line = read("/proc/\(process)/stat")
        guard let end = line.lastIndex(of: ")") else { return nil }
        let fields = line[end...].split(separator: " ")
        guard fields.count > 20, fields[1] != "Z" else { return nil }
        return "\(boot)-\(process)-\(fields[20])"
    }

    /// Whether the process that a lease names ran in this boot and is gone; false where that cannot be told.
    static func isDead(_ name: String) -> Bool {
        let mark = name.prefix { $0 != "." }
        let words = mark.split(separator: "-")
        guard words.count == 4, "\(words[0])-\(words[1])" == boot, let process = pid_t(words[2]) else { return false }
        return self.mark(of: process, boot: boot).map { $0 != mark } ?? true
    }

    private static func read(_ path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : ""
    }
}
