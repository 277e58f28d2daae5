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
    }

    private func enterInbound(_ bytes: [UInt8], for address: String, _ ledger: Ledger) async throws(GuardError) {
        guard let agent = accounts.agents.first(where: { $0.address == address }) else { return }
        let id = HoldEntry.id(account: agent.id, draft: bytes, key: nil, direction: .inbound)
        guard try await standing(of: id, ledger) == nil else { return }
        let now = options.now()
        let message = ParsedMessage(bytes)
        let judged = screener.inspectInbound(bytes, ownDomains: accounts.domains)
        let envelope = OutboundEnvelope(sender: message.from.first?.email ?? "", recipients: [agent.address])
        let required = policy.rules(for: OutboundEnvelope(sender: agent.address, recipients: []))
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

    /// Puts released mail into the agent's Inbox, byte for byte as the server would have.
    ///
    /// A token is used up first; what an attempt before has put there already is found, so that it lies there once.
    func deliver(_ item: Ledger.Item, _ entry: HoldEntry, _ ledger: Ledger) async throws(GuardError) {
        guard let boxes = boxes[entry.account] else { return }
        let bytes = try await ledger.read(item).bytes
        let delivered = Array("Delivered-To: \(entry.agent)\r\n".utf8) + bytes
        let tokens = try await ledger.tokens(of: entry)
        if tokens.count < entry.tokens.count, try await isDelivered(delivered, boxes, since: entry.createdAt) {
            try await close(item, entry, as: .sent, actor: "guard", reason: "It lies in the agent's Inbox.", ledger)
            return
        }
        guard let token = tokens.first else {
            try await close(
                item, entry, as: .uncertain, actor: "guard", reason: "Look whether it lies in the agent's Inbox.",
                ledger)
            return
        }
        guard try await server.destroy(token, in: ledger.account) else { return }
        try await step(.tokenDestroyed)
        _ = try await server.file(delivered, in: entry.account, mailbox: boxes.inbox)
        status.released += 1
        try await step(.submitted)
        status.sent += 1
        try await close(item, entry, as: .sent, actor: "guard", reason: "It lies in the agent's Inbox.", ledger)
    }

    private func isDelivered(
        _ bytes: [UInt8], _ boxes: AgentBoxes, since start: UTCDate
    ) async throws(GuardError) -> Bool {
        for item in try await server.list(boxes.inbox, in: boxes.account)
        where item.receivedAt >= start.seconds - 86_400 && item.size == bytes.count {
            if try await server.bytes(item.blob, of: boxes.account) == bytes { return true }
        }
        return false
    }
}
