public import FoundationEssentials
import Synchronization

/// One line of the log.
public struct LogEntry: Sendable, Identifiable, Hashable {
    /// How much a person should care.
    public enum Level: String, Sendable, Hashable, CaseIterable, Comparable {
        case debug, info, warning, error

        /// Whether a person should care less about the first.
        public static func < (one: Level, other: Level) -> Bool {
            (allCases.firstIndex(of: one) ?? 0) < (allCases.firstIndex(of: other) ?? 0)
        }
    }

    /// Counts up from 1 in a run of the program.
    public let id: Int
    /// When it was written.
    public let time: Date
    /// How much a person should care.
    public let level: Level
    /// The part of the program that speaks, such as `sync`.
    public let part: String
    /// Redacted; may hold untrusted text, and no line ends.
    public let text: String
}

/// What the program did: the newest lines in memory, and all of them in a file.
///
/// Secrets that the workspace uses are named to ``redact(_:)`` before anything is signed in with them; wherever one of
/// them would stand in a line, a mark stands instead.
public final class Log: Sendable {
    private struct State {
        var entries: [LogEntry] = []
        var lastID = 0
        var secrets: [String] = []
    }

    private let state = Mutex(State())
    private let listeners = Listeners()
    private let file: LogFile?
    private let now: @Sendable () -> Date
    private static let keptLimit = 5_000
    private static let lineLimit = 2_000

    /// - Parameters:
    ///   - file: Where lines are appended; `nil` keeps them in memory alone.
    ///   - now: The clock.
    public convenience init(now: @escaping @Sendable () -> Date = { Date() }) {
        self.init(file: nil, now: now)
    }

    /// Makes a log that is appended to a file too.
    package init(file: LogFile?, now: @escaping @Sendable () -> Date = { Date() }) {
        self.file = file
        self.now = now
    }

    /// The lines kept in memory, the oldest first.
    public var entries: [LogEntry] {
        state.withLock { $0.entries }
    }

    /// Fires after new lines, many at once as one.
    public func changes() -> AsyncStream<Void> {
        listeners.changes()
    }

    /// Keeps a secret out of every later line.
    public func redact(_ secret: String) {
        guard secret.count >= 4 else { return }
        state.withLock { state in
            if !state.secrets.contains(secret) { state.secrets.append(secret) }
        }
    }

    /// Writes a line.
    public func write(_ level: LogEntry.Level, _ part: String, _ text: String) {
        let entry = state.withLock { state in
            state.lastID += 1
            // Secrets go first: a line that was cut inside one would show its beginning.
            var line = text
            for secret in state.secrets { line = line.replacing(secret, with: "‹secret›") }
            line = String(line.prefix(Self.lineLimit).map { $0.isNewline ? " " : $0 })
            let entry = LogEntry(id: state.lastID, time: now(), level: level, part: part, text: line)
            if state.entries.count >= Self.keptLimit { state.entries.removeFirst(Self.keptLimit / 10) }
            state.entries.append(entry)
            return entry
        }
        file?.append(entry)
        listeners.tell()
    }
}
