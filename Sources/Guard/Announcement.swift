import JMAP
import Message

/// Something that the reviewers' group is told by mail, once: that half of a hold's time is gone, or all of it.
struct Announcement: Sendable, Hashable {
    enum Kind: String, Sendable {
        case reminder, expiry
    }

    let kind: Kind
    let hold: String
    let revision: Int

    init(_ kind: Kind, _ entry: HoldEntry) {
        (self.kind, hold, revision) = (kind, entry.id, entry.revision)
    }

    /// Reads what ``subject`` wrote.
    init?(subject: String) {
        let words = subject.split(separator: " ").map(String.init)
        guard words.count == 3, let kind = Kind(rawValue: words[0]), let revision = Int(words[2]) else { return nil }
        (self.kind, hold, self.revision) = (kind, words[1], revision)
    }

    /// The subject of its note in the ledger.
    var subject: String { "\(kind.rawValue) \(hold) \(revision)" }

    /// The Message-ID of its mail, by which it is found again after a crash.
    func messageID(_ guardAddress: String) -> String {
        "\(kind.rawValue).\(hold).\(revision)@\(OutboundEnvelope.domain(of: guardAddress))"
    }

    /// The mail: id, agent, the recipients' domains, names of rules and the time that is left; nothing of the message.
    func mail(
        _ entry: HoldEntry, from guardAddress: String, to group: String, at now: Int64
    ) throws(MessageBuilderError) -> [UInt8] {
        let left = max(0, entry.deadline.seconds - now)
        let isReminder = kind == .reminder
        var builder = MessageBuilder()
        builder.from = [MailAddress(name: "AgenticMail guard", email: guardAddress)]
        builder.to = [MailAddress(email: group)]
        builder.messageID = messageID(guardAddress)
        builder.subject =
            isReminder
            ? "Reminder: hold \(hold.prefix(8)) expires in \(Self.span(left))"
            : "Expired: hold \(hold.prefix(8)) was not decided in time"
        builder.headers = [("Auto-Submitted", "auto-generated"), ("AgenticMail-Hold", hold)]
        let domains = Set(entry.envelope.recipients.map { OutboundEnvelope.domain(of: $0) }).sorted()
        let rules = Set(entry.findings.filter { $0.severity != .low }.map(\.rule)).sorted()
        let isInbound = entry.direction == .inbound
        builder.text = [
            isReminder
                ? "Half of the time for this decision is gone."
                : isInbound
                    ? "Nobody decided in time: the message was not delivered."
                    : "Nobody decided in time: the message was not sent, and the agent was told so.",
            [
                "Hold: \(hold)", "Agent: \(entry.agent)",
                isInbound ? "Direction: it came in" : "Recipients at: \(domains.joined(separator: ", "))",
                "Rules: \(rules.isEmpty ? "none" : rules.joined(separator: ", "))",
                isReminder ? "Time left: \(Self.span(left)), until \(entry.deadline)" : "Deadline: \(entry.deadline)",
            ].joined(separator: "\n"),
            isReminder
                ? "Decide in the console with :review, or with: agenticmail review show \(hold.prefix(8))"
                : "What it was: agenticmail review show \(hold.prefix(8))",
        ].joined(separator: "\n\n")
        return try builder.build()
    }

    /// A span of time in the largest unit that fits.
    private static func span(_ seconds: Int64) -> String {
        switch seconds {
        case 172_800...: "\(seconds / 86_400) days"
        case 7_200...: "\(seconds / 3_600) hours"
        case 120...: "\(seconds / 60) minutes"
        default: "\(seconds) seconds"
        }
    }
}

extension Guard {
    /// How many of the newest messages of the group are looked through for a mail that was sent before a crash.
    private static let announcedWindow = 500

    /// Notes that half of a held entry's time is gone, once.
    func remind(_ entry: HoldEntry, _ ledger: Ledger) async throws(GuardError) {
        let word = Announcement(.reminder, entry)
        guard options.now() >= entry.halfTime, let books, books.sent[word] == nil, books.pending[word] == nil else {
            return
        }
        let note = announcementNote(word, ledger)
        try checkLease()
        let made = try await server.create([note], in: ledger.account)
        self.books?.pending[word] = made[0]
        try await step(.announced)
        try await announce(word, entry, isFirst: true, ledger)
    }

    /// The note of the ledger that says that something is to be announced.
    func announcementNote(_ word: Announcement, _ ledger: Ledger) -> JSON {
        MailServer.note(
            word.subject, text: "The reviewers are to be told.", from: ledger.address,
            mailbox: ledger.mailbox(.notices))
    }

    /// Sends what was to be announced when an earlier guard stopped.
    func announcePending(_ ledger: Ledger) async throws(GuardError) {
        for (word, record) in books?.pending ?? [:] {
            guard let item = try await ledger.find(word.hold), item.revision == word.revision,
                word.kind == .expiry || item.state == .held
            else {
                // It was decided, or another revision took its place: what it was about is over.
                _ = try await server.destroy(record, in: ledger.account)
                books?.pending[word] = nil
                continue
            }
            let entry = try await ledger.read(item).entry
            if word.kind == .expiry, let boxes = boxes[entry.account],
                try await server.list(boxes.held, in: entry.account).contains(where: { $0.id == entry.draft })
            {
                // Whoever closed it stopped before the agent was told: the note comes before the draft is moved.
                try await tellOutcome(entry, .expired, Self.expiryReason(entry))
            }
            try await announce(word, entry, isFirst: false, ledger)
        }
    }

    /// Files the mail in the group's Inbox and notes that it is there.
    ///
    /// - Parameter isFirst: Whether no other guard can have begun with it; otherwise the mail is looked for first.
    func announce(
        _ word: Announcement, _ entry: HoldEntry, isFirst: Bool, _ ledger: Ledger
    ) async throws(GuardError) {
        guard let record = books?.pending[word] else { return }
        if let mirror = try await openedMirror(), let group = policy.group {
            let isThere = isFirst ? false : try await isAnnounced(word, mirror, ledger)
            if !isThere {
                guard let inbox = try await server.mailboxes(of: mirror.group)["role:inbox"] else {
                    throw GuardError(
                        .setup, "The group \(group) has no Inbox for notices.", cure: "Make it, with its role.")
                }
                let bytes: [UInt8]
                do throws(MessageBuilderError) {
                    bytes = try word.mail(entry, from: ledger.address, to: group, at: options.now())
                } catch {
                    throw GuardError(.damaged, "A notice cannot be written: \(error.sentence)", cure: "Report this.")
                }
                try checkLease()
                _ = try await server.file(bytes, in: mirror.group, mailbox: inbox)
                try await step(.announced)
            }
        }
        if word.kind == .reminder {
            try await server.move(record, to: ledger.mailbox(.noticed), in: ledger.account)
            books?.sent[word] = record
        } else {
            _ = try await server.destroy(record, in: ledger.account)
        }
        books?.pending[word] = nil
    }

    private func isAnnounced(
        _ word: Announcement, _ mirror: Mirror, _ ledger: Ledger
    ) async throws(GuardError) -> Bool {
        let id = word.messageID(ledger.address)
        let list = try await server.run { () async throws(JMAPError) in
            var request = Request()
            let query = request.call(
                EmailQuery(account: mirror.group, sort: [.newestFirst], limit: Self.announcedWindow))
            let get = request.call(
                EmailGet(account: mirror.group, ids: .reference(query, "/ids"), properties: [.id, .messageID]))
            return try await server.client.send(request).get(get).list
        }
        return list.contains { $0.messageID?.contains(id) == true }
    }

    /// Records of a hold that are of no more use once it is closed.
    func remindersOver(_ hold: String) -> [EmailID] {
        let words = (books?.sent.keys.filter { $0.hold == hold } ?? [])
        let records = words.compactMap { books?.sent[$0] }
        for word in words { books?.sent[word] = nil }
        return records
    }
}
