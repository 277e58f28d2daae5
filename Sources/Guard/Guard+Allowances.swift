import JMAP

extension Guard {
    /// Why a word for a pair does not count; nil where it does.
    func objection(toAllowing decision: Decision, of entry: HoldEntry) -> String? {
        guard let terms = decision.terms, let until = terms.until else { return "It names no end." }
        let now = options.now()
        guard entry.direction == .outbound else { return "It is mail that came in: nothing of it can be allowed." }
        guard Pair(agent: terms.agent, recipient: "") == Pair(agent: entry.agent, recipient: "") else {
            return "It is of another agent than the hold."
        }
        let recipients = Set(entry.envelope.recipients.map { $0.lowercased() })
            .subtracting(entry.copies.map { $0.lowercased() })
        guard terms.recipients.allSatisfy({ recipients.contains($0.lowercased()) }) else {
            return "It names a recipient who does not get the held message."
        }
        guard until.seconds > now else { return "Its end, \(EndDate.text(until.seconds)), has passed." }
        guard until.seconds <= now + EndDate.farthest + 86_400 else {
            return "Its end, \(EndDate.text(until.seconds)), is more than a year away."
        }
        return nil
    }

    /// Keeps a word for a pair; what the reviewer is told.
    func allow(_ raw: [UInt8], _ decision: Decision, _ ledger: Ledger) async throws(GuardError) -> String {
        let record = try await server.file(
            raw, in: ledger.account, mailbox: ledger.mailbox(.allowed), keywords: [.seen])
        books?.allowances.add(decision, record: record)
        try await step(.decisionFiled)
        let terms = decision.terms
        let end = terms?.until.map { " until \(EndDate.text($0.seconds))" } ?? ""
        try await write(
            "decision.\(decision.action.rawValue)", hold: decision.action == .allow ? decision.hold : nil,
            actor: decision.reviewer,
            detail: "\(terms?.agent ?? "") to \(terms?.recipients.joined(separator: ", ") ?? "")\(end)", ledger)
        return "accepted"
    }

    /// Answers a decision that is about pairs; nil for all others.
    func answerOfPairs(
        _ raw: [UInt8], _ decision: Decision, _ ledger: Ledger
    ) async throws(GuardError) -> String? {
        switch decision.action {
        case .allow:
            if books?.allowances.knows(decision.nonce) == true { return "accepted" }
            if let reason = try await objection(to: decision, ledger) {
                try await write(
                    "decision.refused", hold: decision.hold, actor: decision.reviewer, detail: reason, ledger)
                return "refused: \(reason)"
            }
            return try await allow(raw, decision, ledger)
        case .disallow:
            if books?.allowances.knows(decision.nonce) == true { return "accepted" }
            let now = options.now()
            let stand = decision.terms?.pairs.contains { pair in
                books?.allowances.reviewers(of: pair, at: now).isEmpty == false
            }
            guard stand == true else { return "refused: Nothing is allowed for this pair." }
            return try await allow(raw, decision, ledger)
        case .unsuppress: return try await lift(decision, ledger)
        default: return nil
        }
    }

    /// Takes away words that have run out.
    func sweepAllowances(_ ledger: Ledger) async throws(GuardError) {
        let gone = books?.allowances.takeOver(at: options.now()) ?? []
        for record in gone {
            _ = try await server.move(record, to: ledger.mailbox(.closed), in: ledger.account)
        }
    }
}
