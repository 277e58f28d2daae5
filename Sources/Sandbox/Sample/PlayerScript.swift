import Message

/// What the player writes: conversations that go on by one message an act, several at a time.
struct PlayerScript {
    /// A conversation that isn't over.
    private struct Conversation {
        let subject: String
        var turns: [SampleTurn]
        var ids: [String] = []
        var last: SampleTurn?
    }

    private var generator: SampleGenerator
    private let seed: UInt64
    private var open: [Conversation] = []
    private var order: [Int] = []
    private var counter = 0

    /// How many conversations go on at a time.
    private static let atOnce = 3

    init(seed: UInt64) {
        self.seed = seed
        generator = SampleGenerator(seed: seed &+ 0x5EED)
    }

    /// Milliseconds to the next act: two to eight seconds.
    mutating func pause() -> Int { Int.random(in: 2_000...8_000, using: &generator) }

    /// The message of the next act, as it lies in each account that has it.
    mutating func next(now: Int64) -> [SampleMail] {
        while open.count < Self.atOnce { open.append(begin()) }
        let index = Int.random(in: 0..<open.count, using: &generator)
        var conversation = open[index]
        let turn = conversation.turns.removeFirst()
        counter += 1
        let host = turn.from.email.split(separator: "@").last.map(String.init) ?? SamplePeople.domain
        let id = "p\(counter).\(String(seed, radix: 36)).\(String(generator.next() >> 24, radix: 36))@\(host)"
        let isFirst = conversation.ids.isEmpty
        let mails = SampleMailbag.mails(
            for: turn, subject: isFirst ? conversation.subject : "Re: \(conversation.subject)", moment: now, id: id,
            before: conversation.ids, quoting: conversation.last, isRead: false, isAnswered: false)
        conversation.ids.append(id)
        conversation.last = turn
        if conversation.turns.isEmpty { open.remove(at: index) } else { open[index] = conversation }
        return mails
    }

    /// The next conversation; all are played before one comes again.
    private mutating func begin() -> Conversation {
        let plots = PlayerPlots.all
        if order.isEmpty { order = Array(plots.indices).shuffled(using: &generator) }
        let plot = plots[order.removeLast()]
        let number = String(1_300 + counter)
        return Conversation(
            subject: plot.subject.replacing("#", with: "#\(number)"),
            turns: plot.turns.map { turn in turn.with { $0.text = $0.text.replacing("#", with: "#\(number)") } })
    }
}
