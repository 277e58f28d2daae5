import JMAP
import MailCache

extension MailSync {
    /// Fills accounts for the first time: opens those that the cache knows nothing of, then fetches their pages.
    func fill() async throws(SyncError) {
        await waitForPush()
        while !Task.isCancelled {
            let unopened = inOrder { $0.emailState == nil }
            let filling = inOrder { $0.emailState != nil && $0.fill != .complete && !$0.isFilling }
            if unopened.isEmpty, filling.isEmpty || isPaused {
                await fillBell.wait(upTo: nextRetry(), clock)
                continue
            }
            // Every account gets its first page before any gets its second.
            let groups = stride(from: 0, to: unopened.count, by: 3).map {
                Array(unopened[$0..<min($0 + 3, unopened.count)])
            }
            try await forEachGroup(groups, width: options.fillsInFlight) { sync, ids async throws(SyncError) in
                try await sync.open(ids)
            }
            let ready = inOrder { $0.emailState != nil && $0.fill != .complete && !$0.isFilling }
            try await forEach(ready, width: 2) { sync, id async throws(SyncError) in try await sync.fill(id) }
        }
    }

    /// Accounts that may be worked on now, those on the screen first, then one's own, groups, agents.
    func inOrder(where isWanted: (Watched) -> Bool) -> [AccountID] {
        let now = clock.now()
        return accounts.filter { $0.value.retryAt <= now && isWanted($0.value) }
            .sorted { left, right in
                let (leftShown, rightShown) = (onScreen.contains(left.key), onScreen.contains(right.key))
                if leftShown != rightShown { return leftShown }
                if left.value.kind != right.value.kind { return left.value.kind.rawValue < right.value.kind.rawValue }
                return left.key < right.key
            }
            .map(\.key)
    }

    /// How long until an account that failed may be tried again.
    func nextRetry() -> Duration {
        let now = clock.now()
        let waits = accounts.values.map { $0.retryAt - now }.filter { $0 > .zero }
        return min(waits.min() ?? options.pollInterval, options.pollInterval)
    }

    /// Opens accounts: mailboxes, states and the newest rows of each, in one request for all of them.
    private func open(_ ids: [AccountID]) async throws(SyncError) {
        do {
            let pages = try await patiently { () async throws(JMAPError) in try await self.firstPages(ids) }
            for (id, page) in pages {
                switch page {
                case .success(let batch): try await begin(id, batch)
                case .failure(let error):
                    if ids.count > 1 { try await open([id]) } else { try await note(SyncError(error), of: id) }
                }
            }
        } catch {
            guard error.isOfOneAccount else { throw error }
            if ids.count == 1 {
                try await note(error, of: ids[0])
            } else {
                for id in ids { try await open([id]) }
            }
        }
    }

    private func begin(_ id: AccountID, _ batch: CacheBatch) async throws(SyncError) {
        guard accounts[id] != nil else { return }
        do {
            try await cached { () async throws(CacheError) in _ = try await self.writer.apply(batch) }
        } catch  where error.cache?.code == .outdated {
            // Another program opened it first and fills it: its states are as good.
        }
        let states = try await states(of: id)
        accounts[id]?.emailState = states.email
        accounts[id]?.fill = states.fill.stage
        accounts[id]?.failures = 0
        accounts[id]?.retryAt = .zero
        setStage(.filling(done: states.fill.done, total: states.fill.total), of: id)
        bodyBell.ring()
        sweepBell.ring()
    }

    /// Asks for the beginnings of accounts: the states before the rows, so that what changes in between is told later.
    private func firstPages(_ ids: [AccountID]) async throws(JMAPError) -> [(AccountID, Result<CacheBatch, JMAPError>)]
    {
        var request = Request()
        let calls = ids.map { id in
            let mailboxes = request.call(MailboxGet(account: id, ids: .all, properties: MailboxRecord.properties))
            let state = request.call(EmailGet(account: id, ids: [], properties: [.id]))
            let threads = request.call(ThreadGet(account: id, ids: [], properties: ["id"]))
            let query = request.call(
                EmailQuery(account: id, sort: [.newestFirst], limit: options.firstPage, calculateTotal: true))
            let rows = request.call(EmailRowGet(account: id, ids: .reference(query, "/ids")))
            return (mailboxes, state, threads, query, rows)
        }
        let response = try await client.send(request)
        var pages: [(AccountID, Result<CacheBatch, JMAPError>)] = []
        for (id, (mailboxes, state, threads, query, rows)) in zip(ids, calls) {
            do throws(JMAPError) {
                var batch = CacheBatch(account: id)
                let boxes = try response.get(mailboxes)
                let email = try response.get(state).state
                let found = try response.get(query)
                batch.mailboxes = boxes.list.map { MailboxRecord($0) }
                batch.mailboxesAreAll = true
                batch.mailboxState = StateStep(from: nil, to: boxes.state)
                batch.emailState = StateStep(from: nil, to: email)
                if let thread = try? response.get(threads).state, !thread.rawValue.isEmpty {
                    batch.threadState = StateStep(from: nil, to: thread)
                }
                batch.emails = try response.get(rows).list
                batch.fill = FillProgress(
                    stage: .filling, notedState: email, anchor: found.ids.last, done: found.ids.count,
                    // A number that no mailbox has would overflow what is counted down from it.
                    total: found.total.map { max(0, min($0, 1 << 40)) })
                pages.append((id, .success(batch)))
            } catch {
                // What may pass by itself is asked for again, the others along with it.
                if error.isTransient { throw error }
                pages.append((id, .failure(error)))
            }
        }
        return pages
    }

    /// Fetches everything of an account that the cache does not have, newest first, and replays what changed meanwhile.
    private func fill(_ id: AccountID) async throws(SyncError) {
        do {
            try await alone(with: id) { () async throws(SyncError) in try await self.fillAlone(id) }
        } catch {
            try await note(error, of: id)
            // Where another program fills it, it may be done by now.
            if error.isPassing {
                let stage = try await states(of: id).fill.stage
                accounts[id]?.fill = stage
            }
            if accounts[id]?.fill == .complete { recovered(id) }
        }
    }

    private func fillAlone(_ id: AccountID) async throws(SyncError) {
        let states = try await states(of: id)
        let progress = states.fill
        guard progress.stage == .filling, let noted = progress.notedState else {
            accounts[id]?.fill = progress.stage == .none ? .complete : progress.stage
            return recovered(id)
        }
        var filling = Filling(account: id, progress: progress)
        filling.isFresh = states.messages <= progress.done
        do {
            try await fetchPages(&filling, sort: [.newestFirst])
        } catch  where error.server?.code == .method("unsupportedSort") {
            // Then the second way, by ids, fetches everything.
        }
        do {
            try await replay(&filling, since: noted)
            try await fetchRest(&filling)
        } catch  where error.server?.code == .method("cannotCalculateChanges") {
            try await compareBetween(id)
        }
        try await finishFill(id)
    }

    /// Compares an account while its changes are not asked for; where they are just now, it is tried again later.
    private func compareBetween(_ id: AccountID) async throws(SyncError) {
        guard accounts[id]?.isBusy == false else {
            throw SyncError(
                CacheError(code: .outdated, path: writer.path, detail: "the account is being caught up with"))
        }
        accounts[id]?.isBusy = true
        defer { accounts[id]?.isBusy = false }
        try await compare(id)
    }

    private func finishFill(_ id: AccountID) async throws(SyncError) {
        var batch = CacheBatch(account: id)
        batch.fill = FillProgress(stage: .complete)
        let ready = batch
        try await cached { () async throws(CacheError) in _ = try await self.writer.apply(ready) }
        accounts[id]?.fill = .complete
        accounts[id]?.failures = 0
        setStage(.current, of: id)
        if accounts[id]?.hasMoved == true { moved.ring() }
        bodyBell.ring()
    }

    /// The changes of messages since a state, with what they name, in one request.
    func emailChanges(
        of id: AccountID, since state: State
    ) async throws(JMAPError) -> (changes: ChangesAnswer<EmailID>, created: [EmailRecord], updated: [Email]) {
        let size = min(options.objectsInGet, try await client.session().limits.maxObjectsInGet)
        var request = Request()
        let changes = request.call(EmailChanges(account: id, since: state, maxChanges: size))
        let created = request.call(EmailRowGet(account: id, ids: .reference(changes, "/created")))
        let updated = request.call(
            EmailGet(account: id, ids: .reference(changes, "/updated"), properties: EmailProperty.mutable))
        let response = try await client.send(request)
        return (try response.get(changes), try response.get(created).list, try response.get(updated).list)
    }
}
