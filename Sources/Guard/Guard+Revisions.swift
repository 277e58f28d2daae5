import JMAP
import Message

extension Guard {
    /// Takes a new version of a message that the agent names by its hold.
    func revise(
        _ wanted: String, _ draft: MailServer.Item, _ message: ParsedMessage, _ boxes: AgentBoxes, _ ledger: Ledger
    ) async throws(GuardError) {
        let states: [HoldState] = [.held, .changesRequested]
        let standing = try await standing(of: wanted, ledger).flatMap { $0.owner == boxes.account ? $0 : nil }
        guard let standing, let item = try await ledger.item(standing), states.contains(item.state) else {
            let place = standing?.state
            let why =
                place.map { "It is \($0.rawValue) already: no new version of it is taken." }
                ?? "There is no hold \(wanted) of yours."
            try await turnDown(
                draft, wanted, message.subject ?? "", message.messageID?.first, boxes, why, ledger)
            return
        }
        let old = try await ledger.read(item)
        if old.entry.source == Self.source(message) {
            try await finishTaking(draft, item.hold, item.state, message, boxes, old.entry)
            return
        }
        var judged = try await judge(message, item.hold, draft.id, boxes)
        guard judged.outcome != .refuse else {
            try await turnDown(
                draft, wanted, message.subject ?? "", message.messageID?.first, boxes,
                judged.entry.reasons.joined(separator: " "), ledger)
            return
        }
        judged.entry.draft = draft.id
        judged.entry.draftMessageID = message.messageID?.first
        judged.entry.source = Self.source(message)
        judged.entry.reasons.append("It is a new version of what was \(item.state.rawValue).")
        judged.entry.grounds.append(.revised)
        let entry = try await replace(
            item, old, by: judged, event: "revised", actor: boxes.address, ledger)
        try await finishTaking(draft, item.hold, .held, message, boxes, entry)
    }

    /// Takes a draft out of the outbox that becomes no hold, and says why.
    func turnDown(
        _ draft: MailServer.Item, _ hold: String, _ subject: String, _ messageID: String?, _ boxes: AgentBoxes,
        _ why: String, _ ledger: Ledger
    ) async throws(GuardError) {
        try await write("refused", hold: nil, actor: boxes.address, detail: why, ledger)
        try await tell(
            Notice(
                hold: hold, state: .rejected, subject: subject, draftMessageID: messageID, note: why), boxes)
        try await step(.agentTold)
        try await server.move(draft.id, to: boxes.rejected, keywords: [.draft: false], in: boxes.account)
        try await step(.draftMoved)
    }

    /// Makes the message of an edit the next revision of its hold; what the reviewer is told.
    func edit(_ decision: Decision, _ ledger: Ledger) async throws(GuardError) -> String {
        guard let standing = known?[decision.hold],
            let item = try await ledger.item(standing), item.state == .held,
            let boxes = boxes[item.owner], let bytes = decision.edited
        else { return "refused: There is no held message \(decision.hold)." }
        let message = ParsedMessage(bytes)
        guard bytes.count <= Self.draftLimit else {
            return "refused: The edited message has \(bytes.count) bytes; \(Self.draftLimit) are the most."
        }
        guard !message.isAmbiguous else { return "refused: The edited message can be read in two ways." }
        let old = try await ledger.read(item)
        var judged = try await judge(message, item.hold, old.entry.draft, boxes)
        guard judged.outcome != .refuse else {
            return "refused: \(judged.entry.reasons.joined(separator: " "))"
        }
        let added = additions(judged.entry, to: old.entry)
        judged.entry.draft = old.entry.draft
        judged.entry.draftMessageID = old.entry.draftMessageID
        judged.entry.createdAt = old.entry.createdAt
        judged.entry.deadline = old.entry.deadline
        judged.entry.sendAt = old.entry.sendAt
        judged.entry.source = "edit:\(decision.nonce)"
        judged.entry.approvals = max(judged.entry.approvals, old.entry.approvals)
        judged.entry.editors = Array(Set(old.entry.editors + [decision.reviewer])).sorted()
        judged.entry.isRiskier = old.entry.isRiskier || !added.isEmpty
        judged.entry.reasons = ["\(decision.reviewer) has edited it."] + added + judged.entry.reasons
        judged.entry.grounds.append(.edited)
        try await replace(item, old, by: judged, event: "edited", actor: decision.reviewer, ledger)
        return "accepted"
    }

    /// Holds mail that came in once more, which was discarded; what the reviewer is told.
    func revive(_ decision: Decision, _ ledger: Ledger) async throws(GuardError) -> String {
        guard let item = try await ledger.find(decision.hold), Self.revivable.contains(item.state) else {
            return "refused: There is no discarded message \(decision.hold)."
        }
        let old = try await ledger.read(item)
        var entry = old.entry
        let span = old.entry.deadline.seconds - old.entry.createdAt.seconds
        entry.createdAt = UTCDate(seconds: options.now())
        entry.deadline = UTCDate(seconds: options.now() + span)
        entry.source = "undo:\(decision.nonce)"
        let judged = Judged(entry: entry, bytes: old.bytes, outcome: .hold)
        try await replace(item, old, by: judged, event: "held.again", actor: decision.reviewer, ledger)
        return "accepted"
    }

    /// What an edit adds that people should look at, a sentence each.
    private func additions(_ new: HoldEntry, to old: HoldEntry) -> [String] {
        let known = Set(old.envelope.recipients)
        let outside = new.envelope.recipients.filter {
            !known.contains($0) && policy.isOutside($0, from: new.agent)
        }
        var lines = outside.isEmpty ? [] : ["The edit adds somebody outside: \(outside.joined(separator: ", "))."]
        let before = Set(old.findings.map { [$0.rule, $0.excerpt] })
        let rules = Set(
            new.findings.filter { $0.severity != .low && !before.contains([$0.rule, $0.excerpt]) }.map(\.rule))
        if !rules.isEmpty {
            lines.append("The edit adds what the rules see: \(rules.sorted().joined(separator: ", ")).")
        }
        return lines
    }

    /// Puts another revision in the place of an entry, which nobody may be sending.
    ///
    /// The new entry is filed aside, the tokens of the old one are taken, and only where the old one then still lies
    /// where it lay do they change places: whoever sends has moved the entry before it takes a token, so nothing of the
    /// old revision can leave any more.
    @discardableResult
    private func replace(
        _ item: Ledger.Item, _ old: HeldMessage, by judged: Judged, event: String, actor: String, _ ledger: Ledger
    ) async throws(GuardError) -> HoldEntry {
        for left in try await server.list(ledger.mailbox(.revisions), in: ledger.account)
        where HoldEntry.name(inSubject: left.subject)?.hold == item.hold {
            _ = try await server.destroy(left.id, in: ledger.account)
        }
        var entry = judged.entry
        entry.revision = item.revision + 1
        entry.tokens = try await ledger.makeTokens(item.hold)
        let fits = old.bytes.count + judged.bytes.count <= Self.draftLimit
        let file = try Self.file(entry, judged.bytes, previous: fits ? old.bytes : nil, ledger)
        let filed = try await server.file(
            file, in: ledger.account, mailbox: ledger.mailbox(.revisions), keywords: [.seen])
        try await step(.revisionFiled)
        for token in try await ledger.tokens(of: old.entry) {
            _ = try await server.destroy(token, in: ledger.account)
        }
        try await step(.tokensTaken)
        guard try await ledger.item(item.id, in: [item.state]) != nil else {
            _ = try await server.destroy(filed, in: ledger.account)
            throw GuardError(
                .state, "The hold \(item.hold) was decided meanwhile.", cure: "Look at what became of it.")
        }
        let note = try await audit(event, hold: item.hold, actor: actor, detail: entry.digest.text, ledger)
        let next = Ledger.Item(
            id: filed, blob: "", hold: item.hold, owner: item.owner, state: .held, mailboxes: [],
            receivedAt: options.now(), revision: entry.revision)
        let records = (decisions[item.hold] ?? []).map(\.record)
        decisions[item.hold] = nil
        // The copy first: what reviewers see of the old revision can be decided no more, whatever comes next.
        try await dropCopy(of: item)
        try await change(next, to: .held, notes: [note], closing: records, destroying: [item.id], ledger)
        known?[item.hold] = Standing(next)
        entries[filed] = entry
        entries[item.id] = nil
        try await step(.revised)
        try await mirror(file, of: entry, .held)
        return entry
    }
}
