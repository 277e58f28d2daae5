import SQLite
import Sodium

/// What became of one recipient.
enum DeliveryOutcome {
    /// Taken: it is in the mailbox, or nobody wants it twice.
    case delivered
    /// No such mailbox here.
    case unknown
    /// Not on this server, so that it waits for good.
    case outside
    /// The mailbox is full.
    case overQuota
}

extension Server {
    /// Delivers a message to one recipient's Inbox; inside a transaction.
    func deliver(_ raw: [UInt8], from sender: String, to address: String) throws -> DeliveryOutcome {
        guard let account = directory.recipient(address) else {
            let domain = String(address.split(separator: "@").last ?? "")
            return directory.isLocal(domain: domain) ? .unknown : .outside
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
            return .overQuota
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

            Your message could not be delivered to the following recipients:

            <\(recipient)> (host 'localhost' rejected command 'RCPT TO:<\(recipient)>' with code 550 (5.5.0) 'This \
            account is not authorized to receive email.')

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
        ) { ($0.int(0), $0.int(1), $0.blob(2), $0.text(3), QueuedRecipient.list($0.text(4))) }
        guard let (account, submission, hash, sender, recipients) = row, let raw = try store.bytes(hash: hash) else {
            return
        }
        var waiting: [QueuedRecipient] = []
        for var recipient in recipients {
            switch try deliver(raw, from: sender, to: recipient.original ?? recipient.address) {
            case .delivered, .unknown: break
            case .outside: waiting.append(recipient)
            case .overQuota:
                recipient.isOverQuota = true
                waiting.append(recipient)
            }
        }
        guard waiting.isEmpty else {
            // Nothing here reaches the outside or empties a mailbox, so what is left waits for good.
            try store.database.run(
                "UPDATE queue SET recipients = ?, due = ? WHERE id = ?", JSONValue.array(waiting.map(\.json)).text,
                Int(Int32.max), id)
            return
        }
        try store.database.run("DELETE FROM queue WHERE id = ?", id)
        try store.dropBlob(hash: hash)
        try store.database.run(
            "UPDATE submission SET undo_status = 'final', queue = NULL WHERE account = ? AND id = ?", account,
            submission)
    }
}
