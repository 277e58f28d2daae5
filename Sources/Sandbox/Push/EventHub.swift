import Synchronization

/// The open event streams, by the accounts of which they tell.
final class EventHub: Sendable {
    private struct State {
        var streams: [ObjectIdentifier: EventStream] = [:]
        /// The same streams by account.
        var byAccount: [Int: Set<ObjectIdentifier>] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())

    /// How many streams are open.
    var count: Int { state.withLock { $0.streams.count } }

    /// Opens a stream; nil where the server stops.
    func open(accounts: Set<Int>, types: Set<DataType>, close: EventStream.Close, ping: Duration?) -> EventStream? {
        let stream = EventStream(accounts: accounts, types: types, close: close, ping: ping) { [weak self] in
            self?.remove($0)
        }
        let isOpen = state.withLock { state in
            guard !state.isClosed else { return false }
            let key = ObjectIdentifier(stream)
            state.streams[key] = stream
            for account in accounts { state.byAccount[account, default: []].insert(key) }
            return true
        }
        return isOpen ? stream : nil
    }

    private func remove(_ stream: EventStream) {
        state.withLock { state in
            let key = ObjectIdentifier(stream)
            guard state.streams.removeValue(forKey: key) != nil else { return }
            for account in stream.accounts {
                state.byAccount[account]?.remove(key)
                if state.byAccount[account]?.isEmpty == true { state.byAccount[account] = nil }
            }
        }
    }

    /// Tells the streams that listen of an account's new states.
    func notify(_ changes: [Int: [DataType: String]]) {
        for (account, states) in changes {
            let streams = state.withLock { state in
                state.byAccount[account, default: []].compactMap { state.streams[$0] }
            }
            for stream in streams { stream.notify(account: Base32.id(account), states) }
        }
    }

    /// Hands every open stream to the closure.
    func forEach(_ body: (EventStream) -> Void) {
        let streams = state.withLock { Array($0.streams.values) }
        for stream in streams { body(stream) }
    }

    /// Ends all streams and takes no new ones.
    func close() {
        state.withLock { $0.isClosed = true }
        forEach { $0.end(cut: false) }
    }
}
