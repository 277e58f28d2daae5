import FoundationEssentials
import Glibc
import Inspection
import Testing

/// Mail that is broken at random, the same way for the same seed.
private struct Mutator {
    var state: UInt64

    mutating func random(_ below: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % max(1, below)
    }

    /// What parsers trip over.
    private static let pieces: [[UInt8]] = [
        Array("\r\n\r\n".utf8), Array("\r\n--b\r\n".utf8), Array("\r\n--b--\r\n".utf8), Array("=?utf-8?B?".utf8),
        Array("?=".utf8), Array("<!--".utf8), Array("-->".utf8), Array("</style>".utf8), Array("&#x1F600;".utf8),
        Array("Content-Type: message/rfc822\r\n\r\n".utf8), Array("Content-Transfer-Encoding: base64\r\n".utf8),
        Array("filename*0*=utf-7''%".utf8), [0], [0xFF, 0xFE], [0xE2, 0x80, 0x8B], [0xF3, 0xA0, 0x81, 0x81],
        [0x50, 0x4B, 3, 4], [0x1F, 0x8B, 8, 8], Array("%PDF-1.4\n".utf8), Array("<table><td>".utf8),
        Array("BEGIN RSA PRIVATE KEY".utf8), [0xC0, 0xAF], Array("4556 7375".utf8), Array("style='color:#".utf8),
    ]

    mutating func mutate(_ source: [UInt8], with other: [UInt8]) -> [UInt8] {
        var mail = source
        for _ in 0..<(1 + random(16)) {
            let place = random(mail.count)
            let end = min(mail.count, place + random(80))
            switch random(8) {
            case 0: if place < mail.count { mail[place] = UInt8(random(256)) }
            case 1: if place < mail.count { mail[place] ^= 1 << UInt8(random(8)) }
            case 2: mail.insert(contentsOf: mail[min(place, end)..<end], at: min(place, mail.count))
            case 3: mail.removeSubrange(min(place, end)..<end)
            case 4, 5: mail.insert(contentsOf: Self.pieces[random(Self.pieces.count)], at: min(place, mail.count))
            case 6:
                let from = random(other.count)
                let piece = other[from..<min(other.count, from + random(400))]
                mail.insert(contentsOf: piece, at: min(place, mail.count))
            default:
                let piece = mail[min(place, end)..<end]
                for _ in 0..<random(60) where mail.count < 400_000 { mail.insert(contentsOf: piece, at: place) }
            }
        }
        return mail
    }
}

@Suite("Mail broken at random", .timeLimit(.minutes(60)))
struct FuzzTests {
    private static let sources: [[UInt8]] = [
        Mail.with(file: Mail.document("The key is \(Mail.key)."), name: "list.docx"),
        Mail.with(file: Mail.zip([("a.eml", Mail.make(Mail.key)), ("b.txt", Array(Mail.card.utf8))]), name: "a.zip"),
        Mail.make(
            "<style>.a{display:none}</style><div class=a style='color:#fff'>\(Mail.injection)</div><table><td>x",
            type: "text/html"),
        Mail.make("4556 7375 8689 9855 DE89 3704 0044 0532 0130 00 =?utf-8?Q?=41?= \u{200B}\u{E0041}"),
        Mail.make("password = \(Mail.key)\r\n" + Data(Mail.injection.utf8).base64EncodedString()),
        Mail.make("x", headers: ["To: \"a\\\"b\" <c@d.example>, =?utf-8?B?w7Y=?= <e@f.example>, g: h@i.example;"]),
    ]

    /// 400 messages; for as many minutes as the environment's AGENTICMAIL_FUZZ_MINUTES says where it is set.
    @Test("is read to the end both ways, and what it says stays within its bounds")
    func mutations() {
        let minutes = ProcessInfo.processInfo.environment["AGENTICMAIL_FUZZ_MINUTES"].flatMap(Int.init) ?? 0
        let end = time(nil) + 60 * minutes
        var mutator = Mutator(state: minutes > 0 ? UInt64(truncatingIfNeeded: time(nil)) : 20_261_124)
        var round = 0
        var slowest = 0
        // The product's own budget, so that the long run shows how long a message takes at the most.
        let inspector = minutes > 0 ? Inspector() : Mail.inspector
        while minutes > 0 ? time(nil) < end : round < 400 {
            let source = Self.sources[round % Self.sources.count]
            let seed = mutator.state
            let mail = mutator.mutate(source, with: Self.sources[mutator.random(Self.sources.count)])
            let start = clock()
            for report in [inspector.inspectOutbound(mail), inspector.inspectInbound(mail)] {
                #expect(report.score >= 0 && report.score <= 1, "seed \(seed), source \(round % Self.sources.count)")
                #expect(
                    report.findings.allSatisfy { !$0.part.isEmpty && !$0.why.isEmpty },
                    "seed \(seed), source \(round % Self.sources.count)")
            }
            slowest = max(slowest, Int(clock() - start) / 1_000)
            round += 1
        }
        if minutes > 0 {
            var usage = rusage()
            getrusage(RUSAGE_SELF.rawValue, &usage)
            print("\(round) messages, the slowest \(slowest) ms both ways, \(usage.ru_maxrss / 1_024) MB at the most")
        }
    }
}
