import JMAP
import MailCache

/// Fills a cache with mail that looks like agents' mail, the same for the same seed.
struct CacheGenerator {
    /// Part of the name under which caches are kept: another one makes them anew.
    static let version = 5
    /// How many messages the newest thread of `agent-1` has; their bodies are in the cache.
    static let longThread = 100

    /// How many messages in all.
    var messages: Int
    /// How many accounts they are spread over.
    var accounts = 50
    /// Where the random numbers begin.
    var seed: UInt64 = 1
    /// When the newest message was received, in seconds since 1970.
    var newest: Int64 = 1_760_000_000
    /// True where every message is put into the full text too.
    var isIndexed = true

    /// What the accounts' mailboxes are called, with their roles.
    private static let mailboxes: [(id: MailboxID, name: String, role: String?)] = [
        ("inbox", "Inbox", "inbox"), ("archive", "Archive", "archive"), ("sent", "Sent", "sent"),
        ("trash", "Trash", "trash"), ("outbox", "Outbox", nil), ("held", "Held", nil),
    ]

    /// A splitmix64 generator.
    private struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }

    /// The id of an account.
    static func account(_ number: Int) -> AccountID { AccountID("acc\(number)") }

    /// Fills the cache as a first fill does: each account newest first, accounts in turns, 500 messages a batch.
    func fill(_ cache: MailCache) async throws {
        let writer = cache.writer
        try await writer.write(
            accounts: (0..<accounts).map { number in
                AccountRecord(
                    id: Self.account(number), kind: number == 0 ? .own : .agent, name: "agent-\(number)",
                    address: "agent-\(number)@agents.example")
            })
        for number in 0..<accounts {
            var batch = CacheBatch(account: Self.account(number))
            batch.mailboxes = Self.mailboxes.enumerated().map { order, mailbox in
                MailboxRecord(id: mailbox.id, name: mailbox.name, role: mailbox.role, sortOrder: order)
            }
            _ = try await writer.apply(batch)
        }
        var random = Random(state: seed)
        let words = Self.vocabulary(&random)
        // Every account has its share of three years; a batch covers the same stretch of time in each.
        let share = (messages + accounts - 1) / accounts
        let step = 94_608_000 / Int64(max(share, 1))
        var made = 0
        for first in stride(from: 0, to: share, by: Self.batch) {
            for number in 0..<accounts where made < messages {
                var batch = CacheBatch(account: Self.account(number))
                for place in first..<min(first + Self.batch, share) where made < messages {
                    batch.emails.append(email(place, number, step, words, &random))
                    made += 1
                }
                let isLast = first + Self.batch >= share
                batch.fill = FillProgress(stage: isLast ? .complete : .filling, done: first + Self.batch, total: share)
                _ = try await writer.apply(batch)
            }
            if isIndexed {
                while try await writer.index(limit: 5_000) > 0 {}
                while try await writer.joinSegments() {}
            }
        }
        try await addLongThread(writer, words, &random)
    }

    private static let batch = 500

    /// The newest messages of `agent-1`, in one thread, with bodies of some paragraphs.
    private func addLongThread(_ writer: CacheWriter, _ words: [String], _ random: inout Random) async throws {
        let account = Self.account(1)
        var batch = CacheBatch(account: account)
        var bodies: [BodyRecord] = []
        for number in 0..<Self.longThread {
            var email = email(number, 1, 1, words, &random)
            email.id = EmailID("long\(number)")
            email.threadID = "long"
            email.blobID = BlobID("blong\(number)")
            email.mailboxIDs = [Self.mailboxes[0].id]
            email.receivedAt = newest + 60 * Int64(number + 1)
            email.subject = "Re: The long thread"
            batch.emails.append(email)
            let text = (0..<12).map { _ in Self.text(60, words, &random) }.joined(separator: "\n\n")
            var body = BodyRow()
            body.textBody = [BodyRow.Part(partID: "1", blobID: nil, type: "text/plain", size: text.utf8.count)]
            body.values["1"] = BodyRow.Value(text: text, isTruncated: false, isEncodingProblem: false)
            bodies.append(BodyRecord(account: account, emailID: email.id, content: body, text: text))
        }
        _ = try await writer.apply(batch)
        try await writer.store(bodies: bodies)
    }

    private func email(
        _ place: Int, _ account: Int, _ step: Int64, _ words: [String], _ random: inout Random
    ) -> EmailRecord {
        let id = "\(String(place, radix: 32))x\(account)"
        let roll = Int.random(in: 0..<100, using: &random)
        let mailbox = roll < 55 ? 0 : roll < 80 ? 1 : roll < 95 ? 2 : roll < 98 ? 3 : roll < 99 ? 4 : 5
        var keywords: [String] = []
        if Int.random(in: 0..<100, using: &random) < 92 { keywords.append("$seen") }
        if Int.random(in: 0..<100, using: &random) < 2 { keywords.append("$flagged") }
        if Int.random(in: 0..<100, using: &random) < 3 { keywords.append("project-\(roll % 7)") }
        var subject = Self.text(4, words, &random)
        if roll % 10 == 0 { subject = "Invoice \(place) " + subject }
        let person = Int.random(in: 0..<5_000, using: &random)
        let other = Correspondent(
            name: "\(words[person % words.count]) \(words[person * 7 % words.count])",
            address: "person\(person)@company\(person % 300).example")
        let own = Correspondent(name: "Agent \(account)", address: "agent-\(account)@agents.example")
        let isOutgoing = mailbox == 2 || mailbox >= 4
        return EmailRecord(
            id: EmailID(id), threadID: ThreadID("t\(String(place / 3, radix: 32))x\(account)"),
            blobID: BlobID("b\(id)"),
            mailboxIDs: [Self.mailboxes[mailbox].id], keywords: keywords,
            receivedAt: newest - Int64(place) * step - Int64.random(in: 0..<max(step, 1), using: &random),
            size: Int.random(in: 1_000..<60_000, using: &random), from: [isOutgoing ? own : other],
            to: [isOutgoing ? other : own], subject: subject, preview: Self.text(24, words, &random),
            hasAttachment: roll % 9 == 0)
    }

    /// Words of which few are frequent and many rare, as in a language.
    private static func text(_ count: Int, _ words: [String], _ random: inout Random) -> String {
        var text = ""
        for index in 0..<count {
            let unit = Double.random(in: 0..<1, using: &random)
            if index > 0 { text += " " }
            text += words[min(Int(unit * unit * unit * Double(words.count)), words.count - 1)]
        }
        return text
    }

    private static func vocabulary(_ random: inout Random) -> [String] {
        let syllables = [
            "ba", "con", "de", "for", "gen", "har", "in", "jo", "ka", "li", "mar", "no", "or", "pre", "qui", "re",
            "sub",
            "ter", "un", "ver", "wil", "za", "tion", "ment", "ing", "port", "ance", "ity",
        ]
        return (0..<20_000).map { _ in
            (0..<Int.random(in: 2...4, using: &random)).map { _ in syllables.randomElement(using: &random) ?? "" }
                .joined()
        }
    }
}
