import JMAP
import Message

/// What this guard has looked at in the Inbox of one agent whose mail nothing screens before it is delivered.
struct InboxAdvice: Sendable {
    /// What arrived before is not looked at.
    var since: Int64
    /// What was looked at already; forgotten once it is too old to be listed.
    var looked: [EmailID: Int64] = [:]
    /// The Message-IDs of what was flagged: mail that answers it is held, also when the agent has destroyed it.
    var flagged: [String] = []
}

extension Guard {
    /// Says that a message was judged: who moves it back to the Inbox has the last word.
    static let judgedKeyword: Keyword = "agenticmail-judged"
    /// Seconds for which arrivals are looked back at when a guard starts.
    private static let adviceMemory: Int64 = 86_400
    private static let advisedAtOnce = 50
    private static let mostFlagged = 2_000
    /// A larger message is left to who reads it.
    private static let advisedBytes = 8 << 20

    /// Looks once at each message that came into an agent's Inbox, and moves what would mislead it to Junk, with a note
    /// that says why beside it.
    ///
    /// It is advice: the agent's key can read Junk. Nothing is destroyed, and what a person moves back stays where it is.
    func advise(_ boxes: AgentBoxes, _ ledger: Ledger) async throws(GuardError) {
        guard !policy.isScreened(boxes.address), let junk = boxes.junk else { return }
        let now = options.now()
        var state = advice[boxes.account] ?? InboxAdvice(since: now - Self.adviceMemory)
        for email in try await arrivals(boxes, since: state.since) where state.looked[email.id] == nil {
            state.looked[email.id] = email.receivedAt?.seconds ?? now
            guard let blob = email.blobID, (email.size ?? 0) <= Self.advisedBytes else { continue }
            let raw = try await server.bytes(blob, of: boxes.account)
            let judged = screener.inspectInbound(raw, ownDomains: accounts.domains)
            guard judged.isFlagged else { continue }
            if let id = ParsedMessage(raw).messageID?.first, !state.flagged.contains(id) { state.flagged.append(id) }
            guard judged.isQuarantined else { continue }
            try checkLease()
            let rules = Set(judged.findings.map(\.rule)).sorted().joined(separator: ", ")
            try await write(
                "inbound.junked", hold: nil,
                detail: "\(email.id) of \(boxes.address), \(Self.share(judged.score)); \(rules)", ledger)
            let isMoved = try await server.move(
                email.id, to: junk, keywords: [Self.judgedKeyword: true, "$junk": true], in: boxes.account)
            if isMoved {
                _ = try await server.create([Self.explanation(judged, junk, ledger)], in: boxes.account)
            }
        }
        state.since = max(state.since, now - Self.adviceMemory)
        state.looked = state.looked.filter { $0.value >= state.since }
        state.flagged = Array(state.flagged.suffix(Self.mostFlagged))
        advice[boxes.account] = state
    }

    /// Whether a message answers one that was flagged when it came.
    func answersFlagged(_ message: ParsedMessage, _ boxes: AgentBoxes) -> Bool {
        guard let flagged = advice[boxes.account]?.flagged, !flagged.isEmpty else { return false }
        return ((message.references ?? []) + (message.inReplyTo ?? [])).contains(where: flagged.contains)
    }

    private func arrivals(_ boxes: AgentBoxes, since: Int64) async throws(GuardError) -> [Email] {
        let filter = Filter.and([
            .inMailbox(boxes.inbox), .matching(["after": UTCDate(seconds: since).json]),
            .matching(["notKeyword": Self.judgedKeyword.json]),
        ])
        return try await server.run { () async throws(JMAPError) in
            var request = Request()
            let query = request.call(
                EmailQuery(
                    account: boxes.account, filter: filter, sort: [.newestFirst], limit: Self.advisedAtOnce))
            let get = request.call(
                EmailGet(
                    account: boxes.account, ids: .reference(query, "/ids"),
                    properties: [.id, .blobID, .receivedAt, .size]))
            return try await server.client.send(request).get(get).list
        }
    }

    /// The note beside the message: nothing in it was written by the sender.
    private static func explanation(_ judged: InboundJudgement, _ junk: MailboxID, _ ledger: Ledger) -> JSON {
        var reasons: [String] = []
        for finding in judged.findings where finding.severity != .low {
            // Sentences on files quote their names.
            let reason = finding.category == "attachment" ? "An attachment is dangerous." : finding.why
            if !reasons.contains(reason), reasons.count < 10 { reasons.append(reason) }
        }
        let text =
            "The guard has moved a message from the Inbox to Junk: it looks as if it would mislead an agent "
            + "(\(share(judged.score))).\n\n" + reasons.map { "- \($0)\n" }.joined()
            + "\nIf it is harmless, move it back to the Inbox; it is not moved again."
        guard
            case .object(var note) = MailServer.note(
                "Why a message lies here: \(share(judged.score))", text: text, from: ledger.address, mailbox: junk)
        else { return .null }
        note["keywords"] = ["$seen": true, "\(AgentBoxes.noteKeyword)": true]
        return .object(note)
    }

    private static func share(_ score: Double) -> String { "\(Int((score * 100).rounded())) of 100" }
}
