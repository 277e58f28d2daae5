import MailCache

extension Workspace {
    /// Messages as they come while ``run()`` runs, each once, oldest first; ends with the task that reads it.
    ///
    /// Also those that another program on the same cache was the first to write. Of these only what is newer than the
    /// newest ``Arrivals/window`` messages were can be told from what was there before.
    public func arrivals() -> AsyncStream<[MessageSummary]> {
        let (stream, continuation) = AsyncStream.makeStream(of: [MessageSummary].self)
        let changes = cache.changes()
        let task = Task {
            var arrivals = Arrivals(known: (try? await self.newestKeys()) ?? [])
            for await change in changes where change.isMany || !change.added.isEmpty {
                let newest = change.isMany ? (try? await self.newestKeys()) ?? [] : []
                let keys = arrivals.take(added: change.added, newest: newest)
                guard !keys.isEmpty else { continue }
                let found = try? await self.summaries { reader throws(CacheError) in try reader.messages(keys) }
                continuation.yield((found ?? []).sorted { $0.receivedAt < $1.receivedAt })
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in task.cancel() }
        return stream
    }

    private func newestKeys() async throws(WorkspaceError) -> [MessageKey] {
        try await reading.read { reader throws(CacheError) in
            try reader.messages(in: .all, limit: Arrivals.window).rows.map(\.key)
        }
    }
}

/// Tells messages that came from those that were there.
struct Arrivals {
    /// How many of the newest messages are looked at where it is only known that many changed.
    static let window = 500

    private var known: Set<MessageKey>
    /// What is older may have been there before.
    private var floor: MessageKey

    /// - Parameter known: The newest messages that are there, at most ``window``, the newest first.
    init(known: [MessageKey]) {
        self.known = Set(known)
        floor = known.count < Self.window ? MessageKey(startOf: 0) : known.last ?? MessageKey(startOf: 0)
    }

    /// Those of the messages that came since the last call, by key.
    ///
    /// - Parameters:
    ///   - added: Messages that are known to be new.
    ///   - newest: The newest messages there are, of which some may be new.
    mutating func take(added: Set<MessageKey>, newest: [MessageKey]) -> [MessageKey] {
        let came = added.union(newest.filter { $0 > floor }).subtracting(known)
        known.formUnion(came)
        // What is kept stays bounded, and what is forgotten counts as known.
        if known.count > 4 * Self.window {
            let kept = known.sorted(by: >).prefix(2 * Self.window)
            known = Set(kept)
            floor = kept.last ?? floor
        }
        return came.sorted()
    }
}
