import JMAP
import Message

/// What the guard remembers for longer than one message; all of it lies in its own account.
struct Books: Sendable {
    var allowances = AllowanceBook()
    /// Pairs, by their ids, to which the guard has released mail.
    var contacts: Set<String> = []
    /// Who gets no more mail of which agent.
    var suppressions = SuppressionBook()
    /// Notices that are to be sent.
    var pending: [Announcement: EmailID] = [:]
    /// Reminders that were sent.
    var sent: [Announcement: EmailID] = [:]
    /// The digest of the policy by whose reviewers the words were checked.
    var policyDigest = ""
    /// The note for the reviewers with all of it, as it was written last.
    var published: (id: EmailID, text: String)?
    var publishedAt: Int64 = 0
    /// Messages of each agent's Inbox that were looked at for bounces and for who wants no more mail.
    var looked: [AccountID: Set<EmailID>] = [:]
}

extension Ledger {
    /// A small note of the ledger.
    struct Note: Sendable {
        let id: EmailID
        let subject: String
        let text: String
    }

    /// The notes of a place with their texts, in the order in which they came.
    func notes(in place: Place) async throws(GuardError) -> [Note] {
        var found: [(Note, Int64)] = []
        while true {
            let start = found.count
            let list = try await server.run { () async throws(JMAPError) in
                var request = Request()
                let query = request.call(
                    EmailQuery(
                        account: account, filter: .inMailbox(mailbox(place)), sort: [Sort("receivedAt")],
                        position: start, limit: 500))
                let get = request.call(
                    EmailGet(
                        account: account, ids: .reference(query, "/ids"),
                        properties: [.id, .receivedAt, .subject, .textBody, .bodyValues],
                        bodyValues: BodyValues(text: true)))
                return try await server.client.send(request).get(get).list
            }
            found += list.map { email in
                let text = email.textBody?.first?.partID.flatMap { email.bodyValues?[$0]?.value } ?? ""
                return (Note(id: email.id, subject: email.subject ?? "", text: text), email.receivedAt?.seconds ?? 0)
            }
            if list.count < 500 { break }
        }
        // Ids of a server count upward: of two in one second the longer, or the larger, one came later.
        return found.sorted {
            ($0.1, $0.0.id.rawValue.utf8.count, $0.0.id) < ($1.1, $1.0.id.rawValue.utf8.count, $1.0.id)
        }.map(\.0)
    }
}

extension Guard {
    /// Reads what is remembered, once for each time that this guard becomes active, and when other people may decide.
    func openBooks(_ ledger: Ledger) async throws(GuardError) {
        if let books, books.policyDigest == policy.digest { return }
        var opened = Books()
        opened.policyDigest = policy.digest
        let words = try await server.list(ledger.mailbox(.allowed), in: ledger.account).sorted {
            ($0.receivedAt, $0.id.rawValue.utf8.count, $0.id) < ($1.receivedAt, $1.id.rawValue.utf8.count, $1.id)
        }
        for item in words {
            let raw = try await server.bytes(item.blob, of: ledger.account)
            do throws(GuardError) {
                // As with decisions, the ledger's copy is not trusted more than the signature in it.
                let decision = try Decision.read(
                    raw, from: ParsedMessage(raw).from.first?.email ?? "", reviewers: policy.reviewers)
                opened.allowances.add(decision, record: item.id)
            } catch {
                status.unreadable += 1
            }
        }
        let contacts = try await server.list(ledger.mailbox(.contacts), in: ledger.account)
        opened.contacts = Set(contacts.compactMap { Contact.pair(inSubject: $0.subject) })
        for note in try await ledger.notes(in: .suppressed) {
            if !opened.suppressions.add(note) { status.unreadable += 1 }
        }
        for item in try await server.list(ledger.mailbox(.notices), in: ledger.account) {
            if let word = Announcement(subject: item.subject) { opened.pending[word] = item.id }
        }
        for item in try await server.list(ledger.mailbox(.noticed), in: ledger.account) {
            if let word = Announcement(subject: item.subject) { opened.sent[word] = item.id }
        }
        books = opened
    }

    /// How an agent stands to the recipients of a message now.
    func relations(of envelope: OutboundEnvelope) -> Relations {
        guard let books else { return Relations() }
        let now = options.now()
        var relations = Relations()
        let needed = policy.rules(for: envelope, at: now).approvals
        let reviewers = Set(policy.reviewers.map { $0.address.lowercased() })
        for address in envelope.recipients {
            let pair = Pair(agent: envelope.sender, recipient: address)
            if books.contacts.contains(pair.id) { relations.known.insert(pair.recipient) }
            if books.allowances.end(of: pair, by: needed, among: reviewers, at: now) != nil {
                relations.allowed.insert(pair.recipient)
            }
            if let why = books.suppressions[pair] { relations.suppressed[pair.recipient] = why.sentence }
        }
        return relations
    }
}

/// The note that says that mail of an agent was released to somebody.
enum Contact {
    /// As many as one change of the ledger takes; of a message to more the others stay strangers.
    static let most = 100

    static func subject(_ pair: Pair) -> String { "contact \(pair.id)" }

    static func pair(inSubject subject: String) -> String? {
        let words = subject.split(separator: " ")
        return words.count == 2 && words[0] == "contact" ? String(words[1]) : nil
    }
}

extension Guard {
    /// The notes of those whom an entry makes known, to be filed with the change that it is sent.
    func newContacts(of entry: HoldEntry, _ ledger: Ledger) -> (notes: [JSON], pairs: [String]) {
        guard entry.direction == .outbound, let books else { return ([], []) }
        let pairs = entry.envelope.recipients.map { Pair(agent: entry.agent, recipient: $0) }
            .filter { !books.contacts.contains($0.id) }.prefix(Contact.most)
        let notes = pairs.map { pair in
            MailServer.note(
                Contact.subject(pair), text: "\(pair.agent) has written to \(pair.recipient).", from: ledger.address,
                mailbox: ledger.mailbox(.contacts))
        }
        return (notes, pairs.map(\.id))
    }
}
