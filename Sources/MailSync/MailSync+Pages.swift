import JMAP
import MailCache

/// How far the pages of an account have come.
struct Filling {
    let account: AccountID
    var progress: FillProgress
    /// Every id that was listed so far, so that a server that lists the same ones again comes to an end.
    var seen: Set<EmailID> = []
    /// Every id whose row was fetched.
    var fetched: [EmailID] = []
}

extension MailSync {
    /// Goes through an account's ids by pages and fetches the rows that the cache does not have, several requests at a
    /// time; the next page of ids is asked for while the rows of one arrive.
    func fetchPages(_ filling: inout Filling, sort: [Sort]) async throws(SyncError) {
        let id = filling.account
        var page = try await ids(of: id, sort: sort, after: filling.progress.anchor, seen: 0)
        while !Task.isCancelled {
            let new = page.ids.filter { filling.seen.insert($0).inserted }
            guard let last = new.last else { return }
            let (count, isLast) = (filling.seen.count, page.isLast)
            async let following = isLast ? nil : idsOrFailure(of: id, sort: sort, after: last, seen: count)
            let missing = try await cached { () async throws(CacheError) in
                try await self.writer.missing(new, of: id)
            }
            filling.progress.done += new.count - missing.count
            try await fetch(missing, &filling)
            // Only those of the pages by id are looked at again.
            if sort.isEmpty { filling.fetched += missing }
            if !sort.isEmpty {
                filling.progress.anchor = last
                try await write(filling.progress, of: id)
            }
            guard let next = await following else { return }
            page = try next.get()
        }
    }

    /// The same as `ids`, for a request that runs while others do.
    private func idsOrFailure(
        of id: AccountID, sort: [Sort], after anchor: EmailID, seen: Int
    ) async -> Result<(ids: [EmailID], isLast: Bool), SyncError> {
        do throws(SyncError) {
            return .success(try await ids(of: id, sort: sort, after: anchor, seen: seen))
        } catch { return .failure(error) }
    }

    private func write(_ progress: FillProgress, of id: AccountID) async throws(SyncError) {
        var batch = CacheBatch(account: id)
        batch.fill = progress
        batch.filling = progress.notedState
        let ready = batch
        try await cached { () async throws(CacheError) in _ = try await self.writer.apply(ready) }
    }

    /// Fetches and writes rows, several requests at a time.
    private func fetch(_ ids: [EmailID], _ filling: inout Filling) async throws(SyncError) {
        let account = filling.account
        let size = try await objectsInGet()
        let groups = stride(from: 0, to: ids.count, by: size).map { Array(ids[$0..<min($0 + size, ids.count)]) }
        let (before, total, noted) = (filling.progress.done, filling.progress.total, filling.progress.notedState)
        let counter = Counter()
        try await forEachGroup(groups, width: options.fillsInFlight + 1) { sync, group async throws(SyncError) in
            let rows = try await sync.fillLane.run { () async throws(SyncError) in
                try await sync.rows(of: group, in: account)
            }
            var batch = CacheBatch(account: account)
            batch.emails = rows
            batch.filling = noted
            let ready = batch
            try await sync.cached { () async throws(CacheError) in _ = try await sync.writer.apply(ready) }
            counter.count += group.count
            sync.setStage(.filling(done: before + counter.count, total: total), of: account)
        }
        filling.progress.done += ids.count
    }

    func objectsInGet() async throws(SyncError) -> Int {
        try await patiently { () async throws(JMAPError) in
            min(self.options.objectsInGet, try await self.client.session().limits.maxObjectsInGet)
        }
    }

    /// A page of ids behind an id, or the first one.
    ///
    /// - Parameter seen: how many were listed before; where the id is gone meanwhile, the page begins a little before
    ///   this place.
    func ids(
        of id: AccountID, sort: [Sort], after anchor: EmailID?, seen: Int
    ) async throws(SyncError) -> (ids: [EmailID], isLast: Bool) {
        let limit = options.idPage
        var query = EmailQuery(
            account: id, sort: sort, anchor: anchor, anchorOffset: anchor == nil ? 0 : 1, limit: limit)
        let answer: QueryAnswer<EmailID>
        do {
            let asked = query
            answer = try await patiently { () async throws(JMAPError) in try await self.client.call(asked) }
        } catch  where error.server?.code == .method("anchorNotFound") {
            query.anchor = nil
            query.anchorOffset = 0
            query.position = max(0, seen - 200)
            let asked = query
            answer = try await patiently { () async throws(JMAPError) in try await self.client.call(asked) }
        }
        let most = min(limit, answer.limit.flatMap { $0 > 0 ? $0 : nil } ?? limit)
        return (answer.ids, answer.ids.count < most)
    }

    /// Does something for each group, a few at a time; the first failure ends it.
    func forEachGroup<Item: Sendable>(
        _ groups: [[Item]], width: Int,
        _ body: @escaping @Sendable (isolated MailSync, [Item]) async throws(SyncError) -> Void
    ) async throws(SyncError) {
        var rest = groups[...]
        let failure = await withTaskGroup(of: SyncError?.self) { tasks -> SyncError? in
            var running = 0
            while true {
                while running < width, let group = rest.popFirst() {
                    running += 1
                    tasks.addTask {
                        do throws(SyncError) {
                            try await body(self, group)
                            return nil
                        } catch { return error }
                    }
                }
                guard running > 0, let ended = await tasks.next() else { return nil }
                running -= 1
                if let ended {
                    tasks.cancelAll()
                    return ended
                }
            }
        }
        if let failure { throw failure }
    }
}

/// Counts inside one isolation.
private final class Counter: @unchecked Sendable {
    // Safe to send: only closures that are isolated to one actor touch it.
    var count = 0
}
