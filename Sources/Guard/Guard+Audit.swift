package import JMAP

extension Guard {
    /// Makes the next link of the audit as a note to be filed with the change that it tells of, and logs it.
    ///
    /// Where filing fails, the chain is read again. A guard that was stopped between its look at the lease and the filing
    /// may file a link late, beside one of the guard that took over: see ``noteLate(_:)``.
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

extension Guard {
    /// Notes in the chain which links were filed late, beside it, and puts them aside.
    ///
    /// As many messages lie in `Audit` as the newest link's number says; only where there are more are they read.
    func noteLate(_ ledger: Ledger) async throws(GuardError) {
        let trail = AuditTrail(ledger)
        let last: AuditEntry?
        if let head = auditHead { last = head } else { last = try await trail.last() }
        guard let last else { return }
        auditHead = .some(last)
        let surplus = try await trail.count() - Int(last.number)
        guard surplus > 0, surplus != unexplainedLinks else { return }
        let found = try await trail.found()
        let chain = AuditChain(found.map(\.entry), head: last)
        for (id, entry) in found where chain.isLate(entry) {
            let note = try await audit(
                AuditEntry.late, hold: entry.hold,
                detail:
                    "Entry \(entry.number) (\(entry.event)) was filed late, by a guard that was stopped: \(entry.hash)",
                ledger)
            let call = EmailSet(
                account: ledger.account, create: ["n": note],
                update: [id: ["mailboxIds": .set([ledger.mailbox(.late)])]])
            do throws(GuardError) {
                try checkLease()
                try await server.run { () async throws(JMAPError) in
                    _ = try await server.client.call(call).created("n")
                }
            } catch {
                auditHead = nil
                throw error
            }
        }
        // What is no link, or follows none, stays for people to look at.
        unexplainedLinks = try await trail.count() - Int((auditHead ?? nil)?.number ?? last.number)
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
        try await read(.audit, whole: false).found.map(\.entry).max { $0.number < $1.number }
    }

    /// How many messages lie in the audit.
    func count() async throws(GuardError) -> Int {
        try await ledger.server.run { () async throws(JMAPError) in
            try await ledger.server.client.call(
                MailboxGet(
                    account: ledger.account, ids: .list([ledger.mailbox(.audit)]), properties: ["id", "totalEmails"])
            ).list.first?.totalEmails ?? 0
        }
    }

    /// The links with their messages.
    func found() async throws(GuardError) -> [(id: EmailID, entry: AuditEntry)] {
        try await read(.audit, whole: true).found
    }

    /// The links, the first one first, those that were filed late among them, and how many messages cannot be read.
    package func all() async throws(GuardError) -> (entries: [AuditEntry], unreadable: Int) {
        let (chain, late) = (try await read(.audit, whole: true), try await read(.late, whole: true))
        let entries = (chain.found + late.found).map(\.entry).sorted { ($0.number, $0.hash) < ($1.number, $1.hash) }
        return (entries, chain.unreadable + late.unreadable)
    }

    /// Reads all links, or those of the newest seconds: the server orders links of one second as it likes.
    private func read(
        _ place: Ledger.Place, whole: Bool
    ) async throws(GuardError) -> (found: [(id: EmailID, entry: AuditEntry)], unreadable: Int) {
        var found: [(id: EmailID, entry: AuditEntry)] = []
        var (position, unreadable) = (0, 0)
        var newest: UTCDate?
        while true {
            let start = position
            let list = try await ledger.server.run { () async throws(JMAPError) in
                var request = Request()
                let query = request.call(
                    EmailQuery(
                        account: ledger.account, filter: .inMailbox(ledger.mailbox(place)), sort: [.newestFirst],
                        position: start, limit: 200))
                let get = request.call(
                    EmailGet(
                        account: ledger.account, ids: .reference(query, "/ids"),
                        properties: [.id, .receivedAt, .textBody, .bodyValues],
                        bodyValues: BodyValues(text: true)))
                return try await ledger.server.client.send(request).get(get).list
            }
            for email in list {
                let text = email.textBody?.first?.partID.flatMap { email.bodyValues?[$0]?.value } ?? ""
                let json = try? JSON(parsing: Array(text.utf8))
                if let entry = json.flatMap({ AuditEntry(json: $0) }) {
                    found.append((email.id, entry))
                } else {
                    unreadable += 1
                }
            }
            position += list.count
            let (first, oldest) = (list.first?.receivedAt, list.last?.receivedAt)
            newest = newest ?? first
            // Clocks of a cluster may differ by a little.
            let isPast = (oldest?.seconds ?? 0) + 2 < newest?.seconds ?? 0
            if list.count < 200 || (!whole && isPast) { break }
        }
        return (found, unreadable)
    }
}
