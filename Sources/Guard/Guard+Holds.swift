import JMAP

extension Guard {
    /// Goes through the open holds: what is decided, what has expired, what is to be sent, what is being sent.
    func workOnHolds(_ ledger: Ledger, _ faults: inout [GuardError]) async throws(GuardError) {
        let (items, unreadable) = try await ledger.items(in: [.held, .approved, .sending])
        for id in unreadable where !nameless.contains(id) { tellUnreadable(id, "Its subject is not that of an entry.") }
        nameless = Set(unreadable)
        damaged.formIntersection(items.map(\.id))
        let attempts = Dictionary(grouping: try await ledger.attempts(), by: \.hold)
        var counts: [HoldState: Int] = [:]
        for item in items {
            counts[item.state, default: 0] += 1
            do throws(GuardError) {
                if try await dropIfDouble(item, ledger) { continue }
                if try await putBackIfStale(item, attempts[item.hold] ?? [], ledger) { continue }
                try await work(on: item, attempts[item.hold] ?? [], ledger)
            } catch {
                if error.code == .damaged {
                    // Told once; it is shown as long as it lies there.
                    if damaged.insert(item.id).inserted { tellUnreadable(item.id, error.message) }
                } else {
                    faults.append(try told(error))
                }
            }
        }
        countUnreadable()
        status.holds = counts
    }

    private func tellUnreadable(_ id: EmailID, _ why: String) {
        log(
            GuardEvent(
                at: UTCDate(seconds: options.now()), event: "unreadable", hold: nil, actor: "guard",
                detail: "The message \(id) of the ledger: \(why) Nothing is sent of it."))
    }

    private func work(
        on item: Ledger.Item, _ attempts: [Ledger.Attempt], _ ledger: Ledger
    ) async throws(GuardError) {
        let entry = try await entry(item, ledger)
        switch item.state {
        case .held:
            if let outcome = outcome(of: entry) {
                if outcome.state == .approved {
                    try await approve(item, by: outcome.actor, ledger)
                } else {
                    try await close(item, entry, as: outcome.state, actor: outcome.actor, reason: outcome.note, ledger)
                }
            } else if options.now() >= entry.deadline.seconds {
                try await close(item, entry, as: .expired, actor: "guard", reason: Self.expiryReason(entry), ledger)
            } else {
                try await remind(entry, ledger)
            }
        case .approved:
            if let undo = undoer(of: entry) {
                try await close(item, entry, as: .canceled, actor: undo.reviewer, reason: undo.note, ledger)
            } else if entry.direction == .inbound {
                // Nothing takes it out of the agent's Inbox again, so that it waits here for an undo.
                if !attempts.isEmpty || options.now() >= retryAt[item.hold] ?? 0 {
                    try await deliver(item, entry, attempts, ledger)
                }
            } else if !attempts.isEmpty {
                // Whoever moved it here did not see that an attempt to send it was begun.
                try await settle(item, entry, attempts, ledger)
            } else if options.now() >= retryAt[item.hold] ?? 0 {
                try await submit(item, entry, ledger)
            }
        case .sending where entry.direction == .inbound: try await deliver(item, entry, attempts, ledger)
        case .sending: try await settle(item, entry, attempts, ledger)
        default: break
        }
    }

    /// Begins to send, unless somebody who would get it gets no more mail: that is looked at once more right before.
    private func submit(_ item: Ledger.Item, _ entry: HoldEntry, _ ledger: Ledger) async throws(GuardError) {
        guard let why = try await suppressed(entry, ledger) else {
            try await release(item, entry, [], ledger)
            return
        }
        try await close(item, entry, as: .failed, actor: "guard", reason: why, ledger)
    }

    /// What an agent is told when nobody has decided.
    static func expiryReason(_ entry: HoldEntry) -> String {
        "Nobody decided before \(entry.deadline). Nobody has said no, and nothing is known to be wrong with it."
    }

    private func approve(_ item: Ledger.Item, by people: String, _ ledger: Ledger) async throws(GuardError) {
        let note = try await audit("approved", hold: item.hold, actor: people, ledger)
        try await change(item, to: .approved, notes: [note], ledger)
        try await step(.approved)
        guard let moved = try await ledger.item(item.id, in: [.approved]) else {
            return
        }
        let entry = try await entry(moved, ledger)
        if entry.direction == .inbound {
            retryAt[item.hold] = options.now() + holdSeconds
        } else {
            try await submit(moved, entry, ledger)
        }
    }

    /// Moves an entry with its audit; the guard's own memory follows. Gives the ids of the notes.
    @discardableResult
    func change(
        _ item: Ledger.Item, to state: HoldState, notes: [JSON], closing records: [EmailID] = [],
        destroying: [EmailID] = [], _ ledger: Ledger
    ) async throws(GuardError) -> [EmailID] {
        let made: [EmailID]
        do throws(GuardError) {
            try checkLease()
            let answer = try await ledger.change(
                item, to: state, notes: notes, closing: records, destroying: destroying)
            guard answer.moved else {
                throw GuardError(
                    .state, "The entry of the hold \(item.hold) is gone from the ledger.",
                    cure: "Look into the guard's account; nothing is sent of it.")
            }
            made = answer.notes
        } catch {
            auditHead = nil
            throw error
        }
        known?[item.hold]?.state = state
        try await mirror(item.hold, to: state)
        return made
    }

    /// Ends a hold: entry, records, tokens, the agent's draft and a note to the agent.
    func close(
        _ item: Ledger.Item, _ entry: HoldEntry, as state: HoldState, actor: String, reason: String, _ ledger: Ledger,
        attempts: [Ledger.Attempt] = []
    ) async throws(GuardError) {
        if item.state == .approved, state != .sent {
            // Nobody may begin to send what is about to be closed.
            for token in try await ledger.tokens(of: entry) { _ = try await server.destroy(token, in: ledger.account) }
        }
        let note = try await audit(state.rawValue, hold: item.hold, actor: actor, detail: reason, ledger)
        let records = (decisions[item.hold] ?? []).map(\.record) + attempts.map(\.record)
        let tokens = try await ledger.tokens(of: entry)
        let contacts = state == .sent ? newContacts(of: entry, ledger) : (notes: [], pairs: [])
        // With the change itself, so that no crash comes between it and what is to be told of it.
        let expiry = state == .expired ? Announcement(.expiry, entry) : nil
        let notes = [note] + (expiry.map { [announcementNote($0, ledger)] } ?? []) + contacts.notes
        let made = try await change(
            item, to: state, notes: notes, closing: records, destroying: tokens + remindersOver(item.hold), ledger)
        books?.contacts.formUnion(contacts.pairs)
        if let expiry, made.count > 1 { books?.pending[expiry] = made[1] }
        decisions[item.hold] = nil
        entries[item.id] = nil
        fenced[item.hold] = nil
        retryAt[item.hold] = nil
        for attempt in attempts { refusals[attempt.copy] = nil }
        try await step(.closed)
        try await tellOutcome(entry, state, reason)
        if let expiry { try await announce(expiry, entry, isFirst: true, ledger) }
    }

    /// Moves the agent's draft where it can be seen what became of it, and writes the note.
    func tellOutcome(_ entry: HoldEntry, _ state: HoldState, _ reason: String) async throws(GuardError) {
        guard entry.direction == .outbound, let boxes = boxes[entry.account] else { return }
        try await tell(
            Notice(
                hold: entry.id, state: state, subject: entry.subject, draftMessageID: entry.draftMessageID,
                note: reason, copies: entry.copies), boxes)
        // The agent may have moved its draft, or destroyed it: then there is nothing to show.
        let draft = try await server.item(entry.draft, in: entry.account)
        guard draft?.mailboxes.contains(boxes.held) == true else { return }
        if state == .sent {
            _ = try await server.destroy(entry.draft, in: entry.account)
        } else {
            try await server.move(entry.draft, to: boxes.rejected, in: entry.account)
        }
    }

    /// Puts an entry back that was moved to an earlier state: only a guard that slept in the middle of a step does that.
    private func putBackIfStale(
        _ item: Ledger.Item, _ attempts: [Ledger.Attempt], _ ledger: Ledger
    ) async throws(GuardError) -> Bool {
        guard let standing = known?[item.hold], standing.id == item.id else { return false }
        guard standing.state.rank > item.state.rank else {
            known?[item.hold]?.state = item.state
            return false
        }
        let note = try await audit(
            "put-back", hold: item.hold, detail: "From \(item.state.rawValue) to \(standing.state.rawValue).", ledger)
        // What it noted of an attempt is of one that comes to nothing: the tokens are gone.
        let records = standing.state.isFinal ? attempts.map(\.record) : []
        try await change(item, to: standing.state, notes: [note], closing: records, ledger)
        return true
    }

    /// Drops a second entry of one hold, which two guards at one moment can make: tokens first, so that nobody sends it.
    private func dropIfDouble(_ item: Ledger.Item, _ ledger: Ledger) async throws(GuardError) -> Bool {
        let first = try await standing(of: item.hold, ledger)
        // None is known of what a guard filed that was the active one before.
        if first?.id == item.id { return false }
        if first == nil || (first?.revision ?? 0) < item.revision {
            known?[item.hold] = Standing(item)
            return false
        }
        let entry = try await ledger.read(item).entry
        for token in try await ledger.tokens(of: entry) { _ = try await server.destroy(token, in: ledger.account) }
        // What another one has begun to send is followed to its end; of an earlier revision nothing can be under way.
        if item.state == .sending, item.revision == first?.revision { return false }
        try await write("double.dropped", hold: item.hold, ledger)
        _ = try await server.destroy(item.id, in: ledger.account)
        return true
    }
}
