import JMAP
import Message

extension Guard {
    /// How many of the newest messages of an Inbox are looked at, and how large they may be.
    private static let returnWindow = 100
    private static let returnLimit = 4 << 20

    /// Looks for bounces of mail that was released, and for recipients who want no more, among what came for an agent.
    ///
    /// The agent can write there too; what it forges keeps mail of its own from addresses of its own choice.
    func readReturns(of boxes: AgentBoxes, _ ledger: Ledger) async throws(GuardError) {
        guard books != nil else { return }
        let list = try await server.run { () async throws(JMAPError) in
            var request = Request()
            let query = request.call(
                EmailQuery(
                    account: boxes.account, filter: .inMailbox(boxes.inbox), sort: [.newestFirst],
                    limit: Self.returnWindow))
            let get = request.call(
                EmailGet(
                    account: boxes.account, ids: .reference(query, "/ids"),
                    properties: [
                        .id, .receivedAt, .subject, .from, .preview, .keywords, .blobID, .size, .hasAttachment,
                    ]
                ))
            return try await server.client.send(request).get(get).list
        }
        let before = books?.looked[boxes.account] ?? []
        for email in list.reversed() where !before.contains(email.id) && Self.mayReturn(email) {
            guard let blob = email.blobID else { continue }
            let message = ParsedMessage(try await server.bytes(blob, of: boxes.account))
            let at = email.receivedAt ?? UTCDate(seconds: options.now())
            for word in try await words(of: message, at: at, boxes, ledger) { try await suppress(word, ledger) }
        }
        books?.looked[boxes.account] = Set(list.map(\.id))
    }

    /// Whether a message is worth reading for it: a report, or one with the word in it.
    private static func mayReturn(_ email: Email) -> Bool {
        guard email.keywords?.contains(AgentBoxes.noteKeyword) != true, email.size ?? 0 <= returnLimit else {
            return false
        }
        let from = (email.from?.first?.email ?? "").lowercased()
        let isReport = ["mailer-daemon", "postmaster", "noreply", "bounce"].contains { from.hasPrefix($0) }
        let text = "\(email.subject ?? "") \(email.preview ?? "")".lowercased()
        return isReport || from.isEmpty || text.contains("unsubscribe") || text.contains("deliver")
    }

    /// What a message says about recipients of the agent; only those count to whom the guard has released its mail.
    private func words(
        of message: ParsedMessage, at: UTCDate, _ boxes: AgentBoxes, _ ledger: Ledger
    ) async throws(GuardError) -> [Suppression] {
        let failures = ReturnedMail.failures(message)
        if failures.isEmpty {
            guard ReturnedMail.isUnsubscribe(message), let from = message.from.first?.email,
                message.from.count == 1
            else { return [] }
            let pair = Pair(agent: boxes.address, recipient: from)
            return isReleased(pair) ? [Suppression(pair, .unsubscribe, at: at, detail: "")] : []
        }
        // A report that returns a message must return one that the guard let go for this agent.
        if let hold = ReturnedMail.hold(message) {
            guard let standing = try await standing(of: hold, ledger), standing.owner == boxes.account,
                [.sent, .sending].contains(standing.state)
            else { return [] }
        }
        return failures.compactMap { failure in
            let pair = Pair(agent: boxes.address, recipient: failure.address)
            return isReleased(pair) ? Suppression(pair, .bounce, at: at, detail: failure.status) : nil
        }
    }

    /// Whether mail of the pair was released, also where the server may still hold it.
    private func isReleased(_ pair: Pair) -> Bool {
        books?.contacts.contains(pair.id) == true || usage.hasReleased(pair)
    }

    private func suppress(_ word: Suppression, _ ledger: Ledger) async throws(GuardError) {
        guard books?.suppressions.isNews(word) == true else { return }
        let record = MailServer.note(
            "suppressed \(word.pair.id)", text: word.json.description, from: ledger.address,
            mailbox: ledger.mailbox(.suppressed))
        let note = try await audit(
            "suppressed", hold: nil, detail: "\(word.pair.agent) to \(word.pair.recipient): \(word.cause.rawValue)",
            ledger)
        let made: [EmailID]
        do throws(GuardError) {
            try checkLease()
            made = try await server.create([record, note], in: ledger.account)
        } catch {
            auditHead = nil
            throw error
        }
        books?.suppressions.add(word, record: made[0])
    }

    /// The recipients of an entry who get no more mail, in a sentence; nil where all do. The agent's mail is looked at now.
    func suppressed(_ entry: HoldEntry, _ ledger: Ledger) async throws(GuardError) -> String? {
        guard entry.direction == .outbound else { return nil }
        if let boxes = boxes[entry.account], hasContact(entry.envelope) { try await readReturns(of: boxes, ledger) }
        let found = entry.envelope.recipients.compactMap { address -> String? in
            books?.suppressions[Pair(agent: entry.agent, recipient: address)].map { "\(address): \($0.sentence)" }
        }
        return found.isEmpty ? nil : "Somebody gets no more mail: \(found.joined(separator: " "))"
    }

    /// Whether mail was released to one of these recipients before: only then can something have come back.
    func hasContact(_ envelope: OutboundEnvelope) -> Bool {
        envelope.recipients.contains { isReleased(Pair(agent: envelope.sender, recipient: $0)) }
    }

    /// Takes a reviewer's word that somebody may get mail again; what the reviewer is told.
    func lift(_ decision: Decision, _ ledger: Ledger) async throws(GuardError) -> String {
        guard let pair = decision.terms?.pairs.first, let record = books?.suppressions.record(of: pair.id) else {
            return "refused: Nobody of that name is kept from mail of this agent."
        }
        let now = options.now()
        let lifted = MailServer.note(
            "\(SuppressionBook.liftedWord) \(pair.id) \(now)", text: "\(decision.reviewer) has lifted it.",
            from: ledger.address, mailbox: ledger.mailbox(.suppressed))
        let note = try await audit(
            "decision.unsuppress", hold: nil, actor: decision.reviewer, detail: "\(pair.agent) to \(pair.recipient)",
            ledger)
        do throws(GuardError) {
            try checkLease()
            _ = try await server.create([lifted, note], in: ledger.account)
        } catch {
            auditHead = nil
            throw error
        }
        _ = try await server.destroy(record, in: ledger.account)
        books?.suppressions.lift(pair.id, at: now)
        return "accepted"
    }
}
