import JMAP
import MailCache

extension MailSync {
    /// Compares an account with the server, where the server cannot tell any longer what changed: its ids by pages, then
    /// every row. What is gone is removed, what is new or changed is fetched, and nothing else is touched meanwhile.
    ///
    /// Where it is broken off, the cache holds rows that are newer than its state: the account counts as not filled until
    /// all of it was gone through.
    func compare(_ id: AccountID) async throws(SyncError) {
        do {
            try await compareAll(id)
        } catch {
            let stage = try await states(of: id).fill.stage
            accounts[id]?.fill = stage
            fillBell.ring()
            throw error
        }
    }

    private func compareAll(_ id: AccountID) async throws(SyncError) {
        setStage(.comparing(done: 0), of: id)
        let before = try await states(of: id)
        // The states before the rows: what changes from now on is told as a change later.
        let (mailboxes, email, thread) = try await patiently { () async throws(JMAPError) in
            var request = Request()
            let mailboxes = request.call(MailboxGet(account: id, ids: .all, properties: MailboxRecord.properties))
            let state = request.call(EmailGet(account: id, ids: [], properties: [.id]))
            let threads = request.call(ThreadGet(account: id, ids: [], properties: ["id"]))
            let response = try await self.client.send(request)
            return (try response.get(mailboxes), try response.get(state).state, try? response.get(threads).state)
        }
        // As long as nobody moves the account on meanwhile, nothing that is written here is older than what is there.
        let still = before.email.map { StateStep(from: $0, to: $0) }
        // Mailboxes before the rows: those that the rows name, and that are newer than this list, stay.
        var first = CacheBatch(account: id)
        first.mailboxes = mailboxes.list.map { MailboxRecord($0) }
        first.mailboxesAreAll = true
        first.mailboxState = StateStep(from: before.mailbox, to: mailboxes.state)
        first.emailState = still
        first.fill =
            before.fill.stage == .filling ? before.fill : FillProgress(stage: .filling, notedState: before.email)
        let boxes = first
        try await cached { () async throws(CacheError) in _ = try await self.writer.apply(boxes) }
        let server = try await allIDs(of: id)
        try await removeOthers(than: server, of: id, still)
        let fetched = try await refetch(Array(server), of: id, still)
        let now = try await changed(id, since: email, still)
        var batch = CacheBatch(account: id)
        batch.emailState = StateStep(from: before.email, to: now)
        if let thread, !thread.rawValue.isEmpty {
            batch.threadState = StateStep(from: before.thread, to: thread)
        }
        batch.fill = FillProgress(stage: .filling, notedState: now)
        let ready = batch
        try await cached { () async throws(CacheError) in _ = try await self.writer.apply(ready) }
        accounts[id]?.emailState = now
        try await removeGone(fetched, of: id)
        var last = CacheBatch(account: id)
        last.fill = FillProgress(stage: .complete)
        let end = last
        try await cached { () async throws(CacheError) in _ = try await self.writer.apply(end) }
        accounts[id]?.fill = .complete
        setStage(.current, of: id)
        markMoved(id)
    }

    /// Writes what changed while the rows were fetched; gives the state afterwards.
    private func changed(_ id: AccountID, since noted: State, _ still: StateStep?) async throws(SyncError) -> State {
        var since = noted
        for _ in 0..<10_000 {
            let from = since
            let (changes, created, updated) = try await patiently { () async throws(JMAPError) in
                try await self.emailChanges(of: id, since: from)
            }
            var batch = CacheBatch(account: id)
            batch.emails = try await created + rows(missingOf: changes.updated, in: id)
            batch.patches = updated.map { EmailChange($0) }
            batch.emailsDestroyed = changes.destroyed
            batch.emailState = still
            let ready = batch
            try await cached { () async throws(CacheError) in _ = try await self.writer.apply(ready) }
            since = changes.newState
            if !changes.hasMoreChanges || changes.newState == from { break }
        }
        return since
    }

    private func allIDs(of id: AccountID) async throws(SyncError) -> Set<EmailID> {
        var all: Set<EmailID> = []
        var last: EmailID?
        while !Task.isCancelled {
            let page = try await ids(of: id, sort: [], after: last, seen: all.count)
            let before = all.count
            all.formUnion(page.ids)
            last = page.ids.last
            if page.isLast || all.count == before { break }
            setStage(.comparing(done: all.count), of: id)
        }
        // A list that was broken off would take everything else for gone.
        if Task.isCancelled { throw SyncError(JMAPError(.cancelled)) }
        return all
    }

    private func removeOthers(
        than server: Set<EmailID>, of id: AccountID, _ still: StateStep?
    ) async throws(SyncError) {
        var last: EmailID?
        while true {
            let after = last
            let page = try await cached { () async throws(CacheError) in
                try await self.writer.emailIDs(of: id, after: after, limit: 2_000)
            }
            guard let end = page.last else { return }
            last = end
            let gone = page.filter { !server.contains($0) }
            for start in stride(from: 0, to: gone.count, by: 500) {
                var batch = CacheBatch(account: id)
                batch.emailsDestroyed = Array(gone[start..<min(start + 500, gone.count)])
                batch.emailState = still
                let ready = batch
                try await cached { () async throws(CacheError) in _ = try await self.writer.apply(ready) }
            }
        }
    }

    /// Fetches whole rows of what the cache does not have, whose ids it gives, and of the others what may have changed.
    private func refetch(
        _ ids: [EmailID], of account: AccountID, _ still: StateStep?
    ) async throws(SyncError) -> [EmailID] {
        let fetched = Gathered()
        let size = try await objectsInGet()
        let groups = stride(from: 0, to: ids.count, by: size).map { Array(ids[$0..<min($0 + size, ids.count)]) }
        try await forEachGroup(groups, width: options.fillsInFlight) { sync, group async throws(SyncError) in
            let missing = try await sync.cached { () async throws(CacheError) in
                try await sync.writer.missing(group, of: account)
            }
            fetched.ids += missing
            let known = Array(Set(group).subtracting(missing))
            let (rows, updated) = try await sync.fillLane.run { () async throws(SyncError) in
                try await sync.patiently { () async throws(JMAPError) in
                    var request = Request()
                    let rows = request.call(EmailRowGet(account: account, ids: .list(missing)))
                    let updated = request.call(
                        EmailGet(account: account, ids: .list(known), properties: EmailProperty.mutable))
                    let response = try await sync.client.send(request)
                    return (try response.get(rows).list, try response.get(updated).list)
                }
            }
            var batch = CacheBatch(account: account)
            batch.emails = rows
            batch.patches = updated.map { EmailChange($0) }
            batch.emailState = still
            let ready = batch
            try await sync.cached { () async throws(CacheError) in _ = try await sync.writer.apply(ready) }
        }
        return fetched.ids
    }
}

/// Gathers ids inside one isolation.
private final class Gathered: @unchecked Sendable {
    // Safe to send: only closures that are isolated to one actor touch it.
    var ids: [EmailID] = []
}
