internal import Foundation
internal import Glibc

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
/// It waits for that program alone: one that leaves a daemon behind has ended. Standard input and both outputs are files,
/// since a program that fills one pipe while the other is read would wait for ever.
///
/// - Parameters:
///   - arguments: the program (a path, or a name on PATH) and its arguments.
///   - environment: variables put over those of the test.
///   - input: what it reads from its standard input.
public func run(_ arguments: [String], environment: [String: String] = [:], input: String = "") throws -> Outcome {
    let scratch = try TemporaryFolder()
    try input.write(toFile: scratch.file("in"), atomically: true, encoding: .utf8)

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, scratch.file("in"), O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, scratch.file("out"), O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, scratch.file("err"), O_WRONLY | O_CREAT, 0o600)

    // Threads of a pool block every signal, and a child would inherit that: nothing but SIGKILL would end it.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

    let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0.key)=\($0.value)" }
    var pid = pid_t()
    let code = withCStrings(arguments) { argv in
        withCStrings(variables) { envp in posix_spawnp(&pid, arguments[0], &actions, &attributes, argv, envp) }
    }
    guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .ENOENT) }
    var state: Int32 = 0
    while waitpid(pid, &state, 0) < 0 && errno == EINTR {}

    func text(_ name: String) -> String {
        String(decoding: FileManager.default.contents(atPath: scratch.file(name)) ?? Data(), as: UTF8.self)
    }
    let signal = state & 0x7f
    return Outcome(
        status: signal == 0 ? (state >> 8) & 0xff : 128 + signal, output: text("out"), errors: text("err"))
}

private func withCStrings<T>(_ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> T) -> T {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
}
