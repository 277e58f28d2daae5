import JMAP

/// What the guard lets reviewers know beside the holds: a note in their group, which decides nothing.
package struct ReviewLists: Sendable, Hashable {
    /// What reviewers have allowed for a pair.
    package struct Allowed: Sendable, Hashable {
        package var pair: Pair
        /// Who has given the word, each with its end in seconds since 1970.
        package var reviewers: [String: Int64]
        /// How many people must give it.
        package var needed: Int
        /// Until when it counts; nil where too few have given their word.
        package var until: Int64?
    }

    package var allowed: [Allowed] = []
    package var suppressed: [Suppression] = []
    /// Who may decide.
    package var reviewers: [String] = []

    package init() {}

    /// Whether somebody else than those who edited may decide; true where it is not known who may.
    package func canOthersApprove(than editors: [String]) -> Bool {
        let all = Set(reviewers.map { $0.lowercased() })
        return all.isEmpty || !all.subtracting(editors.map { $0.lowercased() }).isEmpty
    }

    static let mailbox = "Lists"
    static let subject = "lists"

    var json: JSON {
        [
            "reviewers": .array(reviewers.map { .string($0) }),
            "suppressed": .array(suppressed.map(\.json)),
            "allowed": .array(
                allowed.map { entry in
                    [
                        "agent": .string(entry.pair.agent), "recipient": .string(entry.pair.recipient),
                        "needed": .int(Int64(entry.needed)),
                        "until": entry.until.map { .int($0) } ?? .null,
                        "reviewers": .object(entry.reviewers.mapValues { .int($0) }),
                    ]
                }),
        ]
    }

    /// Reads what ``json`` wrote; what cannot be read is left out.
    init(json: JSON) {
        reviewers = (json["reviewers"]?.array ?? []).compactMap(\.string)
        suppressed = (json["suppressed"]?.array ?? []).compactMap { Suppression(json: $0) }
        let last: Int64 = 253_402_300_799
        allowed = (json["allowed"]?.array ?? []).compactMap { entry in
            guard let agent = entry["agent"]?.string, let recipient = entry["recipient"]?.string else { return nil }
            let ends = (entry["reviewers"]?.object ?? [:]).compactMapValues { $0.int.map { min(max(0, $0), last) } }
            return Allowed(
                pair: Pair(agent: agent, recipient: recipient), reviewers: ends,
                needed: entry["needed"]?.int.flatMap { Int(exactly: $0) } ?? 1,
                until: entry["until"]?.int.map { min(max(0, $0), last) })
        }
    }
}

extension Guard {
    /// What each round does for what is remembered.
    func keepBooks(_ ledger: Ledger) async throws(GuardError) {
        try await announcePending(ledger)
        try await sweepAllowances(ledger)
        try await publishLists()
    }

    /// Seconds between two looks whether the reviewers' note is still there.
    private static let listInterval: Int64 = 30

    /// What the reviewers are to know now.
    private func lists() -> ReviewLists {
        var lists = ReviewLists()
        lists.reviewers = policy.reviewers.map(\.address)
        guard let books else { return lists }
        let now = options.now()
        let reviewers = Set(lists.reviewers.map { $0.lowercased() })
        lists.suppressed = books.suppressions.all
        lists.allowed = books.allowances.pairs(at: now).map { pair in
            let envelope = OutboundEnvelope(sender: pair.agent, recipients: [pair.recipient])
            let needed = policy.rules(for: envelope, at: now).approvals
            return ReviewLists.Allowed(
                pair: pair, reviewers: books.allowances.reviewers(of: pair, at: now), needed: needed,
                until: books.allowances.end(of: pair, by: needed, among: reviewers, at: now))
        }
        return lists
    }

    /// Writes the note anew where it says something else now, or is not there any more.
    func publishLists() async throws(GuardError) {
        guard let mirror = try await openedMirror(), let address = ledger?.address, let books else { return }
        let text = lists().json.description
        let now = options.now()
        if books.published?.text == text, now - books.publishedAt < Self.listInterval { return }
        let boxes = try await server.ensure([ReviewLists.mailbox], in: mirror.group)
        guard let mailbox = boxes[ReviewLists.mailbox] else { return }
        let old = try await server.list(mailbox, in: mirror.group)
        self.books?.publishedAt = now
        if let published = books.published, published.text == text, old.map(\.id) == [published.id] { return }
        let note = MailServer.note(ReviewLists.subject, text: text, from: address, mailbox: mailbox)
        let made = try await server.create([note], in: mirror.group)
        self.books?.published = (made[0], text)
        for item in old { _ = try await server.destroy(item.id, in: mirror.group) }
    }
}

extension ReviewDesk {
    /// What the guard has let the reviewers know; empty where no guard has written it yet.
    package func lists() async throws(GuardError) -> ReviewLists {
        let roots = try await server.mailboxes(of: group)
        guard let mailbox = roots[ReviewLists.mailbox],
            let item = try await server.list(mailbox, in: group).last(where: { $0.subject == ReviewLists.subject })
        else { return ReviewLists() }
        let email = try await server.run { () async throws(JMAPError) in
            try await server.client.call(
                EmailGet(
                    account: group, ids: .list([item.id]), properties: [.id, .textBody, .bodyValues],
                    bodyValues: BodyValues(text: true))
            ).list.first
        }
        let text = email?.textBody?.first?.partID.flatMap { email?.bodyValues?[$0]?.value } ?? ""
        guard let json = try? JSON(parsing: Array(text.utf8)) else { return ReviewLists() }
        return ReviewLists(json: json)
    }

    /// Signs a word about an agent and its recipients and hands it in: `allow`, on a hold; `disallow` and `unsuppress`,
    /// on a pair.
    package func decide(
        _ action: Decision.Action, _ terms: Decision.Terms, on entry: HoldEntry?, at now: Int64, secretKey: [UInt8]
    ) async throws(GuardError) -> String {
        var decision = Decision(
            action, hold: entry?.id ?? terms.pairs.first?.id ?? "", digest: entry?.digest ?? Digest(text: "none"),
            reviewer: address, at: UTCDate(seconds: now))
        decision.terms = terms
        return try await hand(in: decision.signedText(secretKey: secretKey), named: decision)
    }
}
