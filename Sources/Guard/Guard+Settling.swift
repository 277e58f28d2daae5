import JMAP
import Message
import Stalwart

extension Guard {
    /// Finds out what became of an attempt: waits while it is held, closes it when it has left, begins another where it is
    /// certain that nothing was submitted, and never where it is not.
    func settle(
        _ item: Ledger.Item, _ entry: HoldEntry, _ attempts: [Ledger.Attempt], _ ledger: Ledger
    ) async throws(GuardError) {
        let found = try await submissions(of: attempts, entry)
        if let submission = found.first {
            try await follow(submission, item, entry, attempts, ledger)
            return
        }
        // Whoever still wants to submit one of these copies, a guard that was stopped perhaps, finds it gone.
        if fenced[item.hold] == nil {
            for attempt in attempts { _ = try await server.destroy(attempt.copy, in: entry.account) }
            fenced[item.hold] = options.now()
            try await step(.fenced)
        }
        let refusal = attempts.compactMap { refusals[$0.copy] }.last
        guard options.now() - (fenced[item.hold] ?? 0) >= (refusal == nil ? options.settling : 0) else { return }
        let late = try await submissions(of: attempts, entry)
        if let submission = late.first {
            try await follow(submission, item, entry, attempts, ledger)
            return
        }
        let isQueued = try await isQueued(entry)
        try await step(.searched)
        if isQueued == true { return }
        // Of records that two guards wrote at one moment the one counts that was held for the shortest.
        let isConclusive = isQueued == false && options.now() < attempts.map(\.heldUntil).min() ?? 0
        if refusal == nil, !isConclusive {
            try await close(
                item, entry, as: .uncertain, actor: "guard",
                reason: "Message-ID \(entry.messageID): no trace of the attempt was found, and it is too late to tell.",
                ledger, attempts: attempts)
            return
        }
        try await again(item, entry, attempts, refusal, ledger)
    }

    /// Nothing was submitted, for certain: another attempt, or the end where the server will never take it.
    private func again(
        _ item: Ledger.Item, _ entry: HoldEntry, _ attempts: [Ledger.Attempt], _ refusal: SetError?, _ ledger: Ledger
    ) async throws(GuardError) {
        if let refusal, !Self.isWorthRetrying(refusal) {
            try await close(
                item, entry, as: .failed, actor: "guard", reason: refusal.sentence, ledger, attempts: attempts)
            return
        }
        try await tryLater(item, entry, attempts, refusal?.sentence ?? "Nothing was submitted.", ledger)
        // Where only the copy was gone there is nothing to wait for.
        if refusal == nil || refusal?.properties == ["emailId"] { retryAt[item.hold] = nil }
    }

    /// Puts a hold of which nothing was sent back to where an attempt begins, after a pause that grows with the attempts.
    private func tryLater(
        _ item: Ledger.Item, _ entry: HoldEntry, _ attempts: [Ledger.Attempt], _ why: String, _ ledger: Ledger
    ) async throws(GuardError) {
        if let undo = undoer(of: entry) {
            try await close(
                item, entry, as: .canceled, actor: undo.reviewer, reason: undo.note, ledger, attempts: attempts)
            return
        }
        let left = try await ledger.tokens(of: entry).count
        let note = try await audit("attempt.failed", hold: item.hold, detail: why, ledger)
        try await change(item, to: .approved, notes: [note], closing: attempts.map(\.record), ledger)
        fenced[item.hold] = nil
        let used = max(1, entry.tokens.count - left)
        retryAt[item.hold] = options.now() + Self.pauses[min(used, Self.pauses.count) - 1]
    }

    /// Seconds after the first, the second, … refused attempt.
    private static let pauses: [Int64] = [60, 300, 900, 1_800]

    /// Whether the same may be taken later: the copy was gone, or the server answered with a temporary code.
    static func isWorthRetrying(_ refusal: SetError) -> Bool {
        if refusal.properties == ["emailId"] || refusal.isRace || refusal.type == "rateLimit" { return true }
        // "Server rejected DATA: 451 4.3.5 …"
        let code = refusal.detail.split(separator: " ").first { $0.count == 3 && $0.allSatisfy(\.isNumber) }
        return code?.first == "4"
    }

    /// A submission was found: what it says decides.
    func follow(
        _ submission: EmailSubmission, _ item: Ledger.Item, _ entry: HoldEntry, _ attempts: [Ledger.Attempt],
        _ ledger: Ledger
    ) async throws(GuardError) {
        if submission.undoStatus == .canceled {
            try await discard(attempts, entry)
            try await close(
                item, entry, as: .canceled, actor: undoer(of: entry)?.reviewer ?? "guard", reason: "", ledger,
                attempts: attempts)
            return
        }
        let deliveries = submission.deliveryStatus ?? [:]
        if !deliveries.isEmpty, deliveries.values.allSatisfy({ $0.delivered == "no" }) {
            try await discard(attempts, entry)
            let reply = deliveries.values.map(\.smtpReply).sorted().joined(separator: "; ")
            // Nobody has got it, and the server says that it would take it later.
            let isForNow = item.state == .sending && deliveries.values.allSatisfy { $0.smtpReply.hasPrefix("4") }
            if isForNow, try await !ledger.tokens(of: entry).isEmpty {
                try await tryLater(item, entry, attempts, "Every recipient was refused for now: \(reply)", ledger)
                return
            }
            try await close(
                item, entry, as: .failed, actor: "guard", reason: "The server refused every recipient: \(reply)",
                ledger, attempts: attempts)
            return
        }
        if submission.undoStatus == .pending, undoer(of: entry) != nil, try await cancel(submission, entry) { return }
        let isOver = submission.undoStatus == .final || options.now() >= (submission.sendAt?.seconds ?? .max)
        guard isOver else { return }
        let refused = deliveries.filter { $0.value.delivered == "no" }.keys.sorted()
        status.sent += 1
        try await close(
            item, entry, as: .sent, actor: "guard",
            reason: refused.isEmpty ? "" : "Not taken by the server: \(refused.joined(separator: ", ")).", ledger,
            attempts: attempts)
    }

    private func cancel(_ submission: EmailSubmission, _ entry: HoldEntry) async throws(GuardError) -> Bool {
        let answer = try await server.run { () async throws(JMAPError) in
            try await server.client.call(
                EmailSubmissionSet(
                    account: entry.account, update: [submission.id: ["undoStatus": "canceled"]]))
        }
        // Too late otherwise: then it is on its way, and the next look says so.
        return answer.updated[submission.id] != nil
    }

    /// Takes the copies out of the agent's sent mail, where nothing was sent.
    private func discard(_ attempts: [Ledger.Attempt], _ entry: HoldEntry) async throws(GuardError) {
        for attempt in attempts { _ = try await server.destroy(attempt.copy, in: entry.account) }
    }

    /// The submissions of the attempts' copies; one that goes or went stands before one that was called back.
    func submissions(
        of attempts: [Ledger.Attempt], _ entry: HoldEntry
    ) async throws(GuardError) -> [EmailSubmission] {
        guard !attempts.isEmpty else { return [] }
        let copies = attempts.map(\.copy)
        let list = try await server.run { () async throws(JMAPError) in
            var request = Request()
            let query = request.call(EmailSubmissionQuery(account: entry.account, filter: .emailIDs(copies)))
            let get = request.call(EmailSubmissionGet(account: entry.account, ids: .reference(query, "/ids")))
            return try await server.client.send(request).get(get).list
        }
        return list.sorted { $0.undoStatus != .canceled && $1.undoStatus == .canceled }
    }

    /// Whether the server's queue holds the message; nil where it does not say.
    private func isQueued(_ entry: HoldEntry) async throws(GuardError) -> Bool? {
        let waiting: [QueuedMessage]
        let administration = try await server.administration()
        do throws(StalwartError) {
            waiting = try await administration.queuedMessages(from: entry.envelope.sender)
        } catch {
            switch error.code {
            // A login that may not look at the queue cannot tell.
            case .missingPermission, .suspended, .unsupported: return nil
            default: throw GuardError(error)
            }
        }
        var isUnsure = false
        for message in waiting {
            guard let blob = message.blobID else {
                isUnsure = true
                continue
            }
            do throws(GuardError) {
                let bytes = try await server.bytes(blob, of: entry.account)
                if ParsedMessage(bytes).headers.last(named: "AgenticMail-Hold")?.text == entry.id { return true }
            } catch {
                switch error.cause?.code {
                // A message that left the queue between the two calls cannot be read.
                case .forbidden, .notFound: isUnsure = true
                default: throw error
                }
            }
        }
        return isUnsure ? nil : false
    }
}
