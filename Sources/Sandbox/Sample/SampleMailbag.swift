import Message

/// A message of the sample workspace, ready to be imported.
struct SampleMail: Sendable {
    /// Where it lies.
    enum Place: String, Sendable {
        case inbox, sent, drafts, junk, outbox, held, rejected
    }

    /// Whose mail it is; nil is the group of reviewers.
    let owner: SampleAgent?
    /// Where it lies.
    let place: Place
    /// Its keywords.
    let keywords: [String]
    /// When it came, in seconds since 1970.
    let received: Int64
    /// Its bytes.
    let raw: [UInt8]
}

/// A turn of a conversation.
struct SampleTurn: Sendable {
    /// Who writes.
    var from: MailAddress
    /// To whom.
    var to: [MailAddress]
    /// The plain body.
    var text: String
    /// The HTML body.
    var html: String?
    /// What is attached.
    var attachments: [BuildPart] = []
    /// How many minutes after the turn before.
    var gap = 35
    /// Whether it ends with the turn before, quoted.
    var quotes = true
    /// A draft's place; nil is a message that was sent.
    var draft: SampleMail.Place?
    /// Keywords beside those that the place gives.
    var keywords: [String] = []

    /// A turn of plain text.
    init(_ from: MailAddress, _ to: MailAddress..., text: String) {
        self.from = from
        self.to = to
        self.text = text
    }

    /// This turn with something changed.
    func with(_ change: (inout SampleTurn) -> Void) -> SampleTurn {
        var turn = self
        change(&turn)
        return turn
    }
}

/// Collects the messages of the sample workspace: who writes one gets a copy in Sent, who is addressed one in the
/// Inbox.
struct SampleMailbag {
    private(set) var mails: [SampleMail] = []
    /// The moment for which "an hour ago" is reckoned, in seconds since 1970.
    let now: Int64
    private let seed: UInt64
    private var counter = 0
    private var generator: SampleGenerator

    init(now: Int64, seed: UInt64) {
        self.now = now
        self.seed = seed
        generator = SampleGenerator(seed: seed)
    }

    /// A number of the seed's sequence.
    mutating func random(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

    /// A message id that no other message of this bag has.
    mutating func newID(_ person: MailAddress) -> String {
        counter += 1
        let domain = person.email.split(separator: "@").last.map(String.init) ?? SamplePeople.domain
        return "\(String(seed, radix: 36)).\(counter).\(String(generator.next() >> 24, radix: 36))@\(domain)"
    }

    /// Adds a conversation that began so many minutes ago.
    mutating func talk(_ subject: String, minutesAgo: Int, _ turns: [SampleTurn]) {
        var ids: [String] = []
        var left = minutesAgo
        for (index, turn) in turns.enumerated() {
            if index > 0 { left = max(1, left - turn.gap) }
            let moment = now - Int64(left) * 60 - Int64(random(0...59))
            let id = newID(turn.from)
            mails += Self.mails(
                for: turn, subject: index == 0 ? subject : "Re: \(subject)", moment: moment, id: id, before: ids,
                quoting: index > 0 && turn.quotes ? turns[index - 1] : nil, isRead: left > 300,
                isAnswered: index + 1 < turns.count && turns[index + 1].draft == nil)
            ids.append(id)
        }
    }

    /// A turn as it lies in every account that has it: in the writer's and in those of the recipients.
    static func mails(
        for turn: SampleTurn, subject: String, moment: Int64, id: String, before ids: [String],
        quoting last: SampleTurn?,
        isRead: Bool, isAnswered: Bool
    ) -> [SampleMail] {
        var builder = MessageBuilder()
        builder.from = [turn.from]
        builder.to = turn.to
        builder.subject = subject
        builder.date = MailDate(seconds: moment, zoneMinutes: zone(of: turn.from))
        builder.messageID = id
        builder.inReplyTo = ids.last.map { [$0] } ?? []
        builder.references = ids.suffix(20)
        builder.text = turn.text + (last.map(quote) ?? "")
        builder.html = turn.html
        builder.attachments = turn.attachments
        guard let raw = try? builder.build() else { return [] }
        let writer = agent(turn.from)
        if let draft = turn.draft {
            let keywords = ["$draft", "$seen"] + turn.keywords
            return [SampleMail(owner: writer, place: draft, keywords: keywords, received: moment, raw: raw)]
        }
        var mails: [SampleMail] = []
        if let writer {
            mails.append(SampleMail(owner: writer, place: .sent, keywords: ["$seen"], received: moment, raw: raw))
        }
        let keywords = (isRead || isAnswered ? ["$seen"] : []) + (isAnswered ? ["$answered"] : []) + turn.keywords
        for owner in turn.to.compactMap(agent) where owner != writer {
            mails.append(SampleMail(owner: owner, place: .inbox, keywords: keywords, received: moment, raw: raw))
        }
        return mails
    }

    /// Adds bytes as they are to an Inbox.
    mutating func add(raw: [UInt8], to owner: SampleAgent?, minutesAgo: Int, keywords: [String] = []) {
        add(raw: raw, to: owner, place: .inbox, minutesAgo: minutesAgo, keywords: keywords)
    }

    /// Adds bytes as they are.
    mutating func add(
        raw: [UInt8], to owner: SampleAgent?, place: SampleMail.Place, minutesAgo: Int, keywords: [String]
    ) {
        let received = now - Int64(minutesAgo) * 60
        mails.append(SampleMail(owner: owner, place: place, keywords: keywords, received: received, raw: raw))
    }

    private static func agent(_ person: MailAddress) -> SampleAgent? {
        SampleAgent.allCases.first { $0.address.email == person.email }
    }

    /// The zone in which a person lives, so that dates have more than one.
    private static func zone(of person: MailAddress) -> Int {
        switch person.email.utf8.reduce(0, { $0 &+ Int($1) }) % 5 {
        case 0: 0
        case 1: 60
        case 2: 540
        case 3: -300
        default: 330
        }
    }

    private static func quote(_ turn: SampleTurn) -> String {
        let lines = turn.text.split(separator: "\n", omittingEmptySubsequences: false).map {
            $0.isEmpty ? ">" : "> \($0)"
        }
        return "\n\n\(turn.from.name ?? turn.from.email) wrote:\n" + lines.joined(separator: "\n") + "\n"
    }
}

/// A small source of numbers that are the same for the same seed.
struct SampleGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
