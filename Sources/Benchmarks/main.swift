internal import Glibc

// The figures of the program, printed as a table and written as JSON. `--only GROUP` measures one group of them;
// `judgement --corpora FOLDER` measures what the inspection finds in labelled text; `phrases --corpora FOLDER --out FILE`
// learns the inspection's table of phrases anew.

if CommandLine.arguments.count == 4, CommandLine.arguments[1...2] == ["judgement", "--corpora"] {
    JudgementBenchmarks(folder: CommandLine.arguments[3]).run()
    exit(0)
}

if CommandLine.arguments.count == 6, CommandLine.arguments[1...2] == ["phrases", "--corpora"],
    CommandLine.arguments[4] == "--out"
{
    do {
        try PhraseLearning(corpora: CommandLine.arguments[3]).run(writing: CommandLine.arguments[5])
        exit(0)
    } catch {
        print("stopped: \(error)")
        exit(1)
    }
}

let groups = ["console", "server", "fill", "cyrus", "agents", "guard"]
var only: String?
var arguments = CommandLine.arguments.dropFirst()
while let argument = arguments.popFirst() {
    guard argument == "--only", let group = arguments.popFirst(), groups.contains(group) else {
        print(
            "usage: Benchmarks [--only \(groups.joined(separator: "|"))] | judgement --corpora FOLDER"
                + " | phrases --corpora FOLDER --out FILE")
        exit(2)
    }
    only = group
}

var report = Report()
do {
    Report.printHead()
    if only == nil || only == "console" {
        var benchmarks = ConsoleBenchmarks(report: report)
        try await benchmarks.run(sizes: [("1k", 1_000), ("100k", 100_000), ("1m", 1_000_000)])
        report = benchmarks.report
    }
    if only == nil || only == "server" {
        var benchmarks = ServerBenchmarks(report: report)
        try await benchmarks.run()
        report = benchmarks.report
    }
    if only == nil || only == "fill" {
        var benchmarks = FillBenchmarks(report: report)
        try await benchmarks.run()
        report = benchmarks.report
    }
    if only == nil || only == "cyrus" {
        var benchmarks = FillBenchmarks(report: report)
        try await benchmarks.runOnCyrus()
        report = benchmarks.report
    }
    if only == nil || only == "agents" {
        var benchmarks = AgentBenchmarks(report: report)
        try await benchmarks.run()
        report = benchmarks.report
    }
    if only == nil || only == "guard" {
        var benchmarks = GuardBenchmarks(report: report)
        try await benchmarks.run()
        report = benchmarks.report
    }
    try report.write(to: ".build/bench.json")
    print(report.missed.isEmpty ? "every goal is met" : "missed: \(report.missed.joined(separator: ", "))")
    print("written to .build/bench.json")
} catch {
    print("stopped: \(error)")
    exit(1)
}
