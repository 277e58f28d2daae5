import JMAP
import Message

extension Guard {
    /// Reads the decisions that the ledger has of open holds.
    func loadDecisions(_ ledger: Ledger) async throws(GuardError) {
        decisions = [:]
        for item in try await server.list(ledger.mailbox(.decisions), in: ledger.account) {
            let raw = try await server.bytes(item.blob, of: ledger.account)
            do throws(GuardError) {
                // Who may decide no longer does not count any longer, and the ledger's copy is not trusted more than
                // the signature in it.
                let decision = try Decision.read(raw, from: Self.sender(raw), reviewers: policy.reviewers)
                decisions[decision.hold, default: []].append((item.id, decision))
            } catch {
                unreadableClosed += 1
            }
        }
    }

    private static func sender(_ raw: [UInt8]) -> String {
        ParsedMessage(raw).from.first?.email ?? ""
    }

    /// Reads what reviewers have put into their `Decisions`.
    func readDecisions(_ ledger: Ledger) async throws(GuardError) {
        for reviewer in policy.reviewers {
            guard let account = accounts.byAddress[reviewer.address.lowercased()] else { continue }
            let boxes: (account: AccountID, decisions: MailboxID, decided: MailboxID)
            if let known = decisionBoxes[reviewer.address], known.account == account {
                boxes = known
            } else {
                let found = try await server.ensure(["Decisions", "Decided"], in: account)
                boxes = (account, found["Decisions"] ?? "", found["Decided"] ?? "")
                decisionBoxes[reviewer.address] = boxes
            }
            for item in try await server.list(boxes.decisions, in: account, limit: 100) {
                let raw = try await server.bytes(item.blob, of: account)
                try await step(.decisionRead)
                let answer = try await answer(raw, of: reviewer, ledger)
                try await tell(answer, to: reviewer, about: item, ledger)
                try await step(.decisionAnswered)
                try await server.move(item.id, to: boxes.decided, in: account)
                try await step(.decisionMoved)
            }
        }
    }

    /// Checks a decision and, where it counts, files it; what the reviewer is told.
    private func answer(
        _ raw: [UInt8], of reviewer: Policy.Reviewer, _ ledger: Ledger
    ) async throws(GuardError) -> String {
        let decision: Decision
        do throws(GuardError) {
            decision = try Decision.read(raw, from: reviewer.address, reviewers: policy.reviewers)
        } catch {
            try await write("decision.refused", hold: nil, actor: reviewer.address, detail: error.message, ledger)
            return "refused: \(error.message)"
        }
        if let answer = try await answerOfPairs(raw, decision, ledger) { return answer }
        let known = decisions[decision.hold] ?? []
        if known.contains(where: { $0.decision.nonce == decision.nonce }) { return "accepted" }
        if [.edit, .undo].contains(decision.action), try await isMade(decision, ledger) { return "accepted" }
        if let reason = try await objection(to: decision, ledger) {
            try await write(
                "decision.refused", hold: decision.hold, actor: decision.reviewer, detail: reason, ledger)
            return "refused: \(reason)"
        }
        if decision.action == .undo, let state = try await standing(of: decision.hold, ledger)?.state,
            Self.revivable.contains(state)
        {
            let answer = try await revive(decision, ledger)
            if answer == "accepted" { try await publish(decision) }
            return answer
        }
        if decision.action == .edit {
            let answer = try await edit(decision, ledger)
            if answer == "accepted" { try await publish(decision) }
            return answer
        }
        let record = try await server.file(
            raw, in: ledger.account, mailbox: ledger.mailbox(.decisions), keywords: [.seen])
        decisions[decision.hold, default: []].append((record, decision))
        try await step(.decisionFiled)
        try await write(
            "decision.\(decision.action.rawValue)", hold: decision.hold, actor: decision.reviewer,
            detail: decision.digest.text, ledger)
        try await publish(decision)
        return "accepted"
    }

    /// States in which mail that came in can be held again.
    static let revivable: Set<HoldState> = [.rejected, .canceled]

    /// Whether an edit, or an undo, was made already, before this guard, or the one before it, could answer.
    private func isMade(_ decision: Decision, _ ledger: Ledger) async throws(GuardError) -> Bool {
        guard let standing = known?[decision.hold], !standing.state.isFinal,
            let item = try await ledger.item(standing.id, in: [standing.state])
        else { return false }
        return try await entry(item, ledger).source == "\(decision.action.rawValue):\(decision.nonce)"
    }

    /// Why a decision does not count; nil where it does.
    func objection(to decision: Decision, _ ledger: Ledger) async throws(GuardError) -> String? {
        guard let place = try await standing(of: decision.hold, ledger) else {
            return "There is no hold \(decision.hold)."
        }
        // What was let go just now is where one thinks of letting go the next, too.
        let isLate =
            (place.state == .sent && decision.action == .allow)
            || (Self.revivable.contains(place.state) && decision.action == .undo)
        guard !place.state.isFinal || isLate else {
            return "The hold is \(place.state.rawValue): \(place.state.sentence)"
        }
        let found =
            isLate
            ? try await ledger.find(decision.hold)
            : try await ledger.item(place.id, in: [.held, .approved, .sending])
        guard let item = found else {
            return "There is no open hold \(decision.hold)."
        }
        let entry = try await entry(item, ledger)
        guard entry.digest == decision.digest else {
            return "It is on another digest than the hold's: what was seen is not what would be sent."
        }
        guard entry.agent.lowercased() != decision.reviewer.lowercased() else {
            return "Its reviewer is the author."
        }
        if decision.action == .allow { return objection(toAllowing: decision, of: entry) }
        if decision.action == .approve, let reason = try await objection(toApproving: entry, decision, ledger) {
            return reason
        }
        if decision.action == .approve, item.state == .held, !decision.acknowledgesThread {
            let count = try await arrivals(since: entry)
            if count > 0 {
                return "\(Decision.threadMovedOn): \(count) messages came since it was held. Read them; who approves "
                    + "again says so (review approve --thread-moved-on)."
            }
        }
        if entry.direction == .inbound, ![.approve, .reject, .claim, .release, .undo].contains(decision.action) {
            return "It is mail that came in: it can be approved, which releases it, or rejected, which discards it."
        }
        if Self.revivable.contains(place.state) {
            // What an agent wants sent is never held again by itself; the agent hands it in anew.
            return entry.direction == .inbound ? nil : "The hold is \(place.state.rawValue): \(place.state.sentence)"
        }
        switch (decision.action, item.state) {
        case (.undo, .approved), (.undo, .sending): return nil
        case (.undo, _): return "There is nothing to call back; the hold is \(item.state.rawValue)."
        case (_, .held):
            return options.now() < entry.deadline.seconds ? nil : "The hold's deadline \(entry.deadline) has passed."
        default: return "The hold is \(item.state.rawValue) already."
        }
    }

    /// Why an approval does not count, beside what holds for all decisions.
    private func objection(
        toApproving entry: HoldEntry, _ decision: Decision, _ ledger: Ledger
    ) async throws(GuardError) -> String? {
        let editors = Set(entry.editors.map { $0.lowercased() })
        if editors.contains(decision.reviewer.lowercased()) {
            guard policy.reviewers.contains(where: { !editors.contains($0.address.lowercased()) }) else {
                return Self.nobodyElse
            }
            if entry.approvals == 1 { return "Its reviewer has edited it: another one must approve it." }
        }
        return try await suppressed(entry, ledger).map { why in
            "\(why) Edit the recipient out, or lift it first (review suppressed remove)."
        }
    }

    /// Why an edit can be approved by nobody, where there is one reviewer.
    package static let nobodyElse =
        "Who edited it cannot be the only one to approve it, and the policy names no other reviewer: it can only be "
        + "rejected, or wait until another reviewer is added."

    /// Answers a decision in the group, where the reviewer's program waits for it.
    private func tell(
        _ answer: String, to reviewer: Policy.Reviewer, about item: MailServer.Item, _ ledger: Ledger
    ) async throws(GuardError) {
        guard let mirror = try await openedMirror() else { return }
        let note = MailServer.note(
            "answer \(item.subject)", text: answer, from: ledger.address, mailbox: mirror.answers)
        _ = try await server.create([note], in: mirror.group)
    }

    /// What the decisions of a held entry come to; nil where more are needed.
    func outcome(of entry: HoldEntry) -> (state: HoldState, actor: String, note: String)? {
        let counting = (decisions[entry.id] ?? []).map(\.decision).filter { $0.digest == entry.digest }
        if let no = counting.first(where: { $0.action == .reject }) { return (.rejected, no.reviewer, no.note) }
        if let other = counting.first(where: { $0.action == .requestChanges }) {
            return (.changesRequested, other.reviewer, other.note)
        }
        let people = Set(counting.filter { $0.action == .approve }.map { $0.reviewer.lowercased() })
            .subtracting([entry.agent.lowercased()])
        // Who edited it is never the only one to approve, and does not count where the edit made it riskier.
        let others = people.subtracting(entry.editors.map { $0.lowercased() })
        guard !others.isEmpty || entry.editors.isEmpty else { return nil }
        guard (entry.isRiskier ? others : people).count >= entry.approvals else { return nil }
        return (.approved, people.sorted().joined(separator: ", "), "")
    }

    /// Whether somebody wants it called back, and who.
    func undoer(of entry: HoldEntry) -> Decision? {
        (decisions[entry.id] ?? []).map(\.decision).first { $0.action == .undo && $0.digest == entry.digest }
    }
}
