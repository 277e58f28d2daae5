import SQLite
import Sodium

/// What became of one recipient.
enum DeliveryOutcome {
    case delivered
    /// No such mailbox here.
    case unknown
    /// It waits: outside of this server, or over its quota.
    case waiting

    /// The recipient's member of `deliveryStatus`.
    var json: JSONValue {
        switch self {
        case .delivered: ["delivered": "unknown", "smtpReply": "250 2.1.5 Queued", "displayed": "unknown"]
        case .unknown: ["delivered": "no", "smtpReply": "550 5.1.2 Mailbox does not exist.", "displayed": "unknown"]
        case .waiting: ["delivered": "queued", "smtpReply": "250 2.1.5 Queued", "displayed": "unknown"]
        }
    }
}

extension Server {
    /// Delivers a message to one recipient's Inbox; inside a transaction.
    func deliver(_ raw: [UInt8], from sender: String, to address: String) throws -> DeliveryOutcome {
        guard let account = directory.recipient(address) else {
            let domain = String(address.split(separator: "@").last ?? "")
            return directory.isLocal(domain: domain) ? .unknown : .waiting
        }
        if !directory.permissions(of: account.id).contains("emailReceive") {
            try bounce(raw, to: sender, recipient: address)
            return .delivered
        }
        let message = Array("Delivered-To: \(account.address)\r\n".utf8) + raw
        guard let metadata = EmailMetadata(message) else { return .delivered }
        if let quota = account.quotas["maxDiskQuota"], quota > 0,
            try store.counters(account.id).used + message.count > quota
        {
            return .waiting
        }
        if try hasCopy(metadata.messageIDs, account: account.id) { return .delivered }
        // Mailboxes are made before the first mail: the Inbox is always the first.
        _ = try store.mailboxes(account.id)
        _ = try store.add(
            NewEmail(
                raw: message, metadata: metadata, mailboxes: [0], keywords: [], received: Timestamp.now,
                isDelivery: true),
            account: account.id)
        return .delivered
    }

    /// Whether an email of this Message-ID was delivered already; the account's own drafts and sent mail do not count.
    private func hasCopy(_ messageIDs: [String], account: Int) throws -> Bool {
        for id in messageIDs {
            let found = try store.database.first(
                """
                SELECT 1 FROM reference r JOIN membership m ON m.account = r.account AND m.email = r.email
                WHERE r.account = ? AND r.message_id = ? AND r.is_own AND m.mailbox IN (0, 1, 2)
                """, account, id
            ) { _ in true }
            if found == true { return true }
        }
        return false
    }

    /// Tells a sender that a recipient takes no mail.
    private func bounce(_ raw: [UInt8], to sender: String, recipient: String) throws {
        guard let account = directory.recipient(sender), directory.permissions(of: account.id).contains("emailReceive")
        else { return }
        let text = """
            From: Mail Delivery Subsystem <MAILER-DAEMON@sandbox.local>
            To: <\(sender)>
            Subject: Failed to deliver message
            Auto-Submitted: auto-generated
            Message-ID: <\(Sodium.randomText(24))@sandbox.local>
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8

            Your message could not be delivered to <\(recipient)>: 550 5.7.1 This account takes no mail.

            """
        _ = try deliver(
            Array(text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n").utf8),
            from: "", to: account.address)
    }

    /// The message without its Bcc header, as it leaves.
    static func withoutBcc(_ raw: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(raw.count)
        var rest = raw[...]
        var isDropping = false
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = rest[...end]
            // The empty line ends the header.
            if line.count == 1 || line.elementsEqual([13, 10]) { break }
            let isFolded = line.first == UInt8(ascii: " ") || line.first == UInt8(ascii: "\t")
            if !isFolded {
                let name = line.prefix { $0 != UInt8(ascii: ":") }
                isDropping = String(decoding: name, as: UTF8.self).lowercased() == "bcc"
            }
            if !isDropping { result += line }
            rest = rest[(end + 1)...]
        }
        return result + rest
    }

    // MARK: The queue

    /// The second at which the next held message goes, nil where none is held.
    func nextDue() throws -> Int? {
        try store.database.first("SELECT min(due) FROM queue WHERE due < ?", Int(Int32.max)) { $0.optionalInt(0) }
            ?? nil
    }

    /// Delivers what was held until now.
    func releaseDue() throws {
        let due = try store.database.query("SELECT id FROM queue WHERE due <= ?", Timestamp.now) { $0.int(0) }
        for id in due { try store.transaction { try release(id) } }
    }

    /// Delivers one queued message; recipients that cannot be reached stay in the queue.
    private func release(_ id: Int) throws {
        let row = try store.database.first(
            "SELECT account, submission, hash, return_path, recipients FROM queue WHERE id = ?", id
        ) { ($0.int(0), $0.int(1), $0.blob(2), $0.text(3), (try? JSONValue(parsing: $0.text(4)))?.strings ?? []) }
        guard let (account, submission, hash, sender, recipients) = row, let raw = try store.bytes(hash: hash) else {
            return
        }
        var waiting: [String] = []
        var outcomes: [(String, DeliveryOutcome)] = []
        for address in recipients {
            let outcome = try deliver(raw, from: sender, to: address)
            if case .waiting = outcome { waiting.append(address) }
            outcomes.append((address, outcome))
        }
        if waiting.isEmpty {
            try store.database.run("DELETE FROM queue WHERE id = ?", id)
            try store.dropBlob(hash: hash)
        } else {
            // Nothing here reaches the outside, so what is left waits for good.
            try store.database.run(
                "UPDATE queue SET recipients = ?, due = ? WHERE id = ?", JSONValue.list(waiting).text, Int(Int32.max),
                id)
        }
        try settle(submission, of: account, outcomes, isFinal: waiting.isEmpty)
    }

    /// Writes into a submission what became of its recipients.
    private func settle(
        _ submission: Int, of account: Int, _ outcomes: [(String, DeliveryOutcome)], isFinal: Bool
    ) throws {
        let kept = try store.database.first(
            "SELECT delivery FROM submission WHERE account = ? AND id = ?", account, submission
        ) { (try? JSONValue(parsing: $0.text(0)))?.object ?? [:] }
        guard var delivery = kept else { return }
        for (address, outcome) in outcomes { delivery[address] = outcome.json }
        try store.database.run(
            "UPDATE submission SET delivery = ?, undo_status = ?, queue = CASE WHEN ? THEN NULL ELSE queue END "
                + "WHERE account = ? AND id = ?", JSONValue.object(delivery).text, isFinal ? "final" : "pending",
            isFinal,
            account, submission)
    }
}
