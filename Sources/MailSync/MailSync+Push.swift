import JMAP
import MailCache

extension MailSync {
    /// Follows the server's event stream: opens it, catches up, opens it again when it breaks.
    func followPush() async throws(SyncError) {
        var backoff = Backoff(first: options.firstBackoff, longest: options.longestBackoff, random: random)
        while !Task.isCancelled {
            let reading = Task { try await self.readStream() }
            stream = reading
            let result = await withTaskCancellationHandler {
                await reading.result
            } onCancel: {
                reading.cancel()
            }
            if Task.isCancelled { return }
            switch result {
            case .success(.reopen):
                lose(nil)
                continue
            case .success(.ended(let hadOpened)):
                if hadOpened { backoff.reset() }
                lose(nil)
            case .success(.unsupported):
                // Asking goes on elsewhere; a server that learns to push is met with the next connection.
                await Bell().wait()
                return
            case .failure(let error):
                let failure = error as? JMAPError ?? JMAPError(.cancelled)
                if push == .open { backoff.reset() }
                guard failure.isTransient || failure.code == .notJMAP || failure.code == .malformed else {
                    throw SyncError(failure)
                }
                // One stream that breaks is opened again; a server that cannot be reached any longer is offline.
                if failure.isUnreachable, backoff.failures + 1 >= options.attempts { throw SyncError(failure) }
                lose(failure)
            }
            feed.update { $0.retries += 1 }
            do { try await clock.sleep(backoff.next()) } catch { return }
        }
    }

    /// How a stream came to its end.
    enum StreamEnd: Sendable {
        case ended(hadOpened: Bool)
        case unsupported
        /// It was left so that another is opened.
        case reopen
    }

    /// Reads one stream to its end.
    private func readStream() async throws -> StreamEnd {
        var hadOpened = false
        do {
            for try await event in client.push(types: ["Email", "Mailbox", "Thread"]) {
                switch event {
                case .opened:
                    hadOpened = true
                    decide(.open)
                case .state(let change): note(change)
                case .ping: break
                case .unsupported:
                    decide(.none(reason: "The server does not tell what changes, so it is asked every so often."))
                    return .unsupported
                }
            }
        } catch {
            if Task.isCancelled { return .reopen }
            throw error
        }
        return Task.isCancelled ? .reopen : .ended(hadOpened: hadOpened)
    }

    /// Opens the stream again: the server reads who is a member of what when a stream is opened.
    func reopenStream() {
        stream?.cancel()
    }

    /// The stream stands, or there is none: whatever changed before is asked for now.
    private func decide(_ state: PushState) {
        push = state
        ringPushBells()
        for (id, account) in accounts where account.kind != .agent { markMoved(id) }
        updateConnection()
        fillBell.ring()
        sweepBell.ring()
    }

    private func lose(_ failure: JMAPError?) {
        if case .none = push, failure != nil { return }
        push = failure.map { .none(reason: $0.sentence) } ?? .lost
        if let failure { feed.update { $0.lastProblem = failure.sentence } }
        ringPushBells()
        updateConnection()
    }

    private func ringPushBells() {
        for bell in pushBells { bell.ring() }
        pushBells = []
    }

    /// Takes in what the server told: accounts whose Email state is not the one that the cache holds have moved.
    private func note(_ change: StateChange) {
        for (id, states) in change.changed {
            guard let account = accounts[id] else {
                // A group that this login has joined, or an account that was made: the list is asked for again.
                listBell.ring()
                continue
            }
            if states["Mailbox"] == nil, states["Thread"] == nil, let email = states["Email"],
                email == account.emailState
            {
                continue
            }
            markMoved(id)
        }
    }

    /// Notes that an account has something to ask for.
    func markMoved(_ id: AccountID) {
        guard accounts[id] != nil else { return }
        accounts[id]?.hasMoved = true
        accounts[id]?.due = .zero
        moved.ring()
        if accounts[id]?.kind == .agent { sweepBell.ring() }
    }

    /// Waits until it is known whether the server pushes, so that nothing that changes meanwhile is missed.
    func waitForPush() async {
        let end = clock.now() + options.streamPatience
        let bell = Bell()
        pushBells.append(bell)
        while push == .unknown, !Task.isCancelled, clock.now() < end {
            await bell.wait(upTo: max(.milliseconds(1), end - clock.now()), clock)
        }
    }

    /// Catches up with the accounts that have moved, a few at a time.
    func followMoves() async throws(SyncError) {
        await waitForPush()
        while !Task.isCancelled {
            let ready = isPaused ? [] : accounts.filter { isReady($0.value) }.map(\.key)
            if ready.isEmpty {
                await moved.wait(upTo: nextRetry(), clock)
                continue
            }
            try await forEach(ready, width: 3) { sync, id async throws(SyncError) in try await sync.catchUp(id) }
        }
    }

    /// True where an account is to be caught up with now: agents only once they were opened.
    private func isReady(_ account: Watched) -> Bool {
        account.hasMoved && !account.isBusy && account.emailState != nil && account.retryAt <= clock.now()
    }

    /// Does something for each account, a few at a time; the first failure ends it.
    func forEach(
        _ ids: [AccountID], width: Int,
        _ body: @escaping @Sendable (isolated MailSync, AccountID) async throws(SyncError) -> Void
    ) async throws(SyncError) {
        var rest = ids[...]
        let failure = await withTaskGroup(of: SyncError?.self) { group -> SyncError? in
            var running = 0
            while true {
                while running < width, let id = rest.popFirst() {
                    running += 1
                    group.addTask {
                        do throws(SyncError) {
                            try await body(self, id)
                            return nil
                        } catch { return error }
                    }
                }
                guard running > 0, let ended = await group.next() else { return nil }
                running -= 1
                if let ended {
                    group.cancelAll()
                    return ended
                }
            }
        }
        if let failure { throw failure }
    }
}
