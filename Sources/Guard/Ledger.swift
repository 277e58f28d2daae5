import JMAP

/// The guard's own account: one message a hold in the mailbox of its state, tokens, attempts, decisions and the audit.
struct Ledger: Sendable {
    /// What stands in the ledger of a hold that is open.
    struct Item: Sendable, Hashable {
        let id: EmailID
        let blob: BlobID
        let hold: String
        /// The agent's account.
        let owner: AccountID
        let state: HoldState
        let mailboxes: Set<MailboxID>
        let receivedAt: Int64
        let revision: Int
    }

    /// One attempt to send, written before anything of it is done.
    struct Attempt: Sendable, Hashable {
        let record: EmailID
        let hold: String
        /// The copy in the agent's account that is submitted; destroying it ends the attempt.
        let copy: EmailID
        /// Seconds since 1970.
        let startedAt: Int64
        /// Until then the server holds whatever was submitted in this attempt, at the least.
        let heldUntil: Int64
    }

    /// Names of the mailboxes beside those of the states.
    enum Place: String, CaseIterable {
        case tokens, attempts, decisions, revisions, closed, lease, late, audit = "Audit"
        /// What reviewers have allowed for pairs, to whom each agent's mail was released, who gets no more mail.
        case allowed, contacts, suppressed
        /// Notices to the reviewers' group that are to be sent, and those that were.
        case notices, noticed
    }

    static let parent = "Ledger"
    /// How many attempts a hold has.
    static let tokenCount = 5

    let server: MailServer
    let account: AccountID
    let address: String
    private let states: [HoldState: MailboxID]
    private let places: [Place: MailboxID]

    /// Opens the ledger of the login's own account and makes what is missing.
    static func open(_ server: MailServer) async throws(GuardError) -> Ledger {
        let session = try await server.run { () async throws(JMAPError) in try await server.client.session() }
        guard let account = session.primaryMailAccount else {
            throw GuardError(
                .setup, "The guard's login has no mail account.", cure: "Give the guard an account of its own.")
        }
        let roots = try await server.ensure([parent], in: account)
        let names = HoldState.allCases.map(\.rawValue) + Place.allCases.map(\.rawValue)
        let boxes = try await server.ensure(names, in: account, under: roots[parent])
        let address = session.accounts[account]?.name ?? session.username
        return Ledger(
            server: server, account: account, address: OutboundEnvelope.canonical(address),
            states: Dictionary(uniqueKeysWithValues: HoldState.allCases.map { ($0, boxes[$0.rawValue] ?? "") }),
            places: Dictionary(uniqueKeysWithValues: Place.allCases.map { ($0, boxes[$0.rawValue] ?? "") }))
    }

    func mailbox(_ state: HoldState) -> MailboxID { states[state] ?? "" }
    func mailbox(_ place: Place) -> MailboxID { places[place] ?? "" }

    /// The state of the account's messages: the same as before means that nothing changed.
    func currentState() async throws(GuardError) -> State {
        try await server.run { () async throws(JMAPError) in
            try await server.client.call(EmailGet(account: account, ids: [], properties: [.id])).state
        }
    }

    /// The entries in some states, the oldest first; each in the one state that counts. For the open states: of the
    /// others there are too many.
    func items(in wanted: [HoldState]) async throws(GuardError) -> (items: [Item], unreadable: [EmailID]) {
        var found: [EmailID: Item] = [:]
        var unreadable: [EmailID] = []
        for state in wanted {
            try await walk(state) { items, damaged throws(GuardError) in
                for item in items { found[item.id] = item }
                unreadable += damaged
                return true
            }
        }
        return (found.values.sorted { ($0.receivedAt, $0.id) < ($1.receivedAt, $1.id) }, unreadable)
    }

    /// Shows the entries of a state page by page, with those whose subject cannot be read; stops where `body` says false.
    func walk(
        _ state: HoldState, newestFirst: Bool = false,
        _ body: ([Item], [EmailID]) async throws(GuardError) -> Bool
    ) async throws(GuardError) {
        try await server.walk(mailbox(state), in: account, newestFirst: newestFirst) { page throws(GuardError) in
            var items: [Item] = []
            var unreadable: [EmailID] = []
            for email in page {
                if let item = item(email, in: state) { items.append(item) } else { unreadable.append(email.id) }
            }
            return try await body(items, unreadable)
        }
    }

    /// The entry of a message; nil where its subject is not that of one.
    private func item(_ email: MailServer.Item, in state: HoldState) -> Item? {
        guard let name = HoldEntry.name(inSubject: email.subject) else { return nil }
        return Item(
            id: email.id, blob: email.blob, hold: name.hold, owner: name.account,
            state: self.state(in: email.mailboxes) ?? state, mailboxes: email.mailboxes,
            receivedAt: email.receivedAt, revision: name.revision)
    }

    /// The entry that a standing means, as it lies now; nil where it is gone.
    func item(_ standing: Standing) async throws(GuardError) -> Item? {
        try await item(standing.id, in: Set(HoldState.allCases))
    }

    /// An entry as it lies now; nil where it is gone, cannot be read, or lies in none of the wanted states. What it costs
    /// does not grow with the ledger.
    func item(_ id: EmailID, in wanted: Set<HoldState>) async throws(GuardError) -> Item? {
        guard let email = try await server.item(id, in: account), let state = state(in: email.mailboxes),
            wanted.contains(state)
        else { return nil }
        return item(email, in: state)
    }

    /// The entry of a hold, wherever it lies; of several the one that counts.
    func find(_ hold: String) async throws(GuardError) -> Item? {
        func best(_ items: [Item]) -> Item? {
            items.filter { $0.hold == hold }.max {
                ($0.revision, $0.state.rank, $1.receivedAt) < ($1.revision, $1.state.rank, $0.receivedAt)
            }
        }
        let candidates = try await server.search(hold, in: account).compactMap { email in
            state(in: email.mailboxes).flatMap { item(email, in: $0) }
        }
        if let found = best(candidates) { return found }
        // The search lags behind: what it does not know is among the newest, so these come first.
        var found: Item?
        for state in HoldState.allCases where found == nil {
            try await walk(state, newestFirst: true) { items, _ throws(GuardError) in
                found = best(items)
                return found == nil
            }
        }
        return found
    }

    private func state(in mailboxes: Set<MailboxID>) -> HoldState? {
        HoldState.allCases.filter { mailboxes.contains(mailbox($0)) }.max { $0.rank < $1.rank }
    }

    /// The entry and its exact bytes.
    func read(_ item: Item) async throws(GuardError) -> HeldMessage {
        let message = try HeldMessage(try await server.bytes(item.blob, of: account))
        guard message.entry.id == item.hold else {
            throw GuardError(
                .damaged, "The entry \(item.hold) holds another hold.", cure: "Look at it in the guard's account.")
        }
        return message
    }

    // MARK: Tokens and attempts

    /// Makes the tokens of a hold.
    func makeTokens(_ hold: String) async throws(GuardError) -> [EmailID] {
        let notes = (1...Self.tokenCount).map {
            MailServer.note(
                "token \(hold) \($0)", text: "The right to one attempt to send.", from: address,
                mailbox: mailbox(.tokens))
        }
        return try await server.create(notes, in: account)
    }

    /// The tokens that are still there, in their order.
    func tokens(of entry: HoldEntry) async throws(GuardError) -> [EmailID] {
        let found = try await server.run { () async throws(JMAPError) in
            try await server.client.call(EmailGet(account: account, ids: .list(entry.tokens), properties: [.id])).list
        }
        let ids = Set(found.map(\.id))
        return entry.tokens.filter(ids.contains)
    }

    /// Every attempt of the open holds.
    func attempts(in place: Place = .attempts) async throws(GuardError) -> [Attempt] {
        try await server.list(mailbox(place), in: account).compactMap { item in
            let words = item.subject.split(separator: " ").map(String.init)
            guard words.count == 5, words[0] == "attempt", let startedAt = Int64(words[3]),
                let heldUntil = Int64(words[4])
            else { return nil }
            return Attempt(
                record: item.id, hold: words[1], copy: EmailID(words[2]), startedAt: startedAt, heldUntil: heldUntil)
        }
    }

    /// A record of an attempt: what recovery needs stands in the subject.
    func attemptNote(_ hold: String, copy: EmailID, startedAt: Int64, heldUntil: Int64) -> JSON {
        MailServer.note(
            "attempt \(hold) \(copy) \(startedAt) \(heldUntil)", text: "An attempt to send was begun.", from: address,
            mailbox: mailbox(.attempts))
    }

    // MARK: Changes

    /// Moves an entry, writes notes and closes records in one call; false where the entry is gone.
    func change(
        _ item: Item, to state: HoldState, notes: [JSON], closing records: [EmailID] = [], destroying: [EmailID] = []
    ) async throws(GuardError) -> (moved: Bool, notes: [EmailID]) {
        var create: [CreationID: JSON] = [:]
        for (index, note) in notes.enumerated() { create[CreationID("n\(index)")] = note }
        var update: [EmailID: [String: JSON]] = [item.id: ["mailboxIds": .set([mailbox(state)])]]
        for record in records { update[record] = ["mailboxIds": .set([mailbox(.closed)])] }
        let call = EmailSet(account: account, create: create, update: update, destroy: .list(destroying))
        return try await server.run { () async throws(JMAPError) in
            let answer = try await server.client.call(call)
            var made: [EmailID] = []
            for index in notes.indices { made.append(try answer.created(CreationID("n\(index)"))) }
            if let error = answer.notUpdated[item.id] {
                if error.type == "notFound" { return (false, made) }
                throw JMAPError(.set(error.type), method: "Email/set", detail: error.detail, setError: error)
            }
            return (true, made)
        }
    }
}
