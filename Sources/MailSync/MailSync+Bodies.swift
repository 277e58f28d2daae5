import JMAP
package import MailCache

extension MailSync {
    /// Fetches the body of a message that somebody opens, before everything else; returns once it is in the cache.
    ///
    /// Nothing is asked where the cache has it already with all its header fields. Throws what the server or the cache
    /// said.
    package func body(of key: MessageKey) async throws(SyncError) {
        if let running = opening[key] { return try await finish(running) }
        let task = Task { try await self.openBody(key) }
        opening[key] = task
        defer { opening[key] = nil }
        try await finish(task)
    }

    private func finish(_ task: Task<Void, any Error>) async throws(SyncError) {
        do {
            try await task.value
        } catch let error as SyncError {
            throw error
        } catch {
            throw SyncError(JMAPError(.cancelled))
        }
    }

    private func openBody(_ key: MessageKey) async throws(SyncError) {
        let found = try await cached { () async throws(CacheError) in try await self.writer.wantedBody(of: key) }
        guard let found else { throw SyncError(CacheError(code: .notFound, path: writer.path, detail: "the message")) }
        let email = try await patiently { () async throws(JMAPError) in
            try await self.client.call(
                EmailGet(
                    account: found.account, ids: [found.emailID], properties: BodyRecord.properties + [.headers],
                    bodyValues: BodyValues(text: true, html: true, maxBytes: self.options.openedValueBytes),
                    bodyProperties: BodyRecord.partProperties)
            ).list.first
        }
        guard let email else {
            markMoved(found.account)
            throw SyncError(JMAPError(.notFound, method: "Email/get", detail: "the message is gone"))
        }
        let record = BodyRecord(email, of: found.account, textOfHTML: textOfHTML)
        try await cached { () async throws(CacheError) in
            try await self.writer.store(bodies: [record], opened: true)
        }
    }

    /// Fetches bodies newest first, one request at a time, and puts messages into the full text.
    func fetchBodies() async throws(SyncError) {
        await waitForPush()
        var isUntidy = true
        while !Task.isCancelled {
            if isPaused {
                await bodyBell.wait(upTo: options.pollInterval, clock)
                continue
            }
            var hasWorked = false
            // Rows come first: while accounts are filled, the rest goes slowly, and only what is looked at is fetched.
            let isFilling = accounts.values.contains { $0.isFilling }
            if options.fetchesBodies {
                // A batch of each account in turn, so that the newest mail of all of them comes first.
                for id in inOrder(where: { $0.fill == .complete && $0.condition != .refused })
                where !isFilling || onScreen.contains(id) {
                    if try await fetchSomeBodies(of: id) { hasWorked = true }
                    if Task.isCancelled { return }
                }
            }
            let indexed = try await cached { () async throws(CacheError) in try await self.writer.index(limit: 200) }
            if indexed > 0 { feed.update { $0.indexed += indexed } }
            if isFilling {
                await bodyBell.wait(upTo: .milliseconds(500), clock)
            } else if !hasWorked, indexed == 0 {
                if try await cached({ () async throws(CacheError) in try await self.writer.joinSegments() }) {
                    isUntidy = true
                    continue
                }
                if isUntidy { try await cached { () async throws(CacheError) in try await self.writer.tidy() } }
                isUntidy = false
                await bodyBell.wait(upTo: options.pollInterval, clock)
            } else {
                isUntidy = true
            }
        }
    }

    /// Fetches one batch of an account's bodies; false where none is wanted.
    private func fetchSomeBodies(of id: AccountID) async throws(SyncError) -> Bool {
        let (limit, size) = (options.bodiesInGet, options.backgroundMessageBytes)
        let wanted = try await cached { () async throws(CacheError) in
            try await self.writer.wantedBodies(of: id, limit: limit, maximumSize: size)
        }
        guard !wanted.isEmpty else { return false }
        do {
            try await fetch(wanted, of: id)
        } catch  where error.server?.code == .tooLarge && wanted.count > 1 {
            for one in wanted { try await fetchAlone(one, of: id) }
        } catch {
            try await note(error, of: id)
        }
        return true
    }

    private func fetchAlone(_ wanted: WantedBody, of id: AccountID) async throws(SyncError) {
        do {
            try await fetch([wanted], of: id)
        } catch  where error.isOfOneAccount {
            let left = [(account: id, emailID: wanted.emailID)]
            try await cached { () async throws(CacheError) in try await self.writer.store(bodies: [], left: left) }
        }
    }

    private func fetch(_ wanted: [WantedBody], of id: AccountID) async throws(SyncError) {
        let ids = wanted.map(\.emailID)
        let emails = try await patiently { () async throws(JMAPError) in
            try await self.client.call(
                EmailGet(
                    account: id, ids: .list(ids), properties: BodyRecord.properties,
                    bodyValues: BodyValues(text: true, html: true, maxBytes: self.options.backgroundValueBytes),
                    bodyProperties: BodyRecord.partProperties)
            ).list
        }
        let textOfHTML = textOfHTML
        let records = emails.map { BodyRecord($0, of: id, textOfHTML: textOfHTML) }
        let found = Set(emails.map(\.id))
        let left = ids.filter { !found.contains($0) }.map { (account: id, emailID: $0) }
        try await cached { () async throws(CacheError) in try await self.writer.store(bodies: records, left: left) }
        feed.update { $0.bodiesFetched += records.count }
    }
}

extension BodyRecord {
    /// What is read of a message beyond its row. The server's own authentication results are needed to say how far a
    /// sender is proven.
    static let properties: [EmailProperty] = [
        .id, .messageID, .inReplyTo, .references, .sender, .from, .to, .cc, .bcc, .replyTo, .sentAt, .bodyValues,
        .textBody, .htmlBody, .attachments, .header("Authentication-Results", all: true),
    ]
    static let partProperties = ["partId", "blobId", "size", "name", "type", "charset", "disposition", "cid"]

    init(_ email: Email, of account: AccountID, textOfHTML: (String) -> String) {
        var row = BodyRow()
        row.cc = Self.correspondents(email.cc)
        row.bcc = Self.correspondents(email.bcc)
        row.replyTo = Self.correspondents(email.replyTo)
        row.sender = Self.correspondents(email.sender)
        row.from = Self.correspondents(email.from)
        row.to = Self.correspondents(email.to)
        row.messageID = email.messageID ?? []
        row.inReplyTo = email.inReplyTo ?? []
        row.references = email.references ?? []
        row.sentAt = email.sentAt?.description
        row.textBody = (email.textBody ?? []).map { BodyRow.Part($0) }
        row.htmlBody = (email.htmlBody ?? []).map { BodyRow.Part($0) }
        row.attachments = (email.attachments ?? []).map { BodyRow.Part($0) }
        for (id, value) in email.bodyValues ?? [:] {
            row.values[id] = BodyRow.Value(
                text: value.value, isTruncated: value.isTruncated, isEncodingProblem: value.isEncodingProblem)
        }
        if let headers = email.headers {
            row.headers = headers.map { BodyRow.Header(name: $0.name, value: $0.value) }
        } else {
            for (_, value) in email.headerFields {
                for text in value.array ?? [] {
                    row.headers.append(BodyRow.Header(name: "Authentication-Results", value: text.string ?? ""))
                }
            }
        }
        self.init(account: account, emailID: email.id, content: row, text: Self.searched(row, textOfHTML))
    }

    /// The plain texts, and what the HTML says where it is shown in the place of a text.
    private static func searched(_ row: BodyRow, _ textOfHTML: (String) -> String) -> String {
        row.textBody.compactMap { part -> String? in
            guard let id = part.partID, let value = row.values[id]?.text, !value.isEmpty else { return nil }
            return part.type == "text/html" ? textOfHTML(value) : value
        }.joined(separator: "\n")
    }

    private static func correspondents(_ addresses: [EmailAddress]?) -> [Correspondent] {
        (addresses ?? []).map { Correspondent(name: $0.name ?? "", address: $0.email) }
    }
}

extension BodyRow.Part {
    init(_ part: EmailBodyPart) {
        self.init(
            partID: part.partID, blobID: part.blobID, type: part.type, charset: part.charset, name: part.name,
            disposition: part.disposition, cid: part.cid, size: part.size)
    }
}
