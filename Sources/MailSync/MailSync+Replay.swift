import JMAP
import MailCache

/// What makes a first fill, or a comparison, true although the account changes while its pages arrive.
///
/// Rule: a row that came by a page is put right by replaying the changes since a state that is older than the page, and
/// what was fetched is asked for once more after the cache's state has moved beyond its fetching. Why: a server leaves out
/// of its changes what was made and destroyed since the state that is asked about (RFC 8620 section 5.2), and a page may
/// have brought just that. Practice: pages, replay, pages by id, replay, look. What if not: a message that lived for
/// seconds would stay in the cache for ever.
extension MailSync {
    /// Does something that goes through a whole account, while no other program goes through one: a page of the other
    /// would be older than what this one has replayed.
    ///
    /// Throws `outdated` where another program does, or another part of this one goes through the account.
    func alone<T: Sendable>(
        with id: AccountID, _ body: () async throws(SyncError) -> T
    ) async throws(SyncError) -> T {
        guard accounts[id]?.isFilling != true, let lock = filling?.lock ?? ProgramLock.take(writer.path) else {
            throw SyncError(CacheError(code: .outdated, path: writer.path, detail: "the account is being filled"))
        }
        filling = (lock, (filling?.users ?? 0) + 1)
        accounts[id]?.isFilling = true
        defer {
            accounts[id]?.isFilling = false
            filling = filling.flatMap { $0.users > 1 ? ($0.lock, $0.users - 1) : nil }
        }
        return try await body()
    }

    /// Asks again for everything that changed since the state that was noted before the first page: a page may have been
    /// older than a change that was written before it. Afterwards the cache's state is newer than every page.
    func replay(_ filling: inout Filling, since noted: State) async throws(SyncError) {
        let id = filling.account
        var since = noted
        for _ in 0..<10_000 {
            let from = since
            // A change that is written while this answer is on its way is newer than it: then it is asked for again.
            let current = try await states(of: id).email
            let (changes, created, updated) = try await patiently { () async throws(JMAPError) in
                try await self.emailChanges(of: id, since: from)
            }
            filling.progress.notedState = changes.newState
            var batch = CacheBatch(account: id)
            batch.emails = try await created + rows(missingOf: changes.updated, in: id)
            batch.patches = updated.map { EmailChange($0) }
            batch.emailsDestroyed = changes.destroyed
            batch.emailState = current.map { StateStep(from: $0, to: changes.hasMoreChanges ? $0 : changes.newState) }
            batch.filling = from
            batch.fill = filling.progress
            let ready = batch
            do {
                try await cached { () async throws(CacheError) in _ = try await self.writer.apply(ready) }
            } catch  where error.cache?.code == .outdated {
                guard try await states(of: id).fill.notedState == from else { throw error }
                filling.progress.notedState = from
                continue
            }
            since = changes.newState
            if !changes.hasMoreChanges { accounts[id]?.emailState = since }
            // More that leads nowhere is none.
            if !changes.hasMoreChanges || changes.newState == from { return }
        }
    }

    /// Fetches what the pages by date left out, since the server's index of dates may lag behind, and takes out what is
    /// gone.
    func fetchRest(_ filling: inout Filling) async throws(SyncError) {
        let id = filling.account
        filling.progress.anchor = nil
        filling.here = filling.seen.subtracting(filling.absent)
        filling.isFresh = false
        filling.seen = []
        filling.fetched = []
        try await fetchPages(&filling, sort: [])
        if let noted = filling.progress.notedState { try await replay(&filling, since: noted) }
        var doubtful = filling.fetched
        var last: EmailID?
        while true {
            let after = last
            let page = try await cached { () async throws(CacheError) in
                try await self.writer.emailIDs(of: id, after: after, limit: 2_000)
            }
            guard let end = page.last else { break }
            last = end
            doubtful += page.filter { !filling.seen.contains($0) }
        }
        try await removeGone(doubtful, of: id)
    }

    /// Takes those of the messages out of the cache that the server does not know: an id never comes back.
    func removeGone(_ ids: [EmailID], of account: AccountID) async throws(SyncError) {
        guard !ids.isEmpty else { return }
        let size = try await objectsInGet()
        for start in stride(from: 0, to: ids.count, by: size) {
            let group = Array(ids[start..<min(start + size, ids.count)])
            let answer = try await patiently { () async throws(JMAPError) in
                try await self.client.call(EmailGet(account: account, ids: .list(group), properties: [.id]))
            }
            guard !answer.notFound.isEmpty else { continue }
            var batch = CacheBatch(account: account)
            batch.emailsDestroyed = answer.notFound
            let ready = batch
            try await cached { () async throws(CacheError) in _ = try await self.writer.apply(ready) }
        }
    }
}
