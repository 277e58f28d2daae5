import JMAP

extension Guard {
    /// When everything is looked at although nothing is known to have moved, in seconds.
    private static let safetyPause: Int64 = 60
    /// When open holds are looked at although nothing is due, in seconds.
    private static let holdsPause: Int64 = 15

    /// Works until it is cancelled; what goes wrong is logged and tried again.
    ///
    /// It goes by the server's events for its own account and its groups, and by the sweep for those of agents and
    /// reviewers. The clock wakes it for what is due, and now and then for everything, should an event have been lost.
    package func run() async {
        let bell = Bell(client: server.client)
        let sweep = AccountSweep(client: server.client, bell: bell)
        let sweeping = Task { await sweep.run() }
        var listening = Task { await bell.listen() }
        var group = groupAccount
        var pause = 1
        while !Task.isCancelled {
            do throws(GuardError) {
                try await round(bell.take())
                pause = 1
            } catch {
                if Task.isCancelled { break }
                note(error)
                everythingDueAt = 0
                pause = min(pause * 2, 16)
            }
            options.turned(status)
            await sweep.watch(status.isActive ? watchedAccounts : [], first: reviewerAccounts)
            if groupAccount != group {
                // The server reads whose events a stream gets when the stream is opened.
                group = groupAccount
                listening.cancel()
                listening = Task { await bell.listen() }
            }
            await bell.wait(milliseconds: options.interval * pause)
        }
        sweeping.cancel()
        listening.cancel()
        // What is cancelled asks the server for nothing any more: a task of its own says goodbye.
        await Task { await leave() }.value
    }

    /// Takes the note that a guard is there away and gives the lease back.
    private func leave() async {
        if status.isActive { await stopBeating() }
        if let ledger {
            var last = lease
            lease.drop()
            // A lease that cannot be given back runs out.
            try? await last.release(ledger)
        }
        status.isActive = false
    }

    /// One round over everything. Nothing happens where another guard is the active one.
    package func round() async throws(GuardError) {
        var moved = Bell.Moved()
        moved.isAnything = true
        try await round(moved)
    }

    /// One round over what has moved and what is due.
    private func round(_ told: Bell.Moved) async throws(GuardError) {
        // A file that is read in every second need not be read at every event.
        if told.isAnything || options.now() != policyReadAt { readPolicy() }
        let ledger = try await openedLedger()
        let wasActive = lease.isActive(at: options.now())
        guard try await keepLease(ledger) else {
            forget()
            return
        }
        if !wasActive { forget() }
        status.isActive = true
        let before = accounts
        try await listAccounts()
        try await load(ledger)
        try await openBooks(ledger)
        var moved = told
        if isPolicyNew || accounts != before || options.now() >= everythingDueAt { moved.isAnything = true }
        if isPolicyNew {
            try await write("policy.read", hold: nil, detail: "sha256:\(policy.digest)", ledger)
            isPolicyNew = false
        }
        try await look(at: moved, ledger)
        rounds += 1
    }

    private func look(at moved: Bell.Moved, _ ledger: Ledger) async throws(GuardError) {
        let now = options.now()
        var faults: [GuardError] = []
        for agent in accounts.agents where moved.isAnything || moved.accounts.contains(agent.id) {
            do throws(GuardError) { try await takeDrafts(of: agent, ledger) } catch { faults.append(try told(error)) }
        }
        if moved.isAnything || intakeAccount.map(moved.accounts.contains) == true {
            do throws(GuardError) { try await takeInbound(ledger) } catch { faults.append(try told(error)) }
        }
        let isBellRung = moved.isAnything || groupAccount.map(moved.accounts.contains) == true
        if isBellRung || !reviewerAccounts.isDisjoint(with: moved.accounts) {
            do throws(GuardError) { try await readDecisions(ledger) } catch { faults.append(try told(error)) }
        }
        if !moved.isNothing || now >= holdsDueAt {
            try await workOnHolds(ledger, &faults)
            holdsDueAt = nextHold(after: now)
        }
        for agent in accounts.agents where moved.isAnything || moved.accounts.contains(agent.id) {
            guard let boxes = boxes[agent.id] else { continue }
            do throws(GuardError) { try await readReturns(of: boxes, ledger) } catch { faults.append(try told(error)) }
        }
        do throws(GuardError) { try await keepBooks(ledger) } catch { faults.append(try told(error)) }
        if isBellRung || options.now() - (mirror?.checkedAt ?? 0) >= Self.holdsPause {
            do throws(GuardError) { try await repairMirror(ledger) } catch { faults.append(try told(error)) }
        }
        do throws(GuardError) { try await beat() } catch { faults.append(try told(error)) }
        if moved.isAnything {
            do throws(GuardError) { try await noteLate(ledger) } catch { faults.append(try told(error)) }
        }
        guard moved.isAnything || !faults.isEmpty else { return }
        status.lastError = faults.last?.message
        // What failed is not told of again by the server.
        faultyRounds = faults.isEmpty ? 0 : min(faultyRounds + 1, 5)
        everythingDueAt = now + (faults.isEmpty ? Self.safetyPause : 1 << Int64(faultyRounds - 1))
    }

    /// When an open hold needs to be looked at next: at once while one is on its way, else at the first deadline.
    private func nextHold(after now: Int64) -> Int64 {
        if known?.isSendingAny != false { return now }
        let moments = entries.values.flatMap { [$0.halfTime, $0.deadline.seconds] }.filter { $0 > now }
        return min(moments.min() ?? .max, now + Self.holdsPause)
    }

    // MARK: Accounts

    private func account(_ address: String?) -> AccountID? {
        address.flatMap { accounts.byAddress[$0.lowercased()] }
    }

    /// The group of reviewers.
    private var groupAccount: AccountID? { account(policy.group) }

    /// The account for diverted mail.
    private var intakeAccount: AccountID? { account(policy.intake) }

    private var reviewerAccounts: Set<AccountID> { Set(policy.reviewers.compactMap { account($0.address) }) }

    /// The accounts of which the server tells this login nothing.
    private var watchedAccounts: Set<AccountID> {
        Set(accounts.agents.map(\.id)).union(reviewerAccounts).union([intakeAccount].compactMap { $0 })
    }
}
