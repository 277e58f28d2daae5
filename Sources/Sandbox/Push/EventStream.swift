import CMicroHTTPD
import Synchronization

/// One open event stream: it joins changes that come quickly and hands its bytes to the daemon.
///
/// While it has nothing to say its connection is suspended, so it takes no thread and no time. The daemon's thread reads;
/// changes, pings, faults and the end come from any thread.
final class EventStream: Sendable {
    /// When the stream ends by itself.
    enum Close: Sendable {
        case never, afterState
    }

    private struct State {
        /// Bytes that wait for the daemon.
        var buffer: [UInt8] = []
        /// Changes that wait for their second to pass: account id, type, state.
        var pending: [String: [DataType: String]] = [:]
        /// When the last event went out.
        var lastEvent: ContinuousClock.Instant?
        /// Whether a timer will flush what waits.
        var isFlushPlanned = false
        /// The daemon's connection while it is suspended.
        var suspended: DaemonConnection?
        var connection: DaemonConnection?
        var isEnding = false
        var isCut = false
        var isSilent = false
        var pinger: Task<Void, Never>?
    }

    /// The shortest time between two events.
    static let pause = Duration.seconds(1)

    /// The accounts of which it tells: the owner's and its groups' as they were when it was opened.
    let accounts: Set<Int>
    private let types: Set<DataType>
    private let close: Close
    private let state = Mutex(State())
    private let onEnd: @Sendable (EventStream) -> Void

    init(
        accounts: Set<Int>, types: Set<DataType>, close: Close, ping: Duration?,
        onEnd: @escaping @Sendable (EventStream) -> Void
    ) {
        self.accounts = accounts
        self.types = types
        self.close = close
        self.onEnd = onEnd
        guard let ping else { return }
        let pinger = Task { [weak self] in
            while (try? await Task.sleep(for: ping)) != nil {
                guard let self else { return }
                self.ping(interval: ping)
            }
        }
        state.withLock { $0.pinger = pinger }
    }

    // MARK: What the daemon's thread calls

    func attach(to connection: OpaquePointer) {
        state.withLock { $0.connection = DaemonConnection(pointer: connection) }
    }

    /// Gives what waits, or puts the connection to sleep; what the daemon's reader callback answers.
    func read(into target: UnsafeMutableRawBufferPointer) -> Int {
        state.withLock { state in
            if state.isCut { return agenticmail_mhd_end_with_error() }
            if !state.buffer.isEmpty {
                let count = min(state.buffer.count, target.count)
                target.copyBytes(from: state.buffer[..<count])
                state.buffer.removeFirst(count)
                return count
            }
            guard !state.isEnding, let connection = state.connection else { return agenticmail_mhd_end_of_stream() }
            state.suspended = connection
            connection.suspend()
            return 0
        }
    }

    /// The daemon has done with the stream.
    func detach() {
        let pinger = state.withLock { state in
            state.connection = nil
            state.suspended = nil
            state.isEnding = true
            return state.pinger
        }
        pinger?.cancel()
        onEnd(self)
    }

    // MARK: What any thread calls

    /// Tells of new states of one account, at once or when the last event is a second old.
    func notify(account: String, _ changes: [DataType: String]) {
        let wait: Duration? = state.withLock { state in
            let wanted = changes.filter { types.contains($0.key) }
            guard !wanted.isEmpty, !state.isEnding else { return nil }
            state.pending[account, default: [:]].merge(wanted) { $1 }
            guard !state.isFlushPlanned else { return nil }
            let left = state.lastEvent.map { Self.pause - $0.duration(to: .now) } ?? .zero
            if left > .zero {
                state.isFlushPlanned = true
                return left
            }
            flush(&state)
            return nil
        }
        guard let wait else { return }
        Task { [weak self] in
            try? await Task.sleep(for: wait)
            self?.state.withLock { state in
                state.isFlushPlanned = false
                self?.flush(&state)
            }
        }
    }

    private func flush(_ state: inout State) {
        guard !state.pending.isEmpty, !state.isEnding else { return }
        let changed = state.pending.sorted { $0.key < $1.key }.map { account, types in
            let states = types.sorted { $0.key.rawValue < $1.key.rawValue }.map {
                ($0.key.name, JSONValue.string($0.value))
            }
            return (account, JSONValue.object(JSONObject(states)))
        }
        state.pending = [:]
        state.lastEvent = .now
        let event: JSONValue = ["@type": "StateChange", "changed": .object(JSONObject(changed))]
        append("state", event, &state)
        if close == .afterState {
            state.isEnding = true
            resume(&state)
        }
    }

    private func ping(interval: Duration) {
        state.withLock { append("ping", ["interval": .integer(interval.components.seconds * 1000)], &$0) }
    }

    private func append(_ event: String, _ data: JSONValue, _ state: inout State) {
        guard !state.isSilent else { return }
        state.buffer += Array("event: \(event)\ndata: \(data.text)\n\n".utf8)
        resume(&state)
    }

    private func resume(_ state: inout State) {
        guard let suspended = state.suspended else { return }
        state.suspended = nil
        suspended.resume()
    }

    /// Ends the stream: after what waits, or with the connection torn off in the middle.
    func end(cut: Bool) {
        state.withLock { state in
            state.isEnding = true
            if cut { state.isCut = true }
            resume(&state)
        }
    }

    /// From now on the stream says nothing more, pings neither, and stays open.
    func fallSilent() {
        state.withLock { $0.isSilent = true }
    }
}
