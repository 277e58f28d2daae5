import JMAP
import MailCache

extension MailSync {
    /// Brings one account from the stored states to the server's, page by page; a failure of this account alone is noted
    /// and does not end the others.
    func catchUp(_ id: AccountID) async throws(SyncError) {
        guard let account = accounts[id], !account.isBusy else { return }
        accounts[id]?.isBusy = true
        accounts[id]?.hasMoved = false
        defer { accounts[id]?.isBusy = false }
        do {
            try await followChanges(id)
            recovered(id)
        } catch {
            try await note(error, of: id)
        }
        bodyBell.ring()
    }

    private func followChanges(_ id: AccountID) async throws(SyncError) {
        // A server that always has more changes is left after more pages than any journal has.
        for _ in 0..<10_000 {
            guard !Task.isCancelled else { return }
            let states = try await states(of: id)
            guard let email = states.email, let mailbox = states.mailbox else { return }
            let confirmed = writer.acts.value.confirmed[id] ?? []
            let page: ChangePage
            do {
                page = try await changes(of: id, mailbox: mailbox, email: email, thread: states.thread)
            } catch  where error.server?.code == .method("cannotCalculateChanges") {
                try await alone(with: id) { () async throws(SyncError) in try await self.compare(id) }
                return
            }
            do {
                try await apply(page, to: id, states, settling: page.hasMore ? [] : confirmed)
            } catch  where error.cache?.code == .outdated {
                // Another program was faster; its rows and states are taken as they are.
                continue
            }
            // More that leads nowhere is none.
            if !page.hasMore || page.emails.newState == email && page.mailboxes.newState == mailbox { return }
        }
    }

    /// What one request says about an account.
    struct ChangePage: Sendable {
        var mailboxes: ChangesAnswer<MailboxID>
        var mailboxRows: [Mailbox]
        var emails: ChangesAnswer<EmailID>
        var created: [EmailRecord]
        var updated: [Email]
        var threads: ChangesAnswer<ThreadID>?
        var threadRows: [EmailThread] = []

        var hasMore: Bool {
            mailboxes.hasMoreChanges || emails.hasMoreChanges || threads?.hasMoreChanges == true
        }
    }

    /// How many changes are asked for at once.
    private func pageSize() async throws(JMAPError) -> Int {
        min(options.objectsInGet, try await client.session().limits.maxObjectsInGet)
    }

    /// Asks for the changes since the states, and for the objects that they name, in one request.
    private func changes(
        of id: AccountID, mailbox: State, email: State, thread: State?
    ) async throws(SyncError) -> ChangePage {
        try await patiently { () async throws(JMAPError) in
            let size = try await self.pageSize()
            var request = Request()
            let mailboxes = request.call(MailboxChanges(account: id, since: mailbox, maxChanges: size))
            let newBoxes = request.call(
                MailboxGet(
                    account: id, ids: .reference(mailboxes, "/created"), properties: MailboxRecord.properties))
            let oldBoxes = request.call(
                MailboxGet(
                    account: id, ids: .reference(mailboxes, "/updated"), properties: MailboxRecord.properties))
            let emails = request.call(EmailChanges(account: id, since: email, maxChanges: size))
            let created = request.call(EmailRowGet(account: id, ids: .reference(emails, "/created")))
            let updated = request.call(
                EmailGet(account: id, ids: .reference(emails, "/updated"), properties: EmailProperty.mutable))
            let threads = thread.map { request.call(ThreadChanges(account: id, since: $0, maxChanges: size)) }
            let threadRows = threads.map {
                request.call(ThreadGet(account: id, ids: .reference($0, "/updated"), properties: ["id", "emailIds"]))
            }
            let response = try await self.client.send(request)
            var page = ChangePage(
                mailboxes: try response.get(mailboxes),
                mailboxRows: try response.get(newBoxes).list + response.get(oldBoxes).list,
                emails: try response.get(emails), created: try response.get(created).list,
                updated: try response.get(updated).list)
            // Threads only put right what the messages say already, so a server that cannot tell is no failure.
            if let threads, let threadRows, let changed = try? response.get(threads) {
                page.threads = changed
                page.threadRows = (try? response.get(threadRows))?.list ?? []
            }
            return page
        }
    }

    /// Writes a page and the states that it leads to in one transaction.
    ///
    /// - Parameter settled: acts that the server had confirmed before it was asked for the last page.
    private func apply(
        _ page: ChangePage, to id: AccountID, _ states: AccountStates, settling settled: [ActTargetID]
    ) async throws(SyncError) {
        var batch = CacheBatch(account: id)
        batch.settled = settled
        batch.mailboxes = page.mailboxRows.map { MailboxRecord($0) }
        batch.mailboxesDestroyed = page.mailboxes.destroyed
        batch.mailboxState = StateStep(from: states.mailbox, to: page.mailboxes.newState)
        let told = Set(page.emails.created)
        batch.emails = page.created.filter { told.contains($0.id) }
        batch.patches = page.updated.map { EmailChange($0) }
        batch.emailsDestroyed = page.emails.destroyed
        batch.emailState = StateStep(from: states.email, to: page.emails.newState)
        if let threads = page.threads { batch.threadState = StateStep(from: states.thread, to: threads.newState) }
        for thread in page.threadRows {
            batch.threads.append((thread.id, thread.emailIDs))
        }
        // The server says "updated" of messages too that the cache never had, and may leave out rows of what it created:
        // those are fetched whole, before the state that counts them is stored.
        batch.emails += try await rows(
            missingOf: page.emails.updated + told.subtracting(batch.emails.map(\.id)), in: id)
        let ready = batch
        // A quiet account costs no write, and wakes nobody who shows it.
        if !ready.isEmpty {
            try await cached { () async throws(CacheError) in _ = try await self.writer.apply(ready) }
        }
        accounts[id]?.emailState = page.emails.newState
        let count = page.emails.created.count + page.emails.updated.count + page.emails.destroyed.count
        if count > 0 { accounts[id]?.lastMoved = clock.now() }
    }

    /// Fetches the rows of those messages that the cache does not have.
    func rows(missingOf ids: [EmailID], in account: AccountID) async throws(SyncError) -> [EmailRecord] {
        guard !ids.isEmpty else { return [] }
        let missing = try await cached { () async throws(CacheError) in
            try await self.writer.missing(ids, of: account)
        }
        return try await rows(of: missing, in: account)
    }

    /// Fetches rows of messages; those that are gone are left out.
    func rows(of ids: [EmailID], in account: AccountID) async throws(SyncError) -> [EmailRecord] {
        guard !ids.isEmpty else { return [] }
        return try await patiently { () async throws(JMAPError) in
            try await self.client.call(EmailRowGet(account: account, ids: .list(ids))).list
        }
    }

    func states(of id: AccountID) async throws(SyncError) -> AccountStates {
        let states = try await cached { () async throws(CacheError) in try await self.writer.states(of: id) }
        return states ?? AccountStates(mailbox: nil, email: nil, thread: nil, fill: FillProgress(stage: .none))
    }

    /// An account answers: what was wrong with it is over.
    func recovered(_ id: AccountID) {
        guard let account = accounts[id] else { return }
        accounts[id]?.failures = 0
        accounts[id]?.retryAt = .zero
        if account.condition == .refused {
            accounts[id]?.condition = .active
            listBell.ring()
        }
        if account.fill == .complete, feed.value.accounts[id] != .current { setStage(.current, of: id) }
    }

    /// Notes a failure of one account; throws what concerns all of them.
    func note(_ failure: SyncError, of id: AccountID) async throws(SyncError) {
        guard failure.isOfOneAccount, accounts[id] != nil else { throw failure }
        if failure.isPassing {
            // Nothing is wrong with it: another program is at it just now.
            let end = clock.now() + options.firstBackoff * 2
            accounts[id]?.retryAt = end
            accounts[id]?.due = end
            accounts[id]?.hasMoved = true
            return
        }
        let failures = (accounts[id]?.failures ?? 0) + 1
        // What refuses once mostly refuses again: it is asked as seldom as a suspended account.
        let growing = min(options.firstBackoff * (1 << min(failures, 10)), options.suspendedInterval)
        let end = clock.now() + (failure.isRefusal ? options.suspendedInterval : growing)
        accounts[id]?.failures = failures
        accounts[id]?.retryAt = end
        accounts[id]?.due = end
        accounts[id]?.hasMoved = true
        feed.update { $0.lastProblem = failure.sentence }
        setStage(.refused(reason: failure.sentence), of: id)
        if failure.isRefusal {
            accounts[id]?.condition = .refused
            try await cached { () async throws(CacheError) in
                try await self.writer.setCondition(.refused, reason: failure.sentence, of: id)
            }
        }
    }
}

extension SyncStatus.Stage {
    var isRefused: Bool {
        if case .refused = self { true } else { false }
    }
}
