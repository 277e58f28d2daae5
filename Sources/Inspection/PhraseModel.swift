/// How much a text reads like an order to a machine, by the phrases in it.
///
/// A linear score: the weights of the phrases of a window of a few sentences, over the root of the window's length. What
/// it is made of can be told: the phrases that weighed most.
struct PhraseModel: Sendable {
    /// The window that reads most like an order.
    struct Reading: Sendable {
        /// Logarithm of the odds; 0 is as likely as not among the texts that it was learnt from.
        let score: Double
        /// Where the window lies in the text.
        let range: Range<Int>
        /// The phrases that weighed most, the heaviest first.
        let phrases: [String]
    }

    /// An occurrence of a phrase of the table.
    private struct Hit {
        let phrase: Int32
        let firstToken: Int
        /// The token after the phrase.
        let endToken: Int
    }

    private var numbers = PhraseTable()
    private var weights: [Double] = []
    private var phrases: [String] = []
    private var intercept = 0.0
    /// The numbers of the lexicon's classes that have weights, and their weights alone and by twos, in rows.
    private var conceptNumbers: [String: Int] = [:]
    private var conceptWeights: [Double] = []
    private var pairWeights: [Double] = []

    /// The least number of words of a window, unless the text ends: an order by itself, and one among its neighbours.
    static let windows = [6, 24]
    private static let longest = 60
    private static let mostTokens = 60_000

    /// Reads the table: lines of a weight in hundredths and a phrase; `#` begins a remark.
    init(_ table: [UInt8]) {
        var concepts: [(name: String, weight: Double)] = []
        for line in table.split(separator: 10) where line.first != 0x23 {
            guard let blank = line.firstIndex(of: 0x20) else { continue }
            let phrase = line[line.index(after: blank)...]
            if line.starts(with: "intercept".utf8) {
                intercept = Double(Int(String(decoding: phrase, as: UTF8.self)) ?? 0) / 100
                continue
            }
            guard let weight = Int(String(decoding: line[..<blank], as: UTF8.self)) else { continue }
            if phrase.starts(with: "§".utf8) {
                concepts.append((String(decoding: phrase.dropFirst(2), as: UTF8.self), Double(weight) / 100))
                continue
            }
            guard weights.count < PhraseTable.most else { continue }
            numbers.insert(Int32(weights.count), for: PhraseToken.hash(phrase))
            weights.append(Double(weight) / 100)
            phrases.append(String(decoding: phrase, as: UTF8.self))
        }
        addConcepts(concepts)
    }

    private mutating func addConcepts(_ list: [(name: String, weight: Double)]) {
        let names = Set(list.flatMap { $0.name.split(separator: "+").map(String.init) }).sorted().prefix(64)
        for (number, name) in names.enumerated() { conceptNumbers[name] = number }
        conceptWeights = [Double](repeating: 0, count: names.count)
        pairWeights = [Double](repeating: 0, count: names.count * names.count)
        for (name, weight) in list {
            let numbers = name.split(separator: "+").compactMap { conceptNumbers[String($0)] }
            switch numbers.count {
            case 1: conceptWeights[numbers[0]] = weight
            case 2: pairWeights[min(numbers[0], numbers[1]) * names.count + max(numbers[0], numbers[1])] = weight
            default: break
            }
        }
    }

    /// The window of a text that reads most like an order; nil for a text of fewer than three words.
    ///
    /// - Parameters:
    ///   - text: In lower case, but for letters of ASCII, which may stand in either.
    ///   - places: Where words of the lexicon's classes begin in it.
    func read(_ text: [UInt8], places: [(name: String, start: Int)], until deadline: Deadline) -> Reading? {
        guard !weights.isEmpty else { return nil }
        let text = PhraseToken.lowered(text)
        let (tokens, starts) = PhraseToken.split(text, most: Self.mostTokens)
        guard !starts.isEmpty else { return nil }
        let hits = hits(tokens, text)
        let concepts = PhraseConcept.all(places, tokens).compactMap { concept in
            conceptNumbers[concept.name].map { (token: concept.token, number: $0) }
        }
        var best: (score: Double, window: Range<Int>)?
        for least in Self.windows {
            if let next = self.best(hits, concepts, starts, tokens.count, least, until: deadline),
                best.map({ next.score > $0.score }) ?? true
            {
                best = next
            }
        }
        guard let best else { return nil }
        let range =
            tokens[best.window.lowerBound].range.lowerBound..<tokens[best.window.upperBound - 1].range.upperBound
        return Reading(score: best.score, range: range, phrases: heaviest(hits, best.window))
    }

    /// The window of sentences of so many words that reads most like an order.
    private func best(
        _ hits: [Hit], _ concepts: [(token: Int, number: Int)], _ starts: [Int], _ count: Int, _ least: Int,
        until deadline: Deadline
    ) -> (score: Double, window: Range<Int>)? {
        var seen = [Int32](repeating: -1, count: weights.count)
        var best: (score: Double, window: Range<Int>)?
        var firstHit = 0
        var firstConcept = 0
        for (number, start) in starts.enumerated() {
            if number % 64 == 63, deadline.hasPassed { break }
            let (window, isLast) = Self.window(from: number, starts, count, least)
            while firstHit < hits.count, hits[firstHit].firstToken < start { firstHit += 1 }
            while firstConcept < concepts.count, concepts[firstConcept].token < start { firstConcept += 1 }
            if window.count >= 3 {
                var sum = conceptSum(concepts, from: firstConcept, to: window.upperBound)
                var hit = firstHit
                while hit < hits.count, hits[hit].firstToken < window.upperBound {
                    let phrase = Int(hits[hit].phrase)
                    if hits[hit].endToken <= window.upperBound, seen[phrase] != Int32(number) {
                        seen[phrase] = Int32(number)
                        sum += weights[phrase]
                    }
                    hit += 1
                }
                let score = sum / Self.size(window.count) + intercept
                if best.map({ score > $0.score }) ?? true { best = (score, window) }
            }
            if isLast, least > Self.windows[0] { break }
        }
        return best
    }

    /// What the words of the lexicon in a window add, each class once, and each two of them.
    private func conceptSum(_ concepts: [(token: Int, number: Int)], from first: Int, to end: Int) -> Double {
        var present: UInt64 = 0
        var index = first
        while index < concepts.count, concepts[index].token < end {
            present |= 1 << UInt64(concepts[index].number)
            index += 1
        }
        var sum = 0.0
        var rest = present
        while rest != 0 {
            let one = rest.trailingZeroBitCount
            rest &= rest - 1
            sum += conceptWeights[one]
            var others = rest
            while others != 0 {
                sum += pairWeights[one * conceptWeights.count + others.trailingZeroBitCount]
                others &= others - 1
            }
        }
        return sum
    }

    /// What the sum of the weights of so many words is divided by.
    static func size(_ count: Int) -> Double { Double(max(8, 3 * count)).squareRoot() }

    /// Whole sentences from one on until there are words enough, and whether the text ends with them.
    static func window(from number: Int, _ starts: [Int], _ count: Int, _ least: Int)
        -> (Range<Int>, isLast: Bool)
    {
        let start = starts[number]
        var next = number + 1
        while next < starts.count, starts[next] - start < least { next += 1 }
        let end = next < starts.count ? starts[next] : count
        return (start..<min(end, start + longest), next >= starts.count)
    }

    /// The phrases of the table in a text, in the order of their first words.
    private func hits(_ tokens: [PhraseToken], _ text: [UInt8]) -> [Hit] {
        var result: [Hit] = []
        for first in tokens.indices {
            var hash = PhraseToken.seed
            for end in (first + 1)...(first + 3) where end <= tokens.count {
                if end > first + 1 { hash = PhraseToken.add(0x20, to: hash) }
                hash = tokens[end - 1].add(to: hash, text)
                if let phrase = numbers[hash] {
                    result.append(Hit(phrase: phrase, firstToken: first, endToken: end))
                }
            }
            tokens[first].forEachPiece(text) { _, _, _, hash in
                if let phrase = numbers[hash] {
                    result.append(Hit(phrase: phrase, firstToken: first, endToken: first + 1))
                }
            }
        }
        return result
    }

    private func heaviest(_ hits: [Hit], _ window: Range<Int>) -> [String] {
        var inside: Set<Int> = []
        for hit in hits where hit.firstToken >= window.lowerBound && hit.endToken <= window.upperBound {
            // Pieces of words say nothing to people.
            if weights[Int(hit.phrase)] > 0, phrases[Int(hit.phrase)].utf8.first != PhraseToken.pieceMark {
                inside.insert(Int(hit.phrase))
            }
        }
        return inside.sorted { weights[$0] == weights[$1] ? $0 < $1 : weights[$0] > weights[$1] }.prefix(3).map {
            phrases[$0]
        }
    }
}

/// The numbers of phrases by the hash of their letters, in one row of places: several lookups are made for every word of
/// every message.
private struct PhraseTable: Sendable {
    /// How many phrases it may hold: half of its places.
    static let most = 16_384
    private static let mask = 2 * most - 1

    /// 0 is an empty place.
    private var keys = [UInt64](repeating: 0, count: 2 * most)
    private var values = [Int32](repeating: 0, count: 2 * most)

    /// The last letters of a short phrase change few of the hash's middle bits; the product spreads them over all.
    private static func place(_ hash: UInt64) -> Int {
        Int(truncatingIfNeeded: (hash &* 0x9E37_79B9_7F4A_7C15) >> 40) & mask
    }

    mutating func insert(_ value: Int32, for hash: UInt64) {
        var place = Self.place(hash)
        while keys[place] != 0, keys[place] != hash { place = (place + 1) & Self.mask }
        keys[place] = hash
        values[place] = value
    }

    subscript(hash: UInt64) -> Int32? {
        var place = Self.place(hash)
        while keys[place] != hash {
            if keys[place] == 0 { return nil }
            place = (place + 1) & Self.mask
        }
        return values[place]
    }
}

/// A word, a character of a script without blanks, a number or a question mark.
struct PhraseToken: Sendable {
    /// Where it lies in the text.
    let range: Range<Int>
    /// A number is one word whatever its digits; a question mark is one in any script.
    let kind: Kind

    enum Kind: Sendable { case word, number, question }

    static let seed: UInt64 = 0xCBF2_9CE4_8422_2325

    /// One step of FNV-1a.
    static func add(_ byte: UInt8, to hash: UInt64) -> UInt64 { (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }

    static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 { bytes.reduce(seed) { add($1, to: $0) } }

    func add(to hash: UInt64, _ text: [UInt8]) -> UInt64 {
        switch kind {
        case .number: return Self.add(0x30, to: hash)
        case .question: return Self.add(0x3F, to: hash)
        case .word:
            var hash = hash
            for index in range { hash = Self.add(text[index], to: hash) }
            return hash
        }
    }

    /// What begins the name of a piece of a word in the table.
    static let pieceMark = UInt8(ascii: "~")

    /// Letters of ASCII in lower case.
    static func lowered(_ text: [UInt8]) -> [UInt8] { text.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 } }

    /// Visits the pieces of three to five letters of a word of more than three, its ends counted as letters: what words
    /// have in common whatever their endings, and what is left of a word that was misspelled.
    ///
    /// - Parameter visit: Is given the letters, whether the word's beginning and end belong to the piece, and its hash, in
    ///   which `<` and `>` stand for the ends.
    @inline(__always)
    func forEachPiece(
        _ text: [UInt8], _ visit: (_ letters: Range<Int>, _ isFirst: Bool, _ isLast: Bool, _ hash: UInt64) -> Void
    ) {
        guard kind == .word, range.count > 3 else { return }
        var letters = 0
        for index in range where text[index] & 0xC0 != 0x80 { letters += 1 }
        guard letters > 3 else { return }
        var start = range.lowerBound
        var isFirst = true
        while start < range.upperBound {
            var hash = Self.add(Self.pieceMark, to: Self.seed)
            if isFirst { hash = Self.add(UInt8(ascii: "<"), to: hash) }
            var count = isFirst ? 1 : 0
            var place = start
            var isLast = false
            while count < 5, !isLast {
                isLast = place >= range.upperBound
                if isLast {
                    hash = Self.add(UInt8(ascii: ">"), to: hash)
                } else {
                    repeat {
                        hash = Self.add(text[place], to: hash)
                        place += 1
                    } while place < range.upperBound && text[place] & 0xC0 == 0x80
                }
                count += 1
                if count >= 3 { visit(start..<place, isFirst, isLast, hash) }
            }
            if isFirst {
                isFirst = false
            } else {
                repeat { start += 1 } while start < range.upperBound && text[start] & 0xC0 == 0x80
            }
        }
    }

    /// The tokens of a text, and the numbers of those that begin a sentence of three or more.
    static func split(_ text: [UInt8], most: Int) -> (tokens: [PhraseToken], starts: [Int]) {
        var tokens: [PhraseToken] = []
        var starts: [Int] = []
        var sentence = 0
        var wordStart: Int?
        var hasLine = false
        var index = 0
        func closeWord(_ end: Int) {
            guard var start = wordStart else { return }
            wordStart = nil
            var end = end
            while start < end, text[start] == 0x27 { start += 1 }
            while end > start, text[end - 1] == 0x27 { end -= 1 }
            if start < end { tokens.append(PhraseToken(range: start..<end, kind: .word)) }
        }
        while index < text.count, tokens.count < most {
            let (scalar, length) = ScalarDecoding.next(text, index)
            let next = index + max(1, length)
            if isLetter(scalar) {
                if wordStart == nil { wordStart = index }
                hasLine = false
                index = next
                continue
            }
            closeWord(index)
            var endsSentence = false
            switch scalar {
            case 0x30...0x39:
                if tokens.count == sentence || tokens[tokens.count - 1].kind != .number {
                    tokens.append(PhraseToken(range: index..<next, kind: .number))
                }
            case 0x3F, 0xFF1F, 0x61F:
                tokens.append(PhraseToken(range: index..<next, kind: .question))
                endsSentence = true
            case 0x2E, 0x21, 0x3002, 0xFF01, 0x964: endsSentence = true
            case 10: endsSentence = hasLine
            default: if isSingle(scalar) { tokens.append(PhraseToken(range: index..<next, kind: .word)) }
            }
            hasLine = scalar == 10 || hasLine && (scalar == 32 || scalar == 9 || scalar == 13)
            if endsSentence, tokens.count - sentence >= 3 {
                starts.append(sentence)
                sentence = tokens.count
            }
            index = next
        }
        closeWord(min(index, text.count))
        if tokens.count > sentence { starts.append(sentence) }
        return (tokens, starts)
    }

    /// Letters of scripts that part words by blanks, and the apostrophe.
    private static func isLetter(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x27, 0x61...0x7A, 0x41...0x5A: true
        case 0x964, 0x965, 0x61F, 0x60C, 0x61B: false
        case 0xC0...0x24F, 0x370...0x52F, 0x590...0x74F, 0x900...0xDFF, 0x10A0...0x10FF, 0x1E00...0x1EFF: true
        default: false
        }
    }

    /// Characters of scripts that write words without blanks; Hangul too, whose words take many endings.
    private static func isSingle(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0xE00...0xE7F, 0x3040...0x30FF, 0x3400...0x9FFF, 0xAC00...0xD7A3, 0xF900...0xFAFF: true
        default: false
        }
    }
}
