internal import FoundationEssentials
internal import Glibc
internal import MailCache

/// The console over a cache that was filled before, with no server: start, keys, search, memory.
struct ConsoleBenchmarks {
    var report: Report

    /// Starts the console over caches of growing size, in turns; the keys are measured on the largest.
    mutating func run(sizes: [(name: String, messages: Int)]) async throws {
        var folders: [(name: String, folder: BenchmarkFolder)] = []
        for size in sizes { folders.append((size.name, try await folder(size.name, size.messages))) }
        try start(folders)
        if let last = folders.last { try keys(last.folder, last.name) }
    }

    /// A home with a filled cache, kept from an earlier run or made now.
    private mutating func folder(_ name: String, _ messages: Int) async throws -> BenchmarkFolder {
        // Nobody listens on port 9 of this machine, so the console stays with what the cache holds.
        guard let url = URL(string: "http://127.0.0.1:9") else { throw BenchmarkError("no URL") }
        let folder = try BenchmarkFolder(
            url: url, keptAs: "\(name)-\(MailCache.schemaVersion).\(CacheGenerator.version)")
        let mark = folder.path + "/complete"
        if access(mark, F_OK) == 0 { return folder }
        for suffix in ["", "-wal", "-shm"] { unlink(folder.cachePath + suffix) }
        let begun = ContinuousClock.now
        try await fill(folder, messages)
        report.add(
            "generate_per_second_\(name)", Double(messages) / ((ContinuousClock.now - begun).milliseconds / 1000))
        close(creat(mark, 0o600))
        return folder
    }

    /// Fills the cache and closes it, so that the console finds it as it leaves it itself.
    private func fill(_ folder: BenchmarkFolder, _ messages: Int) async throws {
        let cache = try MailCache.open(at: folder.cachePath)
        try await CacheGenerator(messages: messages).fill(cache)
    }

    /// From the process's start to the first row on the terminal, with everything in the system's caches.
    private mutating func start(_ folders: [(name: String, folder: BenchmarkFolder)]) throws {
        var times: [String: [Double]] = [:]
        for round in 0..<22 {
            // In turns, so that what else the machine does falls on all of them.
            for (name, folder) in folders {
                let begun = ContinuousClock.now
                let console = try folder.console(columns: 120, rows: 40)
                guard let shown = console.wait(for: "agent-1") else {
                    throw BenchmarkError("the console showed no row")
                }
                if round > 1 { times[name, default: []].append((shown - begun).milliseconds) }
                console.end()
            }
        }
        for (name, _) in folders {
            report.add("start_rows_ms_\(name)", (times[name] ?? []).percentile(50), goal: .atMost(40))
        }
        if let first = folders.first?.name, let last = folders.last?.name,
            let small = report["start_rows_ms_\(first)"], let large = report["start_rows_ms_\(last)"]
        {
            report.add("start_rows_\(last)_to_\(first)", large / small, goal: .atMost(1.2))
        }
    }

    private mutating func keys(_ folder: BenchmarkFolder, _ size: String) throws {
        let console = try unified(folder, columns: 120, rows: 40)
        defer { console.end() }
        let bytes = try move(console, size)
        report.add("bytes_per_key_120x40", bytes)
        try search(console, size)
        report.add("rss_mb_\(size)", ProcessFigures(pid: console.pid).residentMegabytes, goal: .atMost(60))
        try openThread(console)
        try count(folder)
    }

    /// A console on every account's messages in one list: the longest that there is.
    private func unified(_ folder: BenchmarkFolder, columns: Int, rows: Int) throws -> Pseudoterminal {
        let console = try folder.console(columns: columns, rows: rows)
        guard console.wait(for: "agent-1") != nil else { throw BenchmarkError("the console showed no row") }
        try console.type(Array(":inbox\r".utf8))
        guard console.wait(for: "all inboxes") != nil else {
            throw BenchmarkError("the inbox of all agents did not open")
        }
        _ = console.drain(quiet: 500)
        return console
    }

    /// Bytes for a key that moves the cursor, on the terminal of 80 columns that everything is measured by elsewhere.
    private mutating func count(_ folder: BenchmarkFolder) throws {
        let console = try unified(folder, columns: 80, rows: 24)
        defer { console.end() }
        var bytes: [Double] = []
        for (place, key) in [("g", "j"), ("50%", "j"), ("G", "k")] {
            try go(to: place, console)
            for _ in 0..<100 { bytes.append(Double(try press(key, console).1)) }
        }
        report.add("bytes_per_key", bytes.reduce(0, +) / Double(bytes.count), goal: .atMost(300))
    }

    /// The cursor and pages, at the top, in the middle and at the end; gives the bytes for a key.
    private mutating func move(_ console: Pseudoterminal, _ size: String) throws -> Double {
        var bytes = 0
        var (keys, pages): ([Double], [Double]) = ([], [])
        for (place, key, page) in [("g", "j", "\u{1b}[6~"), ("50%", "j", "\u{1b}[6~"), ("G", "k", "\u{1b}[5~")] {
            try go(to: place, console)
            for _ in 0..<200 {
                let (time, count) = try press(key, console)
                keys.append(time)
                bytes += count
            }
            for _ in 0..<100 { pages.append(try press(page, console).0) }
        }
        report.add("key_ms_p50_\(size)", keys.percentile(50), goal: .atMost(0.8))
        report.add("key_ms_p95_\(size)", keys.percentile(95), goal: .atMost(2))
        report.add("key_ms_p99_\(size)", keys.percentile(99), goal: .atMost(4))
        report.add("page_ms_p95_\(size)", pages.percentile(95), goal: .atMost(2))
        return Double(bytes) / Double(keys.count)
    }

    /// A list has no middle key: the middle is a thousand pages down, typed ahead.
    private func go(to place: String, _ console: Pseudoterminal) throws {
        if place == "50%" {
            for _ in 0..<20 {
                try console.type(Array(String(repeating: "\u{1b}[6~", count: 50).utf8))
                _ = console.drain(quiet: 200)
            }
        } else {
            try console.type(Array(place.utf8))
            _ = console.drain(quiet: 300)
        }
    }

    private mutating func search(_ console: Pseudoterminal, _ size: String) throws {
        var times: [Double] = []
        let searches = [
            "invoice", "agent", "conforgen", "person42", "zzz", "ba", "invoice ba", "agent con", "person42 for",
            "verun company7",
        ]
        for _ in 0..<3 {
            for words in searches {
                try console.type([6])
                _ = console.drain(quiet: 200)
                for character in words { times.append(try press(String(character), console, quiet: 60).0) }
                for _ in 0..<2 {
                    try console.type([27])
                    _ = console.drain(quiet: 200)
                }
            }
        }
        report.add("search_ms_p50_\(size)", times.percentile(50), goal: .atMost(2))
        report.add("search_ms_p99_\(size)", times.percentile(99), goal: .atMost(5))
    }

    /// The thread of a hundred messages, the newest of its agent.
    private mutating func openThread(_ console: Pseudoterminal) throws {
        try console.type(Array(":inbox agent-1\r".utf8))
        guard console.wait(for: "The long thread") != nil else { throw BenchmarkError("the long thread is not shown") }
        _ = console.drain(quiet: 300)
        var times: [Double] = []
        for _ in 0..<30 {
            times.append(try press("\r", console, quiet: 150).0)
            try console.type(Array("q".utf8))
            _ = console.drain(quiet: 150)
        }
        report.add("thread_open_ms_p95", times.percentile(95), goal: .atMost(10))
    }

    /// Presses a key; the milliseconds until the last byte that it caused, and how many bytes it caused.
    private func press(_ text: String, _ console: Pseudoterminal, quiet: Int32 = 25) throws -> (Double, Int) {
        let begun = ContinuousClock.now
        try console.type(Array(text.utf8))
        let (bytes, last) = console.drain(quiet: quiet)
        return (((last ?? begun) - begun).milliseconds, bytes)
    }
}
