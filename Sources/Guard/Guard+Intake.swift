import JMAP
import Message

extension Guard {
    /// The largest draft that is taken, in bytes: with its ledger entry around it, it must fit into one upload.
    package static let draftLimit = 25_000_000

    /// Takes every draft that an agent has put into its outbox.
    func takeDrafts(of agent: AccountList.Entry, _ ledger: Ledger) async throws(GuardError) {
        let boxes: AgentBoxes
        if let known = self.boxes[agent.id] {
            boxes = known
        } else {
            boxes = try await AgentBoxes.load(agent, server)
            self.boxes[agent.id] = boxes
        }
        for draft in try await server.list(boxes.outbox, in: agent.id, limit: 100) {
            do throws(GuardError) { try await take(draft, boxes, ledger) } catch { _ = try told(error) }
        }
        do throws(GuardError) { try await advise(boxes, ledger) } catch { _ = try told(error) }
    }

    private func take(_ draft: MailServer.Item, _ boxes: AgentBoxes, _ ledger: Ledger) async throws(GuardError) {
        guard draft.size <= Self.draftLimit else {
            // It is not read: an agent can put a blob of its own into one message many times.
            let why =
                "It has \(draft.size) bytes, and \(Self.draftLimit) are the most. Take attachments out, or send them in "
                + "parts."
            let messageID = try await messageID(of: draft, boxes)
            try await turnDown(draft, "", draft.subject, messageID, boxes, why, ledger)
            return
        }
        let raw = try await server.bytes(draft.blob, of: boxes.account)
        try await step(.draftRead)
        let message = ParsedMessage(raw)
        if let wanted = message.headers.last(named: "AgenticMail-Withdraw")?.text {
            try await withdraw(wanted, request: draft, boxes, ledger)
            return
        }
        if let wanted = message.headers.last(named: "AgenticMail-Revises")?.text {
            try await revise(wanted, draft, message, boxes, ledger)
            return
        }
        let key = message.headers.last(named: "AgenticMail-Key")?.text
        let id = HoldEntry.id(account: boxes.account, draft: raw, key: key.flatMap { $0.isEmpty ? nil : $0 })
        if let found = try await standing(of: id, ledger) {
            try await finishTaking(draft, id, found.state, message, boxes)
            return
        }
        try await enter(draft, id, message, boxes, ledger)
    }

    private func messageID(
        of draft: MailServer.Item, _ boxes: AgentBoxes
    ) async throws(GuardError) -> String? {
        try await server.run { () async throws(JMAPError) in
            try await server.client.call(
                EmailGet(account: boxes.account, ids: .list([draft.id]), properties: [.id, .messageID])
            ).list.first?.messageID?.first
        }
    }

    private func enter(
        _ draft: MailServer.Item, _ id: String, _ message: ParsedMessage, _ boxes: AgentBoxes, _ ledger: Ledger
    ) async throws(GuardError) {
        var judged = try await judge(message, id, draft.id, boxes)
        judged.entry.draft = draft.id
        judged.entry.draftMessageID = message.messageID?.first
        judged.entry.source = Self.source(message)
        let state: HoldState =
            switch judged.outcome {
            case .release: .approved
            case .hold: .held
            case .refuse: .rejected
            }
        judged.entry.tokens = state == .rejected ? [] : try await ledger.makeTokens(id)
        try await step(.tokensMade)
        let entry = judged.entry
        let file = try Self.file(entry, judged.bytes, ledger)
        let event = state == .held ? "held" : state == .approved ? "released" : "refused"
        try await write(
            event, hold: id, actor: boxes.address,
            detail: "\(entry.digest) to \(entry.envelope.recipients.count) recipients; "
                + Set(entry.findings.map(\.rule)).sorted().joined(separator: ", "), ledger)
        try checkLease()
        let filed = try await server.file(file, in: ledger.account, mailbox: ledger.mailbox(state), keywords: [.seen])
        known?[id] = Standing(entry, at: filed, state)
        entries[filed] = state.isFinal ? nil : entry
        status.taken += 1
        try await step(.entryFiled)
        try await mirror(file, of: entry, state)
        try await step(.copyFiled)
        try await finishTaking(draft, id, state, message, boxes, entry)
    }

    /// A message as it would leave, and an entry of the ledger for it without tokens.
    struct Judged {
        var entry: HoldEntry
        let bytes: [UInt8]
        let outcome: Verdict.Outcome
    }

    /// Marks a message and judges it by the rules and the policy.
    func judge(
        _ message: ParsedMessage, _ id: String, _ draft: EmailID, _ boxes: AgentBoxes
    ) async throws(GuardError) -> Judged {
        let now = options.now()
        let bytes = Marks.mark(message, agent: boxes.address, hold: id)
        let marked = ParsedMessage(bytes)
        let named = OutboundEnvelope(sender: boxes.address, message: marked)
        if hasContact(named), let ledger { try await readReturns(of: boxes, ledger) }
        let root = message.references?.first ?? message.inReplyTo?.first
        let body = Hex.sha256(Array(message.rawBody(of: message.root)))
        var lately = usage.lately(
            Usage.Release(
                at: now, sender: named.sender.lowercased(),
                recipients: named.recipients.map { $0.lowercased() }, thread: root, body: body))
        let threadID = try await threadID(of: draft, message, boxes)
        lately.isTainted = answersFlagged(message, boxes)
        if let threadID, !lately.isTainted { lately.isTainted = try await isTainted(threadID, boxes) }
        let verdict = Verdict(
            marked, envelope: named, inspector: inspector, policy: effectivePolicy,
            lately: lately, relations: relations(of: named), at: now)
        // Copies are added before the digest is made: what is decided is what leaves, to all who get it.
        let copies = named.recipients.isEmpty ? [] : verdict.required.copies.subtracting(named.recipients).sorted()
        let envelope = OutboundEnvelope(sender: named.sender, recipients: named.recipients + copies)
        var entry = HoldEntry(
            id: id, account: boxes.account, agent: boxes.address, draft: "", draftMessageID: nil,
            messageID: marked.messageID?.first ?? "", subject: marked.subject ?? "", envelope: envelope,
            digest: Digest(message: bytes, envelope: envelope), findings: verdict.findings,
            reasons: verdict.reasons + (policyFault.map { ["The policy has a fault: \($0)"] } ?? []),
            approvals: verdict.required.approvals, createdAt: UTCDate(seconds: now),
            deadline: UTCDate(seconds: now + Int64(verdict.required.deadline)),
            sendAt: message.headers.last(named: "AgenticMail-Send-At").flatMap { UTCDate($0.text) }, tokens: [])
        entry.thread = root
        entry.threadID = threadID?.rawValue
        entry.body = body
        entry.grounds = verdict.grounds + (policyFault == nil ? [] : [.fault])
        entry.waiting = verdict.waiting
        entry.copies = copies
        return Judged(entry: entry, bytes: bytes, outcome: verdict.outcome)
    }

    /// What a draft is told by, whatever its id becomes.
    static func source(_ draft: ParsedMessage) -> String { "draft:\(Hex.sha256(draft.raw))" }

    /// The message of the ledger for an entry.
    static func file(
        _ entry: HoldEntry, _ bytes: [UInt8], previous: [UInt8]? = nil, _ ledger: Ledger
    ) throws(GuardError) -> [UInt8] {
        do throws(MessageBuilderError) {
            return try entry.message(from: ledger.address, exact: bytes, previous: previous)
        } catch {
            throw GuardError(.damaged, "An entry cannot be written: \(error.sentence)", cure: "Report this.")
        }
    }

    /// Takes the draft out of the outbox and tells the agent; also where an earlier guard got no further.
    func finishTaking(
        _ draft: MailServer.Item, _ id: String, _ state: HoldState, _ message: ParsedMessage, _ boxes: AgentBoxes,
        _ entry: HoldEntry? = nil
    ) async throws(GuardError) {
        let note = Notice(
            hold: id, state: state, subject: message.subject ?? "", draftMessageID: message.messageID?.first,
            deadline: entry?.deadline, note: entry?.reasons.joined(separator: " ") ?? "",
            copies: entry?.copies ?? [], isRepeat: entry == nil)
        // First the note, then the move: a draft that has left the outbox has been told of.
        if state != .approved { try await tell(note, boxes) }
        try await step(.agentTold)
        let target = state.isFinal ? boxes.rejected : boxes.held
        try await server.move(draft.id, to: target, keywords: [.draft: false], in: boxes.account)
        try await step(.draftMoved)
    }

    /// The policy that holds now; while its file has a fault, all mail is held.
    var effectivePolicy: Policy {
        guard policyFault != nil else { return policy }
        var strict = policy
        strict.floor.mode = .reviewAll
        return strict
    }

    /// Takes back a hold of the agent's own, named by its id or by its draft's Message-ID.
    private func withdraw(
        _ wanted: String, request: MailServer.Item, _ boxes: AgentBoxes, _ ledger: Ledger
    ) async throws(GuardError) {
        let (items, _) = try await ledger.items(in: [.held, .approved])
        for item in items where item.owner == boxes.account {
            let entry = try await entry(item, ledger)
            guard entry.id == wanted || entry.draftMessageID == wanted else { continue }
            try await close(
                item, entry, as: .withdrawn, actor: boxes.address, reason: "The agent took it back.", ledger)
        }
        _ = try await server.destroy(request.id, in: boxes.account)
    }

    /// The entry of an item, from memory or from the ledger.
    func entry(_ item: Ledger.Item, _ ledger: Ledger) async throws(GuardError) -> HoldEntry {
        if let entry = entries[item.id] { return entry }
        let entry = try await ledger.read(item).entry
        entries[item.id] = entry
        return entry
    }
}
