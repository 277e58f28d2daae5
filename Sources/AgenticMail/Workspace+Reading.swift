import FoundationEssentials
import Glibc
import JMAP
package import MailCache
import MailSync

extension Workspace {
    /// The accounts that are watched: the person's own, groups, then agents, each by name.
    public func agents() async throws(WorkspaceError) -> [Agent] {
        let now = Int64(time(nil))
        return try await reading.read { reader throws(CacheError) in try reader.accounts(at: now).map(Agent.init) }
    }

    /// The account that a person means by a name, an address or an id.
    public func agent(_ text: String) async throws(WorkspaceError) -> Agent {
        let all = try await agents()
        let word = text.lowercased()
        let found = all.filter { $0.name.lowercased() == word || $0.address.lowercased() == word || $0.id == text }
        if found.count == 1 { return found[0] }
        // The part before the @ is what people say, as long as it means one account alone.
        let loose = all.filter { ($0.address.split(separator: "@").first ?? "").lowercased() == word }
        if found.isEmpty, loose.count == 1 { return loose[0] }
        guard found.isEmpty, loose.isEmpty else {
            throw WorkspaceError(
                .wrongUsage, "“\(text)” names several accounts.",
                cure: "Name one by its address or id: \((found + loose).map(\.id).joined(separator: ", ")).")
        }
        throw WorkspaceError(
            .notFound, "There is no agent “\(text)” in \(label).", cure: "agenticmail agent list --all names them.")
    }

    /// The mailbox of an account that a person means by a name, a role or an id.
    public func mailbox(_ text: String, of agent: Agent) async throws(WorkspaceError) -> String {
        let word = text.lowercased()
        let boxes = try await reading.read { reader throws(CacheError) in
            try reader.mailboxes(of: AccountID(agent.id))
        }
        let meanings: [(MailboxRow) -> Bool] = [
            { $0.id.rawValue == text }, { $0.role?.lowercased() == word }, { $0.name.lowercased() == word },
        ]
        for isMeant in meanings {
            if let found = boxes.first(where: isMeant) { return found.id.rawValue }
        }
        throw WorkspaceError(
            .notFound, "\(agent.name) has no mailbox “\(text)”.",
            cure: "It has: \(boxes.map(\.name).joined(separator: ", ")).")
    }

    /// Messages that are kept here, the newest first.
    public func messages(_ query: MessageQuery, limit: Int) async throws(WorkspaceError) -> [MessageSummary] {
        let scope: MessageScope
        switch (query.agent, query.mailbox) {
        case (nil, _): scope = .all
        case (let agent?, nil): scope = .account(AccountID(agent))
        case (let agent?, let mailbox?): scope = .mailbox(AccountID(agent), MailboxID(mailbox))
        }
        let filter = query.filter
        return try await summaries { reader throws(CacheError) in
            var rows: [MessageRow] = []
            var start = WindowStart.top
            while rows.count < limit {
                let window = try reader.messages(
                    in: scope, filter: filter, from: start, limit: min(500, limit - rows.count))
                rows += window.rows
                if window.isEnd { break }
                start = window.next
            }
            return rows
        }
    }

    /// The messages that are named and kept here, the newest first.
    public func messages(_ references: [MessageReference]) async throws(WorkspaceError) -> [MessageSummary] {
        try await summaries { reader throws(CacheError) in
            var keys: [MessageKey] = []
            for reference in references {
                let row = try reader.message(EmailID(reference.email), in: AccountID(reference.account))
                if let row { keys.append(row.key) }
            }
            return try reader.messages(keys.sorted(by: >))
        }
    }

    /// The conversation that a message belongs to, the oldest message first.
    public func thread(of reference: MessageReference) async throws(WorkspaceError) -> [MessageSummary] {
        let row = try await row(of: reference)
        return try await summaries { reader throws(CacheError) in
            try reader.messages(
                in: .thread(row.account, row.threadID), order: .oldestFirst, limit: CacheReader.sortLimit
            ).rows
        }
    }

    /// A message with its body, from the cache where it has it, else from the server ahead of all else.
    public func read(_ reference: MessageReference) async throws(WorkspaceError) -> MessageContent {
        let row = try await row(of: reference)
        do throws(SyncError) {
            try await sync.body(of: row.key)
        } catch {
            // What was kept without every header field is still better than nothing.
            if try await reading.read({ reader throws(CacheError) in try reader.body(of: row.key) }) == nil {
                throw WorkspaceError(error)
            }
            log.write(.warning, "read", error.sentence)
        }
        let body = try await reading.read { reader throws(CacheError) in try reader.body(of: row.key) }
        guard let body else {
            throw WorkspaceError(
                .notFound, "The message \(reference) is gone.", cure: "agenticmail sync brings the lists up to date.")
        }
        let summary = try await summaries { reader throws(CacheError) in try reader.messages([row.key]) }
        return MessageContent(
            body, of: summary.first ?? MessageSummary(row, account: reference.account, mailboxes: []),
            judgement: try await judgement(of: row.key))
    }

    /// Brings a message's body into the cache, ahead of all else.
    package func fetchBody(of key: MessageKey) async throws(WorkspaceError) {
        do throws(SyncError) {
            try await sync.body(of: key)
        } catch {
            throw WorkspaceError(error)
        }
    }

    /// The bytes of a message as the server keeps them.
    public func source(of reference: MessageReference) async throws(WorkspaceError) -> [UInt8] {
        let row = try await row(of: reference)
        return try await source(of: row)
    }

    /// The bytes of a message as the server keeps them.
    package func source(of row: MessageRow) async throws(WorkspaceError) -> [UInt8] {
        do throws(JMAPError) {
            return try await client.download(
                row.blobID, of: row.account, name: "message.eml", type: "message/rfc822", limit: Self.sourceLimit)
        } catch {
            throw WorkspaceError(error)
        }
    }

    /// The largest message whose bytes are taken into memory.
    static let sourceLimit = 128 << 20

    /// The row of a message.
    package func row(of reference: MessageReference) async throws(WorkspaceError) -> MessageRow {
        let account = AccountID(reference.account)
        let id = EmailID(reference.email)
        let row = try await reading.read { reader throws(CacheError) in try reader.message(id, in: account) }
        if let row { return row }
        throw WorkspaceError(
            .notFound, "There is no message \(reference) in \(label).",
            cure: "agenticmail mail list names the messages; agenticmail sync brings the lists up to date.")
    }

    /// Rows with the names of their accounts and mailboxes.
    func summaries(
        _ body: @escaping @Sendable (CacheReader) throws(CacheError) -> [MessageRow]
    ) async throws(WorkspaceError) -> [MessageSummary] {
        let now = Int64(time(nil))
        return try await reading.read { reader throws(CacheError) in
            let rows = try body(reader)
            var accounts: [AccountID: String] = [:]
            var mailboxes: [AccountID: [MailboxID: String]] = [:]
            for id in Set(rows.map(\.account)) {
                accounts[id] = try reader.account(id, at: now)?.name
                mailboxes[id] = Dictionary(
                    try reader.mailboxes(of: id).map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
            }
            return rows.map { row in
                MessageSummary(
                    row, account: accounts[row.account] ?? row.account.rawValue,
                    mailboxes: row.mailboxes.compactMap { mailboxes[row.account]?[$0] })
            }
        }
    }
}
