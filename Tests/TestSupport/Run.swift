internal import Foundation

/// What a program printed and how it ended.
public struct Outcome: Sendable {
    /// The exit status, or 128 and the signal where a signal ended it.
    public let status: Int32
    /// What it wrote to its standard output.
    public let output: String
    /// What it wrote to its standard error.
    public let errors: String
}

/// Runs a program to its end without a terminal.
///
/// - Parameters:
///   - arguments: the program (a path, or a name on PATH) and its arguments.
///   - environment: variables put over those of the test.
///   - input: what it reads from its standard input.
public func run(
    _ arguments: [String], environment: [String: String] = [:], input: String = "", in folder: String? = nil
) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    // Files rather than pipes: a program that fills one pipe while the other is read would wait for ever.
    let scratch = try TemporaryFolder()
    for name in ["in", "out", "err"] {
        _ = FileManager.default.createFile(atPath: scratch.file(name), contents: name == "in" ? Data(input.utf8) : nil)
    }
    process.standardInput = FileHandle(forReadingAtPath: scratch.file("in"))
    process.standardOutput = FileHandle(forWritingAtPath: scratch.file("out"))
    process.standardError = FileHandle(forWritingAtPath: scratch.file("err"))
    try process.run()
    process.waitUntilExit()
    func text(_ name: String) -> String {
        String(decoding: FileManager.default.contents(atPath: scratch.file(name)) ?? Data(), as: UTF8.self)
    }
    let status = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    return Outcome(status: status, output: text("out"), errors: text("err"))
}
