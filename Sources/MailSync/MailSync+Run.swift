import JMAP
import MailCache

extension MailSync {
    /// Keeps the cache in step until the task is cancelled.
    package func run() async {
        let others = Task { await self.followOthers() }
        defer { others.cancel() }
        var backoff = Backoff(first: options.firstBackoff, longest: options.longestBackoff, random: random)
        while !Task.isCancelled {
            do throws(SyncError) {
                setConnection(.connecting)
                try await connect()
                backoff.reset()
                try await work()
            } catch {
                if Task.isCancelled { break }
                goOffline(error)
                let wait = backoff.next(after: error.server)
                listBell.clear()
                await listBell.wait(upTo: wait, clock)
            }
        }
        setConnection(.stopped)
    }

    /// Sends what other programs on the same cache have written down, as soon as they have, and lets it be shown.
    private func followOthers() async {
        for await hasActs in writer.writesOfOthers() where hasActs { actBell.ring() }
    }

    /// Everything that runs side by side while the server is there; ends by throwing.
    private func work() async throws(SyncError) {
        push = .unknown
        pushBells = []
        // The server is there again, so nothing is left to wait for.
        actRetries = [:]
        let outcome = await withTaskGroup(of: Result<Void, SyncError>.self) { group in
            for part in Part.allCases {
                group.addTask {
                    do throws(SyncError) {
                        try await self.run(part)
                        return .success(())
                    } catch { return .failure(error) }
                }
            }
            // Each part goes on until it fails, so the first end is the end of all.
            let first = await group.next() ?? .success(())
            group.cancelAll()
            return first
        }
        try outcome.get()
    }

    /// What runs side by side.
    private enum Part: CaseIterable {
        case push, moves, sweep, fill, bodies, acts, poll
    }

    private func run(_ part: Part) async throws(SyncError) {
        switch part {
        case .push: try await followPush()
        case .moves: try await followMoves()
        case .sweep: try await sweep()
        case .fill: try await fill()
        case .bodies: try await fetchBodies()
        case .acts: try await followActs()
        case .poll: try await poll()
        }
    }

    /// Asks for what is pushed all the same, and for the list of accounts, every so often.
    private func poll() async throws(SyncError) {
        await waitForPush()
        while !Task.isCancelled {
            let isPushed = push == .open
            listBell.clear()
            await listBell.wait(upTo: isPushed ? options.pollInterval : options.pollIntervalWithoutPush, clock)
            guard !Task.isCancelled else { return }
            if isPaused { continue }
            try await listAccounts()
            for (id, account) in accounts where account.kind != .agent { markMoved(id) }
        }
    }

    /// Says what stands between the cache and the server.
    func goOffline(_ failure: SyncError) {
        push = .lost
        let now = clock.date()
        feed.update { status in
            var since = now
            if case .offline(let earlier, _, _) = status.connection { since = earlier }
            status.connection = .offline(since: since, reason: failure.sentence, cure: failure.cure)
            status.lastProblem = failure.sentence
        }
    }

    func setConnection(_ connection: SyncStatus.Connection) {
        feed.update { status in
            // Still offline until something has been reached again.
            if connection == .connecting, case .offline = status.connection { return }
            status.connection = connection
        }
    }

    /// Works out the connection's word from what the accounts are doing.
    func updateConnection() {
        let push = push
        feed.update { status in
            var remaining = 0
            var isBehind = false
            for stage in status.accounts.values {
                switch stage {
                case .waiting: isBehind = true
                case .filling(let done, let total):
                    isBehind = true
                    remaining += max(0, (total ?? done) - done)
                case .comparing: isBehind = true
                case .current, .refused: break
                }
            }
            switch push {
            case .unknown: status.connection = isBehind ? .catchingUp(remaining: remaining) : .connecting
            case .lost: status.connection = .connecting
            case .open, .none:
                if isBehind {
                    status.connection = .catchingUp(remaining: remaining)
                } else if case .none(let reason) = push {
                    status.connection = .polling(reason: reason)
                } else {
                    status.connection = .live
                }
            }
        }
    }

    func setStage(_ stage: SyncStatus.Stage, of account: AccountID) {
        feed.update { $0.accounts[account] = stage }
        updateConnection()
    }
}
