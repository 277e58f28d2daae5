package import JMAP
package import MailCache

/// Compares a cache with its server, row by row: the end of every test of the synchronisation.
package struct CacheComparison {
    /// A login that reads every account.
    package let client: JMAPClient
    package let reader: CacheReader

    package init(client: JMAPClient, reader: CacheReader) {
        self.client = client
        self.reader = reader
    }

    /// What is different, one line for each difference; empty where the cache equals the server.
    package func differences(of accounts: [AccountID]) async throws -> [String] {
        var found: [String] = []
        for account in accounts { found += try await differences(of: account) }
        return found
    }

    private func differences(of account: AccountID) async throws -> [String] {
        let mailboxes = try await client.call(MailboxGet(account: account, ids: .all)).list
        var emails: [Email] = []
        var ids: [EmailID] = []
        while true {
            let page = try await client.call(EmailQuery(account: account, position: ids.count, limit: 1_000)).ids
            if page.isEmpty { break }
            ids += page
            emails += try await client.call(
                EmailGet(
                    account: account, ids: .list(page),
                    properties: [
                        .id, .blobID, .threadID, .mailboxIDs, .keywords, .size, .receivedAt, .from, .to, .subject,
                        .preview, .hasAttachment,
                    ])
            ).list
        }
        return try reader.snapshot {
            try compare(mailboxes, account) + compare(emails, account, mailboxes)
        }
    }

    private func compare(_ mailboxes: [Mailbox], _ account: AccountID) throws -> [String] {
        var found: [String] = []
        let cached = Dictionary(uniqueKeysWithValues: try reader.mailboxes(of: account).map { ($0.id, $0) })
        for id in Set(cached.keys).subtracting(mailboxes.map(\.id)) {
            found.append("\(account): mailbox \(id) is extra")
        }
        for mailbox in mailboxes {
            guard let row = cached[mailbox.id] else {
                found.append("\(account): mailbox \(mailbox.id) \(mailbox.name ?? "") is missing")
                continue
            }
            let here = [row.name, row.role ?? "", row.parentID?.rawValue ?? "", "\(row.total)", "\(row.unread)"]
            let there = [
                mailbox.name ?? "", mailbox.role?.rawValue ?? "", mailbox.parentID?.rawValue ?? "",
                "\(mailbox.totalEmails ?? -1)", "\(mailbox.unreadEmails ?? -1)",
            ]
            if here != there { found.append("\(account): mailbox \(mailbox.id) is \(here), not \(there)") }
        }
        return found
    }

    private func compare(_ emails: [Email], _ account: AccountID, _ mailboxes: [Mailbox]) throws -> [String] {
        var found: [String] = []
        var rows: [EmailID: MessageRow] = [:]
        var start = WindowStart.top
        var last: MessageKey?
        while true {
            let window = try reader.messages(in: .account(account), from: start, limit: 500)
            for row in window.rows {
                if let last, last <= row.key { found.append("\(account): \(row.emailID) stands out of order") }
                last = row.key
                rows[row.emailID] = row
            }
            if window.isEnd { break }
            start = window.next
        }
        for id in Set(rows.keys).subtracting(emails.map(\.id)).sorted() { found.append("\(account): \(id) is extra") }
        var unread = 0
        var threads: [ThreadID: Int] = [:]
        for email in emails { threads[email.threadID ?? "", default: 0] += 1 }
        for email in emails {
            let keywords = Set((email.keywords ?? []).map(\.rawValue))
            if keywords.isDisjoint(with: ["$seen", "$draft"]) { unread += 1 }
            guard let row = rows[email.id] else {
                found.append("\(account): \(email.id) is missing")
                continue
            }
            let (here, there) = (Self.line(row), Self.line(email, keywords, threads[email.threadID ?? ""] ?? 0))
            if here != there { found.append("\(account): \(email.id) is\n  \(here), not\n  \(there)") }
        }
        let total = try reader.account(account, at: 0)
        if total?.total != emails.count || total?.unread != unread {
            found.append(
                "\(account): counts \(total?.total ?? -1) and \(total?.unread ?? -1) unread, not \(emails.count) and \(unread)"
            )
        }
        return found
    }

    private static func line(_ row: MessageRow) -> [String] {
        let names: [(MessageFlags, String)] = [
            (.seen, "$seen"), (.flagged, "$flagged"), (.answered, "$answered"), (.draft, "$draft"),
            (.forwarded, "$forwarded"), (.junk, "$junk"), (.phishing, "$phishing"),
        ]
        let keywords = names.filter { row.flags.contains($0.0) }.map(\.1) + row.keywords
        return [
            row.blobID.rawValue, row.threadID.rawValue, row.mailboxes.map(\.rawValue).sorted().joined(separator: ","),
            keywords.sorted().joined(separator: ","), "\(row.size)", "\(row.receivedAt)",
            row.from.map { "\($0.name) <\($0.address)>" } ?? "", row.to.map { "\($0.name) <\($0.address)>" }.joined(),
            row.subject, row.preview, "\(row.flags.contains(.attachment))", "\(row.threadCount)",
        ]
    }

    private static func line(_ email: Email, _ keywords: Set<String>, _ count: Int) -> [String] {
        [
            email.blobID?.rawValue ?? "", email.threadID?.rawValue ?? "",
            (email.mailboxIDs ?? []).map(\.rawValue).sorted().joined(separator: ","),
            keywords.sorted().joined(separator: ","), "\(email.size ?? 0)", "\(email.receivedAt?.seconds ?? 0)",
            (email.from ?? []).first.map { "\($0.name ?? "") <\($0.email)>" } ?? "",
            (email.to ?? []).map { "\($0.name ?? "") <\($0.email)>" }.joined(), email.subject ?? "",
            email.preview ?? "", "\(email.hasAttachment ?? false)", "\(count)",
        ]
    }
}
