internal import FoundationEssentials
internal import MailCache

/// The console over a cache that was filled before, with no server: start, keys, search, memory.
struct ConsoleBenchmarks {
    var report: Report

    /// Starts the console over caches of growing size; the keys are measured on the largest.
    mutating func run(sizes: [(name: String, messages: Int)]) async throws {
        for (index, size) in sizes.enumerated() {
            // Nobody listens on port 9 of this machine, so the console stays with what the cache holds.
            guard let url = URL(string: "http://127.0.0.1:9") else { return }
            let folder = try BenchmarkFolder(url: url)
            let begun = ContinuousClock.now
            try await fill(folder, size.messages)
            let seconds = (ContinuousClock.now - begun).milliseconds / 1000
            report.add("generate_per_second_\(size.name)", Double(size.messages) / seconds)
            try start(folder, size.name)
            if index == sizes.count - 1 { try keys(folder, size.name) }
        }
    }

    /// Fills the cache and closes it, so that the console finds it as it leaves it itself.
    private func fill(_ folder: BenchmarkFolder, _ messages: Int) async throws {
        let cache = try MailCache.open(at: folder.cachePath)
        try await CacheGenerator(messages: messages).fill(cache)
    }

    /// From the process's start to the first row on the terminal, with everything in the system's caches.
    private mutating func start(_ folder: BenchmarkFolder, _ size: String) throws {
        var times: [Double] = []
        for round in 0..<12 {
            let begun = ContinuousClock.now
            let console = try folder.console(columns: 120, rows: 40)
            guard let shown = console.wait(for: "agent-1") else { throw BenchmarkError("the console showed no row") }
            if round > 1 { times.append((shown - begun).milliseconds) }
            console.end()
        }
        report.add("start_rows_ms_\(size)", times.percentile(50), goal: size == "1m" ? "≤ 40, ≤ 1.2 × 1k" : "")
    }

    private mutating func keys(_ folder: BenchmarkFolder, _ size: String) throws {
        let console = try folder.console(columns: 120, rows: 40)
        guard console.wait(for: "agent-1") != nil else { throw BenchmarkError("the console showed no row") }
        try console.type(Array(":inbox\r".utf8))
        guard console.wait(for: "all inboxes") != nil else {
            throw BenchmarkError("the inbox of all agents did not open")
        }
        _ = console.drain(quiet: 500)

        var bytes = 0
        var times: [Double] = []
        for _ in 0..<600 {
            let (time, count) = try key("j", console)
            times.append(time)
            bytes += count
        }
        report.add("key_ms_p50_\(size)", times.percentile(50), goal: "≤ 0.8")
        report.add("key_ms_p95_\(size)", times.percentile(95), goal: "≤ 2")
        report.add("key_ms_p99_\(size)", times.percentile(99), goal: "≤ 4")
        report.add("bytes_per_key", Double(bytes) / Double(times.count), goal: "≤ 300")

        times = []
        for _ in 0..<100 { times.append(try key("\u{1b}[6~", console).0) }
        _ = try key("G", console)
        for _ in 0..<100 { times.append(try key("\u{1b}[5~", console).0) }
        report.add("page_ms_p95_\(size)", times.percentile(95), goal: "≤ 2")

        times = []
        for word in ["invoice", "agent", "conforgen", "person42", "zzz", "ba"] {
            try console.type([6])
            _ = console.drain(quiet: 300)
            for character in word { times.append(try key(String(character), console, quiet: 150).0) }
            try console.type([27])
            _ = console.drain(quiet: 300)
            try console.type([27])
            _ = console.drain(quiet: 300)
        }
        report.add("search_ms_p50_\(size)", times.percentile(50), goal: "≤ 2")
        report.add("search_ms_p99_\(size)", times.percentile(99), goal: "≤ 5")
        report.add("rss_mb_\(size)", ProcessFigures(pid: console.pid).residentMegabytes, goal: "≤ 60")

        try console.type(Array(":inbox agent-1\r".utf8))
        _ = console.drain(quiet: 500)
        try console.type(Array("g".utf8))
        _ = console.drain(quiet: 300)
        times = []
        for _ in 0..<30 {
            times.append(try key("\r", console, quiet: 100).0)
            try console.type(Array("q".utf8))
            _ = console.drain(quiet: 150)
        }
        report.add("thread_open_ms_p95", times.percentile(95), goal: "≤ 10")
        console.end()
    }

    /// Presses a key; the milliseconds until the last byte that it caused, and how many bytes it caused.
    private func key(_ text: String, _ console: Pseudoterminal, quiet: Int32 = 25) throws -> (Double, Int) {
        let begun = ContinuousClock.now
        try console.type(Array(text.utf8))
        let (bytes, last) = console.drain(quiet: quiet)
        return (((last ?? begun) - begun).milliseconds, bytes)
    }
}
