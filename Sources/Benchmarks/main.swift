internal import Glibc

// The figures of the program, printed as a table and written as JSON. Arguments choose groups: console, server, fill.

let wanted = Set(CommandLine.arguments.dropFirst())
func isWanted(_ group: String) -> Bool { wanted.isEmpty || wanted.contains(group) }

var report = Report()
do {
    if isWanted("console") {
        var benchmarks = ConsoleBenchmarks(report: report)
        try await benchmarks.run(sizes: [("1k", 1_000), ("100k", 100_000), ("1m", 1_000_000)])
        report = benchmarks.report
    }
    if isWanted("server") {
        var benchmarks = ServerBenchmarks(report: report)
        try await benchmarks.run()
        report = benchmarks.report
    }
    if isWanted("fill") {
        var benchmarks = FillBenchmarks(report: report)
        try await benchmarks.run()
        report = benchmarks.report
    }
    try report.write(to: ".build/bench.json")
    print("written to .build/bench.json")
} catch {
    print("stopped: \(error)")
    exit(1)
}
