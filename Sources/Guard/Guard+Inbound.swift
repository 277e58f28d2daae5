import JMAP
import Message

extension Guard {
    /// Takes what the hook has diverted to the intake: a hold for each agent that it was for.
    func takeInbound(_ ledger: Ledger) async throws(GuardError) {
        guard let address = policy.intake, let intake = accounts.byAddress[address.lowercased()] else { return }
        let boxes: (inbox: MailboxID, rejected: MailboxID)
        if let intakeBoxes {
            boxes = intakeBoxes
        } else {
            let found = try await server.ensure(["Rejected"], in: intake)
            guard let inbox = found["role:inbox"], let rejected = found["Rejected"] else {
                throw GuardError(.setup, "The account \(address) has no Inbox.", cure: "Make it, with its role.")
            }
            boxes = (inbox, rejected)
            intakeBoxes = boxes
        }
        for item in try await server.list(boxes.inbox, in: intake, limit: 100) {
            do throws(GuardError) {
                let raw = try await server.bytes(item.blob, of: intake)
                let (bytes, agents) = HeldFor.read(raw, secret: options.hookSecret ?? [])
                if agents.isEmpty || bytes.count > Self.draftLimit {
                    let why =
                        agents.isEmpty ? "No hook of this guard has sent it there." : "It is too large to be held."
                    try await write("intake.set-aside", hold: nil, detail: why, ledger)
                    try await server.move(item.id, to: boxes.rejected, in: intake)
                    continue
                }
                for agent in agents { try await enterInbound(bytes, for: agent, ledger) }
                _ = try await server.destroy(item.id, in: intake)
            } catch { _ = try told(error) }
        }
        try await sweepArriving(ledger)
    }

    private func enterInbound(_ bytes: [UInt8], for address: String, _ ledger: Ledger) async throws(GuardError) {
        guard let agent = accounts.agents.first(where: { $0.address == address }) else { return }
        let id = HoldEntry.id(account: agent.id, draft: bytes, key: nil, direction: .inbound)
        guard try await standing(of: id, ledger) == nil else { return }
        let now = options.now()
        let message = ParsedMessage(bytes)
        let judged = screener.inspectInbound(bytes, ownDomains: accounts.domains)
        let envelope = OutboundEnvelope(sender: message.from.first?.email ?? "", recipients: [agent.address])
        let required = policy.rules(for: OutboundEnvelope(sender: agent.address, recipients: []), at: now)
        var entry = HoldEntry(
            id: id, account: agent.id, agent: agent.address, draft: "", draftMessageID: nil,
            messageID: message.messageID?.first ?? "", subject: message.subject ?? "", envelope: envelope,
            digest: Digest(message: bytes, envelope: envelope), findings: judged.findings,
            reasons: [
                "It came for \(agent.address) and looks as if it would mislead an agent (\(Self.percent(judged.score)))."
            ],
            approvals: required.approvals, createdAt: UTCDate(seconds: now),
            deadline: UTCDate(seconds: now + Int64(required.deadline)), sendAt: nil, tokens: [])
        entry.direction = .inbound
        entry.tokens = try await ledger.makeTokens(id)
        try await step(.tokensMade)
        let file = try Self.file(entry, bytes, ledger)
        try await write(
            "inbound.held", hold: id,
            detail: "\(entry.digest) for \(agent.address); "
                + Set(entry.findings.map(\.rule)).sorted().joined(separator: ", "), ledger)
        let filed = try await server.file(file, in: ledger.account, mailbox: ledger.mailbox(.held), keywords: [.seen])
        known?[id] = Standing(entry, at: filed, .held)
        entries[filed] = entry
        status.taken += 1
        try await step(.entryFiled)
        try await mirror(file, of: entry, .held)
        try await step(.copyFiled)
    }

    private static func percent(_ score: Double) -> String { "\(Int((score * 100).rounded())) of 100" }

    // MARK: Release

    /// Puts released mail into the agent's Inbox, byte for byte as the server would have.
    ///
    /// A copy is filed aside and noted in the ledger before it is moved in. To move one message twice is to move it once:
    /// whoever takes over, or wakes late, delivers the same one.
    func deliver(
        _ item: Ledger.Item, _ entry: HoldEntry, _ attempts: [Ledger.Attempt], _ ledger: Ledger
    ) async throws(GuardError) {
        guard let boxes = try await boxesWithArriving(of: entry.account), let arriving = boxes.arriving else { return }
        if attempts.isEmpty {
            try await beginDelivery(item, entry, boxes, arriving, ledger)
            return
        }
        var found: [MailServer.Item] = []
        for attempt in attempts {
            if let copy = try await server.item(attempt.copy, in: entry.account) { found.append(copy) }
        }
        let tokens = try await ledger.tokens(of: entry)
        if found.contains(where: { $0.mailboxes != [arriving] }) {
            try await endDelivery(item, entry, attempts, found.filter { $0.mailboxes == [arriving] }, ledger)
        } else if let copy = found.first {
            // A used token tells a guard after this one that the copy may have been moved in.
            if let token = tokens.first { _ = try await server.destroy(token, in: ledger.account) }
            try await step(.tokenDestroyed)
            try await moveIn(copy.id, boxes)
            try await endDelivery(item, entry, attempts, Array(found.dropFirst()), ledger)
        } else if tokens.count < entry.tokens.count {
            // Only the agent can have taken away a copy that is noted: it has read it.
            try await endDelivery(item, entry, attempts, [], ledger)
        } else {
            let note = try await audit(
                "attempt.failed", hold: item.hold, detail: "The copy is gone before it was moved in.", ledger)
            try await change(item, to: .approved, notes: [note], closing: attempts.map(\.record), ledger)
        }
    }

    private func beginDelivery(
        _ item: Ledger.Item, _ entry: HoldEntry, _ boxes: AgentBoxes, _ arriving: MailboxID, _ ledger: Ledger
    ) async throws(GuardError) {
        guard let token = try await ledger.tokens(of: entry).first else {
            // It was closed, and a guard that slept moved it here.
            let closed = try await ledger.attempts(in: .closed).filter { $0.hold == item.hold }
            try await close(
                item, entry, as: closed.isEmpty ? .uncertain : .sent, actor: "guard",
                reason: closed.isEmpty ? "Look whether it lies in the agent's Inbox." : Self.delivered, ledger)
            return
        }
        let bytes = try await ledger.read(item).bytes
        try checkLease()
        let copy = try await server.file(
            Array("Delivered-To: \(entry.agent)\r\n".utf8) + bytes, in: entry.account, mailbox: arriving)
        try await step(.copyImported)
        let now = options.now()
        let record = ledger.attemptNote(item.hold, copy: copy, startedAt: now, heldUntil: now)
        let note = try await audit("delivering", hold: item.hold, ledger)
        try await change(item, to: .sending, notes: [record, note], ledger)
        try await step(.attemptWritten)
        // Another guard that has this token knows of both copies, and delivers one.
        guard try await server.destroy(token, in: ledger.account) else { return }
        try await step(.tokenDestroyed)
        try await moveIn(copy, boxes)
        guard let moved = try await ledger.item(item.id, in: [.sending]) else {
            return
        }
        let attempts = try await ledger.attempts().filter { $0.hold == item.hold }
        try await endDelivery(moved, entry, attempts, [], ledger)
    }

    private func moveIn(_ copy: EmailID, _ boxes: AgentBoxes) async throws(GuardError) {
        try checkLease()
        // A person has judged it; it is not judged again should the policy change.
        try await server.move(copy, to: boxes.inbox, keywords: [Self.judgedKeyword: true], in: boxes.account)
        status.released += 1
        try await step(.submitted)
    }

    private static let delivered = "It lies in the agent's Inbox."

    private func endDelivery(
        _ item: Ledger.Item, _ entry: HoldEntry, _ attempts: [Ledger.Attempt], _ spare: [MailServer.Item],
        _ ledger: Ledger
    ) async throws(GuardError) {
        for copy in spare { _ = try await server.destroy(copy.id, in: entry.account) }
        status.sent += 1
        try await close(item, entry, as: .sent, actor: "guard", reason: Self.delivered, ledger, attempts: attempts)
    }

    /// The boxes of an agent with the one in which copies wait to be moved in, made where it is missing.
    private func boxesWithArriving(of account: AccountID) async throws(GuardError) -> AgentBoxes? {
        guard var known = boxes[account], known.arriving == nil else { return boxes[account] }
        known.arriving = try await server.ensure([AgentBoxes.arrivingName], in: account)[AgentBoxes.arrivingName]
        boxes[account] = known
        return known
    }

    /// Takes away copies that no open attempt knows of: those of a guard that was stopped before it could note them.
    func sweepArriving(_ ledger: Ledger) async throws(GuardError) {
        for boxes in boxes.values {
            guard let arriving = boxes.arriving else { continue }
            let copies = try await server.list(arriving, in: boxes.account, limit: 100)
            guard !copies.isEmpty else { continue }
            // Read after the copies, so that none of them was noted unseen.
            let attempts = try await ledger.attempts()
            var noted: Set<EmailID> = []
            for attempt in attempts where known?[attempt.hold]?.state.isFinal != true { noted.insert(attempt.copy) }
            for copy in copies where !noted.contains(copy.id) {
                try checkLease()
                _ = try await server.destroy(copy.id, in: boxes.account)
            }
        }
    }
}
