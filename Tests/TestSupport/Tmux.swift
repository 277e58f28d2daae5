internal import Foundation

/// A tmux server of the test's own with one window, in which a program is used as a person would use it.
public final class Tmux: Sendable {
    /// Whether the program is here.
    public static let isInstalled = FileManager.default.isExecutableFile(atPath: "/usr/bin/tmux")

    private let socket: String
    private let folder: TemporaryFolder

    /// Opens a window of the given size and starts a shell command in it, in a folder of its own.
    ///
    /// - Parameters:
    ///   - command: run by `sh`; its end leaves the window open so that the screen after it can be looked at.
    ///   - columns: the window's width in cells.
    ///   - rows: the window's height in cells.
    public init(_ command: String, columns: Int, rows: Int, environment: [String: String] = [:]) throws {
        folder = try TemporaryFolder()
        socket = folder.file("tmux")
        let assignments = environment.sorted { $0.key < $1.key }.map { "\($0.key)='\($0.value)'" }.joined(
            separator: " ")
        let script = folder.file("command")
        try "cd '\(folder.path)'\nexport LC_ALL=C.UTF-8 \(assignments)\n\(command)\necho \"ended $?\"\nexec sh\n".write(
            toFile: script, atomically: true, encoding: .utf8)
        try tmux(
            "-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "sh \(script)", ";", "set",
            "-g",
            "status", "off", ";", "set", "-g", "window-size", "manual")
    }

    deinit {
        _ = try? tmux("kill-server")
    }

    /// Presses keys, by tmux's names (`Enter`, `Escape`, `C-d`, `j`).
    public func press(_ keys: String...) throws {
        try tmux(["send-keys"] + keys)
    }

    /// Types text as it is.
    public func type(_ text: String) throws {
        try tmux("send-keys", "-l", text)
    }

    /// Gives the window another size.
    public func resize(columns: Int, rows: Int) throws {
        try tmux("resize-window", "-x", "\(columns)", "-y", "\(rows)")
    }

    /// Gives tmux itself a command.
    public func control(_ arguments: String...) throws {
        try tmux(arguments)
    }

    /// What is on the screen, a string a row.
    public func screen() throws -> [String] {
        try tmux("capture-pane", "-p").split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// A variable of tmux's about the window (`#{alternate_on}`, `#{cursor_y}`).
    public func value(_ format: String) throws -> String {
        try tmux("display-message", "-p", format).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Waits until a row of the screen holds the text; gives the last screen where it does not come.
    public func waits(for text: String, within seconds: Double = 30) throws -> Bool {
        try eventually(within: seconds) { try screen().contains { $0.contains(text) } }
    }

    @discardableResult
    private func tmux(_ arguments: String...) throws -> String {
        try tmux(arguments)
    }

    @discardableResult
    private func tmux(_ arguments: [String]) throws -> String {
        let outcome = try run(["tmux", "-S", socket] + arguments)
        guard outcome.status == 0 else { throw TmuxError(arguments: arguments, words: outcome.errors) }
        return outcome.output
    }
}

/// tmux refused a command.
public struct TmuxError: Error, CustomStringConvertible {
    let arguments: [String]
    let words: String

    public var description: String { "tmux \(arguments.joined(separator: " ")): \(words)" }
}
