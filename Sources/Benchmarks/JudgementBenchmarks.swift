internal import FoundationEssentials
internal import Glibc
internal import Inspection
internal import Sodium

/// How much of labelled text the inspection finds, how much it takes for what it is not, and how fast it is.
///
/// The text is in files of JSON lines below a folder; two fifths of it, chosen by a hash of the text, stand apart as the
/// part on which no rule was written. The phrases of orders are learnt from both parts; what they find in texts that they
/// were not learnt from is told by cross-validation.
struct JudgementBenchmarks {
    /// One labelled text.
    private struct Sample: Decodable {
        let text: String
        let label: String
        let family: String?
        let subject: String?
        /// The sentence that was put into a mail; the parts are divided by it, so that none is on both sides.
        let attack: String?
    }

    /// What was counted of one file and label on one side.
    private struct Count {
        var found = 0
        var total = 0

        var share: String {
            total == 0 ? "-" : "\(found)/\(total) \((Double(found) * 1000 / Double(total)).rounded() / 10) %"
        }
    }

    private let folder: String
    private let inspector = Inspector()

    init(folder: String) {
        self.folder = folder
    }

    private static let sources: [(file: String, direction: Direction)] = [
        ("secrets/tune/credsweeper.jsonl", .outbound), ("benign/tune/bipia-train.jsonl", .outbound),
        ("benign/tune/llmail-even.jsonl", .outbound), ("injection/tune/gandalf.jsonl", .inbound),
        ("injection/tune/purplellama.jsonl", .inbound), ("injection/tune/purplellama-languages.jsonl", .inbound),
        ("injection/tune/bipia-train.jsonl", .inbound), ("benign/tune/bipia-train.jsonl", .inbound),
        ("benign/tune/llmail-even.jsonl", .inbound),
    ]

    /// Prints a line for each file and label, then the families whose recall is not whole, then the speed.
    func run() {
        print("file, direction, label: part that rules were written on | part apart")
        for source in Self.sources {
            guard let samples = read(source.file) else {
                print("\(source.file): not there")
                continue
            }
            count(samples, source.direction, source.file)
        }
        print("The rule reads-like-order counts on both sides as learnt; in cross-validation:")
        for line in RuleBook.learning { print("    \(line)") }
        speed()
    }

    private func read(_ file: String) -> [Sample]? {
        guard let data = try? Data(contentsOf: URL(filePath: "\(folder)/\(file)")) else { return nil }
        return data.split(separator: 10).compactMap { try? JSONDecoder().decode(Sample.self, from: Data($0)) }
    }

    private func count(_ samples: [Sample], _ direction: Direction, _ file: String) {
        var counts: [String: (tuned: Count, apart: Count)] = [:]
        var families: [String: (tuned: Count, apart: Count)] = [:]
        for sample in samples where sample.label != "disputed" {
            let isFound = verdict(sample, direction).isAlarm
            let isApart = Self.isApart(sample.attack ?? sample.text)
            add(isFound, isApart, &counts[sample.label, default: (Count(), Count())])
            guard let family = sample.family else { continue }
            add(isFound, isApart, &families[family, default: (Count(), Count())])
        }
        for (label, count) in counts.sorted(by: { $0.key < $1.key }) {
            print("\(file), \(direction.rawValue), \(label): \(count.tuned.share) | \(count.apart.share)")
        }
        for (family, count) in families.sorted(by: { $0.key < $1.key })
        where count.tuned.found + count.apart.found < count.tuned.total + count.apart.total {
            print("    \(family): \(count.tuned.share) | \(count.apart.share)")
        }
    }

    private func add(_ isFound: Bool, _ isApart: Bool, _ counts: inout (tuned: Count, apart: Count)) {
        if isApart {
            counts.apart.total += 1
            counts.apart.found += isFound ? 1 : 0
        } else {
            counts.tuned.total += 1
            counts.tuned.found += isFound ? 1 : 0
        }
    }

    private func verdict(_ sample: Sample, _ direction: Direction) -> Verdict {
        let mail = Self.mail(sample.text, subject: sample.subject ?? "Note")
        return direction == .outbound ? inspector.inspectOutbound(mail).verdict : inspector.inspectInbound(mail).verdict
    }

    private static func mail(_ text: String, subject: String) -> [UInt8] {
        let head = [
            "From: Ada <ada@agents.example>", "To: Bob <bob@partner.example>",
            "Subject: \(subject.isEmpty ? "Note" : String(subject.filter { !$0.isNewline }))",
            "Date: Tue, 24 Nov 2026 10:00:00 +0000", "Message-ID: <1@agents.example>", "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "", "",
        ]
        return Array((head.joined(separator: "\r\n") + text + "\r\n").utf8)
    }

    /// Whether a text is of the two fifths that stand apart: by the first byte of its SHA-256.
    private static func isApart(_ text: String) -> Bool { Sodium.sha256(Array(text.utf8))[0] < 102 }

    // MARK: Speed

    /// Ordinary mail of 10 KB, built of the benign texts, on one core.
    private func speed() {
        let texts = (read("benign/tune/llmail-even.jsonl") ?? []).map(\.text)
        guard !texts.isEmpty else { return }
        let mails = (0..<200).map { number in
            var body = ""
            var next = number
            while body.utf8.count < 10_000 {
                body += texts[next % texts.count] + "\n\n"
                next += 7
            }
            return Self.mail(body, subject: "Note \(number)")
        }
        for direction in Direction.allCases {
            _ = mails.prefix(20).map { inspect($0, direction) }
            var times = mails.map { mail in
                let start = Self.now
                inspect(mail, direction)
                return Self.now - start
            }
            times.sort()
            let sum = times.reduce(0, +)
            let rate = Int(Double(times.count) / sum)
            print(
                "\(direction.rawValue): \(rate) messages of 10 KB a second on a core, p99 \((times[times.count * 99 / 100] * 10_000).rounded() / 10) ms"
            )
        }
    }

    private func inspect(_ mail: [UInt8], _ direction: Direction) {
        _ = direction == .outbound ? inspector.inspectOutbound(mail) : inspector.inspectInbound(mail)
    }

    /// Seconds of this thread's own time.
    private static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
