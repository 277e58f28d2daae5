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

/// Rows of one page that are to be fetched, or that came.
private struct PageRows: Sendable {
    let page: Int
    let ids: [EmailID]
    var rows: [EmailRecord] = []
}

/// Something that was under way while pages are fetched, and came to its end.
private enum PageStep: Sendable {
    case ids(Result<(ids: [EmailID], isLast: Bool), SyncError>)
    case fetched(Result<PageRows, SyncError>)
    case written([PageRows], SyncError?)
}

extension MailSync {
    /// How many answers are written in one transaction at most.
    private static let answersInTransaction = 3

    /// Goes through an account's ids by pages and fetches the rows that the cache does not have.
    ///
    /// Several requests are under way at any time: rows are fetched while others are written, and the next page of ids is
    /// asked for before the rows of one run out, so that neither the server nor the cache waits for the end of a page.
    /// Answers that wait for the cache are written together, since the ends of its indexes are then written once for all
    /// of them; a person's act waits some ten milliseconds behind them. How far the fill has come is written once
    /// everything up to there is.
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
            var complete = 0
            var wanted: [PageRows] = []
            var came: [PageRows] = []
            var (begun, fetching, writing, done) = (0, 0, 0, 0)
            // Behind which id the next page begins, while one is to be asked for.
            var following: EmailID?
            group.addTask { .ids(await self.idsOrFailure(of: id, sort: sort, after: anchor, seen: 0)) }
            while true {
                if let last = following, wanted.count - begun <= ahead {
                    following = nil
                    let seen = filling.seen.count
                    group.addTask { .ids(await self.idsOrFailure(of: id, sort: sort, after: last, seen: seen)) }
                }
                while fetching + came.count + writing < width, begun < wanted.count {
                    let next = wanted[begun]
                    // Only its place is needed from now on.
                    wanted[begun] = PageRows(page: next.page, ids: [])
                    begun += 1
                    fetching += 1
                    group.addTask { .fetched(await self.fetchRows(next, of: id)) }
                }
                if writing == 0, !came.isEmpty {
                    let ready = Array(came.prefix(Self.answersInTransaction))
                    came.removeFirst(ready.count)
                    writing = ready.count
                    group.addTask { .written(ready, await self.write(ready, of: id, filling: noted)) }
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
                            PageRows(page: pages.count, ids: Array(missing[$0..<min($0 + size, missing.count)]))
                        }
                        done += new.count - missing.count
                        wanted += parts
                        pages.append(IDPage(last: last, count: new.count, open: parts.count))
                    case .fetched(let answer):
                        fetching -= 1
                        came.append(try answer.get())
                    case .written(let answers, let failure):
                        if let failure { throw failure }
                        writing = 0
                        for answer in answers {
                            pages[answer.page].open -= 1
                            done += answer.ids.count
                            guard answer.rows.count < answer.ids.count else { continue }
                            filling.absent.formUnion(Set(answer.ids).subtracting(answer.rows.map(\.id)))
                        }
                        self.setStage(.filling(done: before + done, total: total), of: id)
                    }
                    try await self.note(&complete, of: pages, &filling, isByDate: !sort.isEmpty)
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

    private func fetchRows(_ wanted: PageRows, of account: AccountID) async -> Result<PageRows, SyncError> {
        do throws(SyncError) {
            var answer = wanted
            answer.rows = try await fillLane.run { () async throws(SyncError) in
                try await self.rows(of: wanted.ids, in: account)
            }
            return .success(answer)
        } catch { return .failure(error) }
    }

    /// Writes the rows of several answers in one transaction.
    private func write(
        _ answers: [PageRows], of account: AccountID, filling noted: State?
    ) async -> SyncError? {
        var batch = CacheBatch(account: account)
        batch.emails = answers.flatMap(\.rows)
        batch.filling = noted
        let ready = batch
        do throws(SyncError) {
            try await cached { () async throws(CacheError) in _ = try await self.writer.apply(ready) }
            return nil
        } catch { return error }
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
