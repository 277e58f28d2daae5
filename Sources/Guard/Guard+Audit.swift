package import JMAP

extension Guard {
    /// Makes the next link of the audit as a note to be filed with the change that it tells of, and logs it.
    ///
    /// Where filing fails, ``forgetAudit()`` lets the chain be read again.
    func audit(
        _ event: String, hold: String?, actor: String = "guard", detail: String = "", _ ledger: Ledger
    ) async throws(GuardError) -> JSON {
        let last: AuditEntry?
        if let head = auditHead { last = head } else { last = try await AuditTrail(ledger).last() }
        let entry = AuditEntry(
            after: last, at: UTCDate(seconds: options.now()), event: event, hold: hold, actor: actor, detail: detail)
        auditHead = .some(entry)
        log(GuardEvent(at: entry.at, event: event, hold: hold, actor: actor, detail: detail))
        return MailServer.note(
            "audit \(entry.number) \(event)", text: entry.json.description, from: ledger.address,
            mailbox: ledger.mailbox(.audit))
    }

    /// Files a link of its own.
    func write(
        _ event: String, hold: String?, actor: String = "guard", detail: String = "", _ ledger: Ledger
    ) async throws(GuardError) {
        let note = try await audit(event, hold: hold, actor: actor, detail: detail, ledger)
        do throws(GuardError) {
            try checkLease()
            _ = try await server.create([note], in: ledger.account)
        } catch {
            auditHead = nil
            throw error
        }
    }
}

/// Reads the audit in the guard's account.
package struct AuditTrail: Sendable {
    private let ledger: Ledger

    init(_ ledger: Ledger) {
        self.ledger = ledger
    }

    /// Opens the audit of the guard's own login.
    package static func open(_ client: JMAPClient) async throws(GuardError) -> AuditTrail {
        AuditTrail(try await Ledger.open(MailServer(client: client)))
    }

    /// The newest link; nil where there is none.
    func last() async throws(GuardError) -> AuditEntry? {
        try await read(whole: false).entries.max { $0.number < $1.number }
    }

    /// The links, the first one first, and how many messages cannot be read.
    package func all() async throws(GuardError) -> (entries: [AuditEntry], unreadable: Int) {
        try await read(whole: true)
    }

    /// Reads all links, or those of the newest seconds: the server orders links of one second as it likes.
    private func read(whole: Bool) async throws(GuardError) -> (entries: [AuditEntry], unreadable: Int) {
        var entries: [AuditEntry] = []
        var (position, unreadable) = (0, 0)
        var newest: UTCDate?
        while true {
            let start = position
            let list = try await ledger.server.run { () async throws(JMAPError) in
                var request = Request()
                let query = request.call(
                    EmailQuery(
                        account: ledger.account, filter: .inMailbox(ledger.mailbox(.audit)), sort: [.newestFirst],
                        position: start, limit: 200))
                let get = request.call(
                    EmailGet(
                        account: ledger.account, ids: .reference(query, "/ids"),
                        properties: [.receivedAt, .textBody, .bodyValues],
                        bodyValues: BodyValues(text: true)))
                return try await ledger.server.client.send(request).get(get).list
            }
            for email in list {
                let text = email.textBody?.first?.partID.flatMap { email.bodyValues?[$0]?.value } ?? ""
                let json = try? JSON(parsing: Array(text.utf8))
                if let entry = json.flatMap({ AuditEntry(json: $0) }) { entries.append(entry) } else { unreadable += 1 }
            }
            position += list.count
            let (first, oldest) = (list.first?.receivedAt, list.last?.receivedAt)
            newest = newest ?? first
            // Clocks of a cluster may differ by a little.
            let isPast = (oldest?.seconds ?? 0) + 2 < newest?.seconds ?? 0
            if list.count < 200 || (!whole && isPast) { break }
        }
        return (entries.sorted { $0.number < $1.number }, unreadable)
    }
}
