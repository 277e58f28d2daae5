import JMAP
package import MailCache

extension MailSync {
    /// Does something to messages: written down, shown at once, and sent as soon as the server is there.
    package func perform(_ request: ActRequest) async throws(SyncError) -> ActReceipt {
        let receipt = try await cached { () async throws(CacheError) in try await self.writer.perform(request) }
        actBell.ring()
        return receipt
    }

    /// Takes an act back, the last one of this run where none is named; nil where there is none.
    ///
    /// - Parameter ownOnly: False to look among the acts of every run.
    package func undo(_ act: ActID? = nil, ownOnly: Bool = true) async throws(SyncError) -> UndoReceipt? {
        let receipt = try await cached { () async throws(CacheError) in
            try await self.writer.undo(act, ownOnly: ownOnly)
        }
        actBell.ring()
        return receipt
    }

    /// Sends what waits without `run`, until the server has said its word on everything or cannot be reached.
    package func sendActs() async throws(SyncError) {
        while !Task.isCancelled, let wait = try await sendWaiting() {
            let failures = actRetries.values.map(\.failures).max() ?? 0
            // Whoever waits for it is told soon that it waits for the server.
            guard failures < min(options.attempts, 3) else { return }
            do { try await clock.sleep(wait) } catch { return }
        }
    }

    /// Sends acts as they are done, for as long as the server is there.
    func followActs() async throws(SyncError) {
        while !Task.isCancelled {
            let wait = writer.journalPath == nil ? nil : try await sendWaiting()
            await actBell.wait(upTo: wait ?? options.pollInterval, clock)
        }
    }

    /// Sends everything that may be sent now; gives how long until something may be sent again, nil where nothing waits.
    private func sendWaiting() async throws(SyncError) -> Duration? {
        guard let path = writer.journalPath, try await !accountsToSend().isEmpty else { return nil }
        // Another console that holds the lock sends these too, or lets go of it soon.
        guard let lock = ProgramLock.take(path) else { return .milliseconds(100) }
        defer { _ = consume lock }
        while !Task.isCancelled {
            let accounts = try await accountsToSend()
            let now = clock.now()
            let ready = accounts.filter { (actRetries[$0]?.at ?? .zero) <= now }
            guard !ready.isEmpty else {
                let waits = accounts.compactMap { actRetries[$0]?.at }.map { $0 - now }
                return waits.min().map { max(.milliseconds(1), $0) }
            }
            try await forEach(ready, width: 3) { sync, account async throws(SyncError) in
                try await sync.sendSome(of: account)
            }
        }
        return nil
    }

    private func accountsToSend() async throws(SyncError) -> [AccountID] {
        try await cached { () async throws(CacheError) in try await self.writer.accountsToSend() }
    }

    /// Sends one change of each message of an account that waits, as patches in one call.
    private func sendSome(of account: AccountID) async throws(SyncError) {
        let targets = try await cached { () async throws(CacheError) in
            try await self.writer.nextToSend(of: account, limit: self.options.objectsInGet)
        }
        guard !targets.isEmpty else { return }
        let updates = Dictionary(targets.map { ($0.emailID, $0.edit.patch) }, uniquingKeysWith: { first, _ in first })
        do throws(JMAPError) {
            let answer = try await client.call(EmailSet(account: account, update: updates))
            try await take(answer, targets, of: account)
        } catch {
            try await failed(error, targets, of: account)
        }
    }

    /// Takes in what the server said of each message.
    private func take(
        _ answer: SetAnswer<EmailID>, _ targets: [ActTarget], of account: AccountID
    ) async throws(JMAPError) {
        var outcomes: [ActTargetID: ActOutcome] = [:]
        var lost: [ActTarget] = []
        var isAgain = false
        for target in targets {
            if answer.updated[target.emailID] != nil {
                outcomes[target.id] = .confirmed
                continue
            }
            let error = answer.notUpdated[target.emailID]
            if error?.type == "notFound" {
                lost.append(target)
            } else if let error, !error.isRace, error.type != "rateLimit", error.type != "serverUnavailable" {
                outcomes[target.id] = .refused(error.sentence)
            } else if mayTryAgain(target) {
                outcomes[target.id] = .unsent
                isAgain = true
            } else {
                outcomes[target.id] = .refused(error?.sentence ?? "The server did not answer for this message.")
            }
        }
        do throws(SyncError) {
            if !lost.isEmpty {
                isAgain = try await find(lost, of: account, &outcomes) || isAgain
            }
            let ready = outcomes
            try await cached { () async throws(CacheError) in try await self.writer.conclude(ready) }
        } catch {
            throw error.server ?? JMAPError(.cancelled, detail: error.sentence)
        }
        for (id, outcome) in outcomes where outcome != .unsent { actAttempts[id] = nil }
        if isAgain { retryLater(account, nil) } else { actRetries[account] = nil }
        markMoved(account)
    }

    private func mayTryAgain(_ target: ActTarget) -> Bool {
        actAttempts[target.id, default: 0] += 1
        return actAttempts[target.id, default: 0] < options.attempts
    }

    /// Looks for messages whose ids the server does not know: after a merge of threads they have others. True where some
    /// are to be sent again.
    private func find(
        _ lost: [ActTarget], of account: AccountID, _ outcomes: inout [ActTargetID: ActOutcome]
    ) async throws(SyncError) -> Bool {
        // What the server has done to them is among its changes.
        if accounts[account]?.emailState != nil {
            markMoved(account)
            try await catchUp(account)
        }
        let isBehind = accounts[account]?.isBusy == true || accounts[account]?.hasMoved == true
        var isAgain = false
        for target in lost {
            let successor = try await cached { () async throws(CacheError) in
                try await self.writer.successor(of: target)
            }
            if successor != nil || isBehind, mayTryAgain(target) {
                outcomes[target.id] = .unsent
                isAgain = true
            } else {
                outcomes[target.id] = .refused("The message is gone from the server.")
            }
        }
        return isAgain
    }

    /// Decides what a failure of the whole call means: a refusal, or another attempt later.
    private func failed(_ error: JMAPError, _ targets: [ActTarget], of account: AccountID) async throws(SyncError) {
        if let reason = error.refusal {
            let outcomes = Dictionary(
                targets.map { ($0.id, ActOutcome.refused(reason)) }, uniquingKeysWith: { first, _ in first })
            try await cached { () async throws(CacheError) in try await self.writer.conclude(outcomes) }
            actRetries[account] = nil
            return
        }
        if error.wasNotCarriedOut {
            let outcomes = Dictionary(
                targets.map { ($0.id, ActOutcome.unsent) }, uniquingKeysWith: { first, _ in first })
            try await cached { () async throws(CacheError) in try await self.writer.conclude(outcomes) }
        }
        if error.code == .cancelled { throw SyncError(error) }
        let failures = retryLater(account, error)
        feed.update { status in
            status.retries += 1
            status.lastProblem = error.sentence
        }
        switch error.code {
        case .unauthorized, .noSecret, .noLogin, .forbidden: throw SyncError(error)
        case .transport where failures >= options.attempts: throw SyncError(error)
        default: break
        }
    }

    /// Notes that an account is tried again after a while; gives how often it has failed in a row.
    @discardableResult
    private func retryLater(_ account: AccountID, _ error: JMAPError?) -> Int {
        let failures = (actRetries[account]?.failures ?? 0) + 1
        let wait = max(
            min(options.firstBackoff * (1 << min(failures, 10)), options.longestBackoff), error?.retryAfter ?? .zero)
        actRetries[account] = ActRetry(failures: failures, at: clock.now() + wait)
        return failures
    }
}

/// When an account's acts are tried again.
struct ActRetry {
    var failures: Int
    var at: Duration
}

extension JMAPError {
    /// Why the server will not do it however often it is asked; nil where it may.
    fileprivate var refusal: String? {
        switch code {
        case .method where !isTransient, .request, .unsupported, .tooLarge: sentence
        default: nil
        }
    }
}

extension MessageEdit {
    /// The change as Email/set takes it (RFC 8620 section 5.3): the same however often it is sent.
    fileprivate var patch: [String: JSON] {
        var patch = JMAP.EmailPatch()
        for (keyword, isSet) in keywords { patch = patch.keyword(Keyword(keyword), isSet) }
        for id in outOf { patch = patch.mailbox(id, false) }
        for id in into { patch = patch.mailbox(id, true) }
        var changes = patch.changes
        if let only {
            changes["mailboxIds"] = .object(
                Dictionary(only.map { ($0.rawValue, true) }, uniquingKeysWith: { first, _ in first }))
        }
        return changes
    }
}
