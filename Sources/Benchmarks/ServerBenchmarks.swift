internal import FoundationEssentials
internal import Glibc
internal import JMAP

/// The console with a server: what it costs when nothing happens, and how soon an arrival is on the screen.
struct ServerBenchmarks {
    var report: Report

    mutating func run() async throws {
        let server = try await BenchmarkServer(agents: 100)
        let folder = try BenchmarkFolder(url: server.url)
        let console = try folder.console(columns: 120, rows: 40)
        defer { console.end() }
        guard console.wait(for: "live") != nil else { throw BenchmarkError("the console did not connect") }
        try console.type(Array(":log\r".utf8))
        _ = console.drain(quiet: 3_000)

        let figures = ProcessFigures(pid: console.pid)
        // On a machine that has other work, the first look at a hundred accounts takes longer than it shows.
        for _ in 0..<20 {
            let before = figures.mainThreadWakeups
            _ = console.drain(quiet: 3_000)
            if figures.mainThreadWakeups == before { break }
        }
        // Every account is asked in full every twenty seconds, so one window of three holds that too. The frame's clock
        // turns once a minute; the windows are those in which it does not.
        while time(nil) % 60 > 25 { _ = console.drain(quiet: 1_000) }
        let processor = figures.processorSeconds
        let begun = ContinuousClock.now
        var wakeups: [Int] = []
        for _ in 0..<3 {
            let before = figures.mainThreadWakeups
            _ = console.drain(quiet: 10_000)
            wakeups.append(figures.mainThreadWakeups - before)
        }
        report.add("idle_wakeups_10s", Double(wakeups.max() ?? 0), goal: .atMost(0))
        let seconds = (ContinuousClock.now - begun).milliseconds / 1000
        report.add(
            "sweep_cpu_percent_100_agents", (figures.processorSeconds - processor) / seconds * 100, goal: .atMost(2))

        try console.type(Array(":inbox operator\r".utf8))
        _ = console.drain(quiet: 1_000)
        var times: [Double] = []
        for number in 0..<20 {
            // No letter is that of the subject before it: only what differs from the screen is written to the terminal.
            let subject = String(repeating: Character(UnicodeScalar(UInt8(ascii: "a") + UInt8(number))), count: 12)
            // The event is written when the call that made the message answers.
            try await server.add(1, subject: subject)
            let written = ContinuousClock.now
            guard let shown = console.wait(for: subject) else {
                throw BenchmarkError("“\(subject)” did not come to the screen")
            }
            times.append((shown - written).milliseconds)
            // One event a second is sent at most, so a sooner one would only measure the wait.
            _ = console.drain(quiet: 1_200)
        }
        report.add("push_to_screen_ms_p50", times.percentile(50), goal: .atMost(30))
    }
}
