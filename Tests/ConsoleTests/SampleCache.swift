import Console
import JMAP
import MailCache
import SafeText
import TerminalUI
import TestSupport

/// A cache with sample agents and mail of every kind that a screen must bear, filled directly.
struct SampleCache {
    /// Tue 24 Nov 2026 12:04:09 UTC.
    static let now: Int64 = 1_795_521_849
    static let clock = LocalClock.fixed(now)

    let folder: TemporaryFolder
    let cache: MailCache

    /// An empty cache.
    init() throws {
        folder = try TemporaryFolder()
        cache = try MailCache.open(
            at: folder.file("cache.sqlite"), journal: folder.file("acts.sqlite"), now: { Self.now })
    }

    /// A cache with the sample mail.
    static func filled() async throws -> SampleCache {
        let sample = try SampleCache()
        try await sample.fill()
        return sample
    }

    private func fill() async throws {
        let writer = cache.writer
        try await writer.write(accounts: [
            AccountRecord(id: "op", kind: .own, name: "operator", address: "operator@example.com"),
            AccountRecord(id: "a", kind: .agent, name: "ada", address: "ada@example.com", detail: "Invoices"),
            AccountRecord(id: "b", kind: .agent, name: "basil", address: "basil@example.com", detail: "Support"),
            AccountRecord(
                id: "c", kind: .agent, name: "chen-\u{8C03}\u{5EA6}", address: "chen@example.com", detail: "Scheduling"),
            AccountRecord(
                id: "d", kind: .agent, name: "dora", address: "dora@example.com", condition: .suspended,
                reason: "Suspended by the operator."),
            AccountRecord(
                id: "e", kind: .agent, name: "evil\u{1B}[31m\u{202E}txt", address: "e@example.com",
                condition: .refused, reason: "The server refuses this account."),
        ])
        for account in ["op", "a", "b", "c", "d", "e"] {
            var batch = CacheBatch(account: AccountID(account))
            batch.mailboxes = [
                MailboxRecord(id: "in", name: "Inbox", role: "inbox", sortOrder: 1),
                MailboxRecord(id: "sent", name: "Sent", role: "sent", sortOrder: 2),
                MailboxRecord(id: "held", name: "Held", sortOrder: 3),
                MailboxRecord(id: "old", name: "Archive", role: "archive", sortOrder: 4),
                MailboxRecord(id: "y", name: "2026", parentID: "old", sortOrder: 5),
            ]
            batch.fill = FillProgress(stage: account == "c" ? .filling : .complete)
            _ = try await writer.apply(batch)
        }
        try await writer.setQuota(used: 48_000_000, limit: 50_000_000, of: "a")
        try await writer.setQuota(used: 1_000_000, limit: 50_000_000, of: "b")
        for (account, mails) in Self.mails { try await write(mails, to: AccountID(account)) }
    }

    /// Writes messages and, where they have one, their bodies.
    func write(_ mails: [SampleMail], to account: AccountID) async throws {
        var batch = CacheBatch(account: account)
        batch.emails = mails.map(\.record)
        _ = try await cache.writer.apply(batch)
        let bodies = mails.compactMap { mail -> BodyRecord? in
            guard let body = mail.body else { return nil }
            return BodyRecord(
                account: account, emailID: EmailID(mail.id), content: body, text: mail.text ?? mail.html ?? "")
        }
        _ = try await cache.writer.store(bodies: bodies)
    }

    /// A console over this cache on a terminal in memory.
    @UIActor
    func console(
        columns: Int = 80, rows: Int = 24, services: ConsoleServices? = nil
    ) throws -> ConsoleOnMemory {
        try ConsoleOnMemory(self, Size(width: columns, height: rows), services)
    }
}

/// A sample message.
struct SampleMail {
    var id: String
    /// Seconds before the fixture's now.
    var ago: Int64
    var from: (name: String, address: String) = ("", "bob@ext.example")
    var to: [(name: String, address: String)] = [("Ada", "ada@example.com")]
    var subject: String
    var preview = ""
    var keywords: [String] = ["$seen"]
    var mailboxes: [MailboxID] = ["in"]
    var thread: String?
    var size = 2_400
    var text: String?
    var html: String?
    var attachments: [(name: String?, type: String, size: Int)] = []

    var record: EmailRecord {
        EmailRecord(
            id: EmailID(id), threadID: ThreadID(thread ?? "t-" + id), blobID: BlobID("blob-" + id),
            mailboxIDs: mailboxes, keywords: keywords, receivedAt: SampleCache.now - ago, size: size,
            from: [Correspondent(name: from.name, address: from.address)],
            to: to.map { Correspondent(name: $0.name, address: $0.address) }, subject: subject, preview: preview,
            hasAttachment: !attachments.isEmpty)
    }

    var body: BodyRow? {
        guard text != nil || html != nil else { return nil }
        var body = BodyRow()
        if let text {
            body.textBody = [BodyRow.Part(partID: "1", blobID: nil, type: "text/plain", size: text.utf8.count)]
            body.values["1"] = BodyRow.Value(text: text, isTruncated: false, isEncodingProblem: false)
        }
        if let html {
            let part = BodyRow.Part(partID: "2", blobID: nil, type: "text/html", size: html.utf8.count)
            body.htmlBody = [part]
            if text == nil { body.textBody = [part] }
            body.values["2"] = BodyRow.Value(text: html, isTruncated: false, isEncodingProblem: false)
        }
        body.attachments = attachments.map {
            BodyRow.Part(
                partID: nil, blobID: "x", type: $0.type, name: $0.name, disposition: "attachment", size: $0.size)
        }
        return body
    }
}
