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
    /// Ids that were listed and for which the server gave no rows.
    var absent: Set<EmailID> = []
    /// Ids that the pages by date listed and whose rows are in the cache since: the pages by id do not look them up.
    var here: Set<EmailID> = []
    /// True where the cache holds nothing of the account beyond what this fill has written, so nothing is looked up.
    var isFresh = false
}

/// A page of ids whose rows are being fetched.
private struct IDPage {
    let last: EmailID
    let count: Int
    /// Groups of rows that are not written yet.
    var open: Int
}

/// Something that was under way while pages are fetched, and came to its end.
private enum PageStep: Sendable {
    case ids(Result<(ids: [EmailID], isLast: Bool), SyncError>)
    /// The rows of a group are written; with the ids that the server gave no rows for.
    case rows(page: Int, count: Int, Result<[EmailID], SyncError>)
}

extension MailSync {
    /// Goes through an account's ids by pages and fetches the rows that the cache does not have.
    ///
    /// Several requests are under way at any time: rows are fetched while others are written, and the next page of ids is
    /// asked for before the rows of one run out, so that neither the server nor the cache waits for the end of a page.
    /// How far the fill has come is written once everything up to there is.
    func fetchPages(_ filling: inout Filling, sort: [Sort]) async throws(SyncError) {
        let id = filling.account
        let size = try await objectsInGet()
        let noted = filling.progress.notedState
        let (before, total) = (filling.progress.done, filling.progress.total)
        // As many as the server works at, and as many again that wait for the cache.
        let width = options.fillsInFlight * 2
        let ahead = max(1, options.idPage / size)
        let anchor = filling.progress.anchor
        let failure = await withTaskGroup(of: PageStep.self) { group -> SyncError? in
            var pages: [IDPage] = []
            var written = 0
            var groups: [(page: Int, ids: [EmailID])] = []
            var (begun, running, done) = (0, 0, 0)
            // Behind which id the next page begins, while one is to be asked for.
            var following: EmailID?
            group.addTask { .ids(await self.idsOrFailure(of: id, sort: sort, after: anchor, seen: 0)) }
            while true {
                if let last = following, groups.count - begun <= ahead {
                    following = nil
                    let seen = filling.seen.count
                    group.addTask { .ids(await self.idsOrFailure(of: id, sort: sort, after: last, seen: seen)) }
                }
                while running < width, begun < groups.count {
                    let next = groups[begun]
                    groups[begun].ids = []
                    begun += 1
                    running += 1
                    group.addTask {
                        .rows(
                            page: next.page, count: next.ids.count,
                            await self.fetchRows(next.ids, of: id, filling: noted))
                    }
                }
                guard let step = await group.next() else { return nil }
                do throws(SyncError) {
                    switch step {
                    case .ids(let answer):
                        let (ids, isLast) = try answer.get()
                        let new = ids.filter { filling.seen.insert($0).inserted }
                        guard let last = new.last else { break }
                        if !isLast { following = last }
                        let missing = try await self.missing(new, filling)
                        // Only those of the pages by id are looked at again.
                        if sort.isEmpty { filling.fetched += missing }
                        let parts = stride(from: 0, to: missing.count, by: size).map {
                            Array(missing[$0..<min($0 + size, missing.count)])
                        }
                        done += new.count - missing.count
                        groups += parts.map { (pages.count, $0) }
                        pages.append(IDPage(last: last, count: new.count, open: parts.count))
                    case .rows(let page, let count, let answer):
                        running -= 1
                        filling.absent.formUnion(try answer.get())
                        pages[page].open -= 1
                        done += count
                        self.setStage(.filling(done: before + done, total: total), of: id)
                    }
                    try await self.note(&written, of: pages, &filling, isByDate: !sort.isEmpty)
                } catch {
                    group.cancelAll()
                    return error
                }
            }
        }
        if let failure { throw failure }
    }

    /// Writes down how far the fill has come where more pages from the first on are complete.
    private func note(
        _ written: inout Int, of pages: [IDPage], _ filling: inout Filling, isByDate: Bool
    ) async throws(SyncError) {
        let before = written
        while written < pages.count, pages[written].open == 0 {
            filling.progress.done += pages[written].count
            if isByDate { filling.progress.anchor = pages[written].last }
            written += 1
        }
        if isByDate, written > before { try await write(filling.progress, of: filling.account) }
    }

    /// Those of the ids that the cache does not have.
    private func missing(_ ids: [EmailID], _ filling: Filling) async throws(SyncError) -> [EmailID] {
        if filling.isFresh { return ids }
        let (account, doubtful) = (filling.account, ids.filter { !filling.here.contains($0) })
        guard !doubtful.isEmpty else { return [] }
        return try await cached { () async throws(CacheError) in try await self.writer.missing(doubtful, of: account) }
    }

    /// The same as `ids`, for a request that runs while others do.
    private func idsOrFailure(
        of id: AccountID, sort: [Sort], after anchor: EmailID?, seen: Int
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

    /// Fetches and writes rows; gives the ids that the server has no rows for.
    private func fetchRows(
        _ ids: [EmailID], of account: AccountID, filling noted: State?
    ) async -> Result<[EmailID], SyncError> {
        do throws(SyncError) {
            let rows = try await fillLane.run { () async throws(SyncError) in try await self.rows(of: ids, in: account)
            }
            var batch = CacheBatch(account: account)
            batch.emails = rows
            batch.filling = noted
            let ready = batch
            try await cached { () async throws(CacheError) in _ = try await self.writer.apply(ready) }
            guard rows.count < ids.count else { return .success([]) }
            let given = Set(rows.map(\.id))
            return .success(ids.filter { !given.contains($0) })
        } catch { return .failure(error) }
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
