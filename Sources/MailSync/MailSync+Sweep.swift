import JMAP
import MailCache

extension MailSync {
    /// Asks for the changes of agents' accounts, which the server does not push: those on the screen and busy ones several
    /// times a second, quiet ones every few seconds.
    func sweep() async throws(SyncError) {
        await waitForPush()
        while !Task.isCancelled {
            let now = clock.now()
            let due = isPaused ? [] : accounts.filter { isSwept($0.value) && $0.value.due <= now }.map(\.key)
            if due.isEmpty {
                await sweepBell.wait(upTo: untilNextSweep(), clock)
                continue
            }
            let calls = try await patiently { () async throws(JMAPError) in
                min(self.options.accountsInRequest, try await self.client.session().limits.maxCallsInRequest)
            }
            let busy = due.filter { isBusy($0) }
            let quiet = due.filter { !isBusy($0) }
            // Busy ones bring their rows in the same request: three calls each. Quiet ones ask only whether they moved.
            let groups = Self.groups(busy, of: max(1, calls / 3)) + Self.groups(quiet, of: max(1, calls))
            try await forEachGroup(groups, width: options.sweepsInFlight) { sync, ids async throws(SyncError) in
                try await sync.sweep(ids)
            }
        }
    }

    private static func groups(_ ids: [AccountID], of size: Int) -> [[AccountID]] {
        stride(from: 0, to: ids.count, by: size).map { Array(ids[$0..<min($0 + size, ids.count)]) }
    }

    private func isSwept(_ account: Watched) -> Bool {
        account.kind == .agent && account.emailState != nil && !account.isBusy
    }

    private func isBusy(_ id: AccountID) -> Bool {
        guard let account = accounts[id], account.condition == .active else { return false }
        if onScreen.contains(id) { return true }
        // Half a minute of quiet ends a burst.
        return account.lastMoved.map { clock.now() - $0 < .seconds(30) } ?? false
    }

    private func untilNextSweep() -> Duration {
        guard !isPaused else { return options.pollInterval }
        let now = clock.now()
        let waits = accounts.values.filter { isSwept($0) }.map { $0.due - now }
        return max(.milliseconds(1), min(waits.min() ?? options.pollInterval, options.pollInterval))
    }

    /// Asks one group; what has moved is written.
    private func sweep(_ ids: [AccountID]) async throws(SyncError) {
        let asked = ids.compactMap { id in accounts[id]?.emailState.map { (id, $0) } }
        let isWhole = asked.count * 3 <= options.accountsInRequest
        let confirmed = writer.acts.value.confirmed
        let answers = try await answers(asked, withRows: isWhole)
        for (id, since) in asked {
            guard accounts[id] != nil, let answer = answers[id] else { continue }
            let told = accounts[id]?.hasMoved == true
            do throws(SyncError) {
                switch answer {
                case .failed(let error) where error.code == .method("cannotCalculateChanges"):
                    try await catchUp(id)
                case .failed(let error): throw SyncError(error)
                case .unchanged:
                    recovered(id)
                    // Mailboxes change without any message now and then, and somebody may have asked for all of it.
                    if told || takesWholeTurn(id) { try await catchUp(id) }
                case .moved: try await catchUp(id)
                case .rows(let changes, let created, let updated):
                    if changes.hasMoreChanges {
                        try await catchUp(id)
                    } else {
                        try await write(id, since, changes, created, updated, settling: confirmed[id] ?? [])
                        if told || takesWholeTurn(id) { try await catchUp(id) }
                    }
                }
            } catch {
                try await note(error, of: id)
            }
            reschedule(id)
        }
    }

    private enum SweepAnswer: Sendable {
        case unchanged
        case moved
        case rows(ChangesAnswer<EmailID>, [EmailRecord], [Email])
        case failed(JMAPError)
    }

    private func answers(
        _ asked: [(AccountID, State)], withRows: Bool
    ) async throws(SyncError) -> [AccountID: SweepAnswer] {
        for (id, _) in asked { accounts[id]?.isBusy = true }
        defer { for (id, _) in asked { accounts[id]?.isBusy = false } }
        return try await patiently { () async throws(JMAPError) in
            try await self.sweepRequest(asked, withRows: withRows)
        }
    }

    private func sweepRequest(
        _ asked: [(AccountID, State)], withRows: Bool
    ) async throws(JMAPError) -> [AccountID: SweepAnswer] {
        let size = min(options.objectsInGet, try await client.session().limits.maxObjectsInGet)
        var request = Request()
        let calls = asked.map { id, since in
            let changes = request.call(EmailChanges(account: id, since: since, maxChanges: withRows ? size : 1))
            guard withRows else {
                return (id, changes, nil as PendingCall<EmailRowGet>?, nil as PendingCall<EmailGet>?)
            }
            let created = request.call(EmailRowGet(account: id, ids: .reference(changes, "/created")))
            let updated = request.call(
                EmailGet(account: id, ids: .reference(changes, "/updated"), properties: EmailProperty.mutable))
            return (id, changes, created, updated)
        }
        let response = try await client.send(request)
        var answers: [AccountID: SweepAnswer] = [:]
        for (id, changes, created, updated) in calls {
            do throws(JMAPError) {
                let answer = try response.get(changes)
                if answer.created.isEmpty, answer.updated.isEmpty, answer.destroyed.isEmpty, !answer.hasMoreChanges {
                    answers[id] = .unchanged
                } else if let created, let updated {
                    answers[id] = .rows(answer, try response.get(created).list, try response.get(updated).list)
                } else {
                    answers[id] = .moved
                }
            } catch {
                if error.isTransient { throw error }
                answers[id] = .failed(error)
            }
        }
        return answers
    }

    private func write(
        _ id: AccountID, _ since: State, _ changes: ChangesAnswer<EmailID>, _ created: [EmailRecord],
        _ updated: [Email],
        settling settled: [ActTargetID]
    ) async throws(SyncError) {
        // Whoever is at the account now asks from the same state; what is left out here is asked for again.
        guard accounts[id]?.isBusy == false else { return markMoved(id) }
        accounts[id]?.isBusy = true
        defer { accounts[id]?.isBusy = false }
        var batch = CacheBatch(account: id)
        let told = Set(changes.created)
        batch.emails = created.filter { told.contains($0.id) }
        batch.emails += try await rows(
            missingOf: changes.updated + told.subtracting(batch.emails.map(\.id)), in: id)
        batch.patches = updated.map { EmailChange($0) }
        batch.emailsDestroyed = changes.destroyed
        batch.settled = settled
        batch.emailState = StateStep(from: since, to: changes.newState)
        let ready = batch
        do {
            try await cached { () async throws(CacheError) in _ = try await self.writer.apply(ready) }
            accounts[id]?.emailState = changes.newState
        } catch  where error.cache?.code == .outdated {
            // Not in one statement: the accounts would be held open for writing while others write them.
            let state = try await states(of: id).email
            accounts[id]?.emailState = state
        }
        accounts[id]?.lastMoved = clock.now()
        recovered(id)
        bodyBell.ring()
    }

    /// True every few sweeps of an account: then mailboxes and threads are asked for as well.
    private func takesWholeTurn(_ id: AccountID) -> Bool {
        let now = clock.now()
        guard let account = accounts[id], now - account.lastWhole >= options.quietInterval * 5 else { return false }
        accounts[id]?.lastWhole = now
        return true
    }

    private func reschedule(_ id: AccountID) {
        guard var account = accounts[id] else { return }
        let now = clock.now()
        if account.retryAt > now {
            account.due = account.retryAt
        } else {
            switch account.condition {
            case .active:
                // A burst that ends is followed a little longer, then less and less.
                account.interval =
                    isBusy(id) ? options.busyInterval : min(account.interval * 3 / 2, options.quietInterval)
            case .suspended, .refused, .gone: account.interval = options.suspendedInterval
            }
            account.due = now + account.interval
        }
        accounts[id] = account
    }
}
