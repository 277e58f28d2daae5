public import FoundationEssentials
import Synchronization

/// Something that runs in the background and that a person may want to see or stop.
public struct Job: Sendable, Identifiable, Hashable {
    /// How far it is.
    public enum State: Sendable, Hashable {
        case running
        case done
        case cancelled
        /// With the sentence that says why; untrusted text.
        case failed(String)
    }

    /// Counts up from 1 in a workspace.
    public let id: Int
    /// What it does, such as "First fill of ada"; may hold untrusted text.
    public let title: String
    /// When it began.
    public let began: Date
    /// When it ended; `nil` while it runs.
    public internal(set) var ended: Date?
    /// How far it is.
    public internal(set) var state: State
    /// Steps done, in the unit of ``total``.
    public internal(set) var completed: Int
    /// Steps in all, where that is known.
    public internal(set) var total: Int?
    /// What a step is, in the plural, such as "messages".
    public let unit: String
    /// Whether ``JobList/cancel(_:)`` can stop it.
    public let canBeCancelled: Bool

    /// Steps a second so far; 0 before anything was done.
    public func rate(at now: Date) -> Double {
        let seconds = (ended ?? now).timeIntervalSince(began)
        return seconds > 0 ? Double(completed) / seconds : 0
    }

    /// Seconds until it is done at the rate so far; `nil` where that cannot be said.
    public func timeLeft(at now: Date) -> Double? {
        let rate = rate(at: now)
        guard state == .running, let total, rate > 0 else { return nil }
        return Double(max(0, total - completed)) / rate
    }
}

/// What runs and what ran lately in a workspace.
///
/// The newest stand first; ended jobs are kept up to a limit. Anyone may read; a job is changed by who began it.
public final class JobList: Sendable {
    private struct State {
        var jobs: [Job] = []
        var cancels: [Int: @Sendable () -> Void] = [:]
        var lastID = 0
    }

    private let state = Mutex(State())
    private let listeners = Listeners()
    private let now: @Sendable () -> Date
    private static let keptLimit = 200

    /// - Parameter now: The clock.
    public init(now: @escaping @Sendable () -> Date = { Date() }) {
        self.now = now
    }

    /// Every job, the newest first.
    public var jobs: [Job] {
        state.withLock { $0.jobs }
    }

    /// Whether anything is running.
    public var isBusy: Bool {
        state.withLock { $0.jobs.contains { $0.state == .running } }
    }

    /// Fires after changes, many at once as one.
    public func changes() -> AsyncStream<Void> {
        listeners.changes()
    }

    /// Lists a job that begins now.
    ///
    /// - Parameter cancel: Stops it; `nil` where that cannot be done.
    /// - Returns: Its number, for ``update(_:completed:total:)`` and ``end(_:_:)``.
    public func begin(
        _ title: String, unit: String = "steps", total: Int? = nil, cancel: (@Sendable () -> Void)? = nil
    ) -> Job.ID {
        change { state in
            state.lastID += 1
            state.jobs.insert(
                Job(
                    id: state.lastID, title: title, began: now(), ended: nil, state: .running, completed: 0,
                    total: total,
                    unit: unit, canBeCancelled: cancel != nil), at: 0)
            state.cancels[state.lastID] = cancel
            if state.jobs.count > Self.keptLimit, let oldest = state.jobs.lastIndex(where: { $0.state != .running }) {
                state.jobs.remove(at: oldest)
            }
            return state.lastID
        }
    }

    /// Notes how far a job is.
    public func update(_ id: Job.ID, completed: Int, total: Int? = nil) {
        change { state in
            guard let index = state.jobs.firstIndex(where: { $0.id == id }) else { return }
            state.jobs[index].completed = completed
            if let total { state.jobs[index].total = total }
        }
    }

    /// Notes that a job has ended.
    public func end(_ id: Job.ID, _ end: Job.State = .done) {
        change { state in
            state.cancels[id] = nil
            guard let index = state.jobs.firstIndex(where: { $0.id == id }) else { return }
            state.jobs[index].state = end
            state.jobs[index].ended = now()
        }
    }

    /// Asks a job to stop; its owner notes the end.
    ///
    /// - Returns: Whether it could be asked.
    public func cancel(_ id: Job.ID) -> Bool {
        guard let cancel = state.withLock({ $0.cancels[id] }) else { return false }
        cancel()
        return true
    }

    private func change<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
        let result = state.withLock { body(&$0) }
        listeners.tell()
        return result
    }
}
