internal import AgenticMail
internal import Configuration
internal import FoundationEssentials
internal import Glibc
internal import MailCache

/// A home of the benchmark's own: a configuration with one workspace, and its cache.
final class BenchmarkFolder {
    let path: String
    private let url: URL
    private let isKept: Bool

    /// - Parameter name: Under which it is kept for the next run, in `.build/bench-caches`; without one it goes with
    ///   this object.
    init(url: URL, keptAs name: String? = nil) throws {
        self.url = url
        isKept = name != nil
        if let name {
            let caches = FileManager.default.currentDirectoryPath + "/.build/bench-caches"
            mkdir(caches, 0o700)
            path = "\(caches)/\(name)"
        } else {
            path = "\(Self.base)/agenticmail-bench-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        }
        for name in ["", "/cache", "/state", "/data", "/config"] {
            guard mkdir(path + name, 0o700) == 0 || (isKept && errno == EEXIST) else {
                throw BenchmarkError("\(path + name) cannot be made: errno \(errno)")
            }
        }
        let configuration = """
            [workspace.bench]
            url = "\(url.absoluteString)"
            login = "\(BenchmarkServer.login)"
            password-file = "\(path)/password"

            """
        try Data(configuration.utf8).write(to: URL(fileURLWithPath: path + "/config.toml"))
        try Data(BenchmarkServer.password.utf8).write(to: URL(fileURLWithPath: path + "/password"))
        chmod(path + "/password", 0o600)
    }

    deinit {
        if isKept { return }
        try? FileManager.default.removeItem(atPath: path)
    }

    /// On the disk rather than in memory, as a person's cache is.
    private static let base = "/var/tmp"

    /// The variables under which the program finds this home.
    var environment: [String: String] {
        [
            "AGENTICMAIL_CONFIG": path + "/config.toml", "AGENTICMAIL_CACHE": path + "/cache",
            "AGENTICMAIL_STATE": path + "/state", "AGENTICMAIL_DATA": path + "/data", "HOME": path,
            "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "TERM": "xterm-256color",
        ]
    }

    /// The cache's file, where the program looks for it.
    var cachePath: String {
        WorkspaceOptions.cachePath("bench", url, BenchmarkServer.login, Locations(environment: environment))
    }

    /// Starts the console on a terminal.
    func console(columns: Int, rows: Int) throws -> Pseudoterminal {
        try Pseudoterminal([Self.program], environment: environment, columns: columns, rows: rows)
    }

    /// The program that was built beside this one.
    static let program: String = {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let own = String(decoding: buffer[..<Swift.max(count, 0)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return own.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/agenticmail"
    }()
}
