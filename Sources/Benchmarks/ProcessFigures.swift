internal import FoundationEssentials
internal import Glibc

/// What the system counts of a process.
struct ProcessFigures {
    let pid: pid_t

    /// The memory that is resident, in megabytes.
    var residentMegabytes: Double {
        Double(field("VmRSS:", of: "/proc/\(pid)/status") ?? 0) / 1024
    }

    /// How often the main thread waited and was woken so far.
    var mainThreadWakeups: Int {
        field("voluntary_ctxt_switches:", of: "/proc/\(pid)/task/\(pid)/status") ?? 0
    }

    /// The processor time that all threads used so far, in seconds.
    var processorSeconds: Double {
        guard let text = read("/proc/\(pid)/stat"), let end = text.lastIndex(of: ")") else { return 0 }
        // After the name in brackets: state is the third field, utime and stime the 14th and 15th.
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private func field(_ name: String, of path: String) -> Int? {
        read(path)?.split(separator: "\n").first { $0.hasPrefix(name) }
            .flatMap { $0.dropFirst(name.count).split(whereSeparator: { $0 == " " || $0 == "\t" }).first }.flatMap {
                Int($0)
            }
    }

    private func read(_ path: String) -> String? {
        try? String(decoding: Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    }
}
