import JMAP

extension Guard {
    /// Seconds for which the server holds what is released.
    var holdSeconds: Int64 { options.holdFor ?? Int64(policy.holdFor) }

    /// Makes one attempt to send: a copy in the agent's account, the record, the token, the submission.
    ///
    /// Only whoever destroys the token goes on; each attempt has a token of its own.
    func release(
        _ item: Ledger.Item, _ entry: HoldEntry, _ earlier: [Ledger.Attempt], _ ledger: Ledger
    ) async throws(GuardError) {
        guard let boxes = boxes[entry.account] else { return }
        guard let token = try await ledger.tokens(of: entry).first else {
            // It was closed, and a guard that slept moved it here: what became of it then is found by its attempts.
            let closed = try await ledger.attempts(in: .closed).filter { $0.hold == item.hold }
            if let submission = try await submissions(of: closed, entry).first {
                try await follow(submission, item, entry, closed, ledger)
                return
            }
            try await close(
                item, entry, as: .failed, actor: "guard", reason: "The server refused every attempt.", ledger,
                attempts: earlier)
            return
        }
        let identity = try await identity(of: entry)
        let held = try await ledger.read(item)
        try checkLease()
        let copy = try await server.file(
            held.bytes, in: entry.account, mailbox: boxes.sent, keywords: [.seen])
        try await step(.copyImported)
        let startedAt = options.now()
        let record = ledger.attemptNote(item.hold, copy: copy, startedAt: startedAt, heldUntil: startedAt + holdSeconds)
        let wait = max(holdSeconds, (entry.sendAt?.seconds ?? 0) - startedAt)
        let note = try await audit("sending", hold: item.hold, ledger)
        try await change(item, to: .sending, notes: [record, note], ledger)
        fenced[item.hold] = nil
        try await step(.attemptWritten)
        guard try await server.destroy(token, in: ledger.account) else {
            // Another guard has this attempt; the copy of this one must never go.
            _ = try await server.destroy(copy, in: entry.account)
            return
        }
        try await step(.tokenDestroyed)
        gate.open(SubmissionGate.Permit(held), until: lease.held?.until ?? 0)
        defer { gate.close(item.hold) }
        try await submit(copy, entry, identity, holdFor: min(wait, 604_800))
        status.released += 1
        usage.add(entry, at: startedAt)
        usage.forget(before: startedAt - Usage.memory)
        try await step(.submitted)
    }

    /// Hands the copy to the server. Throws where it is not certain that it was accepted; what then happened is found out
    /// by ``settle(_:_:_:_:)``, also where the server said no.
    private func submit(
        _ copy: EmailID, _ entry: HoldEntry, _ identity: IdentityID, holdFor: Int64
    ) async throws(GuardError) {
        let envelope = Envelope(
            mailFrom: .init(entry.envelope.sender, parameters: ["HOLDFOR": String(holdFor)]),
            rcptTo: entry.envelope.recipients.map { .init($0) })
        let call = EmailSubmissionSet(
            account: entry.account,
            create: ["s": ["emailId": copy.json, "identityId": identity.json, "envelope": envelope.json]])
        let answer = try await server.run { () async throws(JMAPError) in try await server.client.call(call) }
        if let refusal = answer.notCreated["s"] { refusals[copy] = refusal }
    }

    private func identity(of entry: HoldEntry) async throws(GuardError) -> IdentityID {
        if let known = identities[entry.account] { return known }
        let list = try await server.run { () async throws(JMAPError) in
            try await server.client.call(IdentityGet(account: entry.account, ids: .all)).list
        }
        guard let identity = list.first(where: { $0.email.lowercased() == entry.agent.lowercased() }) else {
            throw GuardError(
                .setup, "The agent \(entry.agent) has no identity to send as.", cure: "Look at its account.")
        }
        identities[entry.account] = identity.id
        return identity.id
    }
}
