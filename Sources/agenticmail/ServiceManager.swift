import Configuration
import Glibc
import Guard
import Synchronization

/// The service manager that started the program, where there is one (sd_notify(3)).
final class ServiceManager: Sendable {
    /// The name of its socket; nil where there is none.
    private let path: String?
    /// After how many nanoseconds at the latest it wants to hear that the guard goes round; nil where it does not.
    private let watch: UInt64?
    private let last = Mutex<(status: String, at: UInt64)>(("", 0))

    /// Reads the environment in which the program was started.
    init(_ environment: [String: String] = Locations.environment) {
        let name = environment["NOTIFY_SOCKET"] ?? ""
        let isName = name.hasPrefix("/") || name.hasPrefix("@")
        path = isName && name.utf8.count < 108 ? name : nil
        let isOurs = environment["WATCHDOG_PID"].map { $0 == String(getpid()) } ?? true
        watch = isOurs ? environment["WATCHDOG_USEC"].flatMap { UInt64($0) }.map { $0 &* 1_000 / 3 } : nil
    }

    /// Tells it that the guard goes round, as often as it wants to hear that, and what it does where that has changed.
    func tell(_ status: GuardStatus) {
        guard path != nil else { return }
        let words =
            status.lastError.map { "fault: \($0)" }
            ?? (status.isActive
                ? "active, \(status.agents) agents, \(status.holds[.held] ?? 0) held, \(status.unreadable) unreadable"
                : "standing by")
        let now = Self.now
        let lines = last.withLock { last -> [String] in
            var lines: [String] = []
            // A line break would begin another message to the manager.
            let line = "STATUS=" + words.map { $0.isNewline ? " " : String($0) }.joined()
            if line != last.status { lines.append(line) }
            if let watch, now &- last.at >= watch || last.at == 0 {
                lines.append("WATCHDOG=1")
                last.at = now
            }
            last.status = line
            return lines
        }
        if !lines.isEmpty { tell(lines.joined(separator: "\n")) }
    }

    /// Tells it a state; nothing happens where there is no manager.
    func tell(_ state: String) {
        guard let path else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { target in
            for (index, byte) in path.utf8.enumerated() { target[index] = byte }
            // An abstract name begins with a NUL.
            if path.hasPrefix("@") { target[0] = 0 }
        }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.utf8.count)
        let bytes = Array(state.utf8)
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
                _ = sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), target, length)
            }
        }
    }

    /// Nanoseconds of a clock that nobody sets.
    private static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}
