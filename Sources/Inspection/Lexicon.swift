/// Words by what they do in an instruction, and the combinations of them that tell one.
struct Lexicon: Sendable {
    /// By the name of a class, its words.
    var classes: [String: [String]] = [:]
    var combinations: [Combination] = []

    mutating func merge(_ other: Lexicon) {
        classes.merge(other.classes) { $0 + $1 }
        combinations += other.combinations
    }
}

/// Classes of words that tell an instruction where they stand together.
package struct Combination: Sendable {
    /// Its name in findings.
    package let id: String
    package let category: Category
    package let severity: Severity
    package let confidence: Double
    package let why: String
    /// What must stand together; each place may be taken by one of several classes.
    package let classes: [[String]]
    /// How many characters may lie between two of them.
    package let distance: Int
    /// Whether words of scripts with spaces must stand in the order of the classes.
    let isOrdered: Bool
    /// Whether the words may stand in several sentences.
    let crossesSentences: Bool
    /// Classes whose words in the same sentence take a find back.
    let unless: [String]
    package let place: RulePlace
    package let matches: [String]
    package let spares: [String]
}

/// Looks for the words of a lexicon in one pass and for the combinations among them.
struct LexiconScanner: Sendable {
    /// A combination that was found.
    struct Match {
        let combination: Combination
        let range: Range<Int>
        /// Whether it stands in quotation marks or after words such as "phrases like", as in a report of others' words.
        let isQuoted: Bool
    }

    let lexicon: Lexicon
    private let index: KeywordIndex
    private let words: [Word]
    private let classNumbers: [String: Int]
    private let classCount: Int
    private let names: [String]

    private struct Word {
        let classNumber: Int
        let isWhole: Bool
        /// Whether letters before it make it a part of another word.
        let needsBoundary: Bool
    }

    private static let mostHits = 3_000

    init(_ lexicon: Lexicon) {
        self.lexicon = lexicon
        var spelled: [[UInt8]] = []
        var words: [Word] = []
        var numbers: [String: Int] = [:]
        for (number, name) in lexicon.classes.keys.sorted().enumerated() {
            numbers[name] = number
            for word in lexicon.classes[name] ?? [] {
                let isWhole = word.hasSuffix("$")
                let bytes = Array((isWhole ? String(word.dropLast()) : word).lowercased().utf8)
                guard let first = bytes.first else { continue }
                spelled.append(bytes)
                let isSpaced =
                    first < 0x80 || first == 0xD0 || first == 0xD1 || first == 0xC3 || first == 0xC5 || first == 0xCE
                    || first == 0xCF
                words.append(Word(classNumber: number, isWhole: isWhole, needsBoundary: isSpaced))
                // Thai writes one vowel as one character or as two.
                let parted = Array(
                    word.split(separator: "\u{E33}", omittingEmptySubsequences: false).joined(
                        separator: "\u{E4D}\u{E32}"
                    ).utf8)
                if parted.count != bytes.count, !isWhole, bytes.contains(0xE0) {
                    spelled.append(parted)
                    words.append(Word(classNumber: number, isWhole: false, needsBoundary: false))
                }
            }
        }
        index = KeywordIndex(spelled)
        self.words = words
        classNumbers = numbers
        classCount = numbers.count
        names = lexicon.classes.keys.sorted()
    }

    /// The combinations in a text.
    func scan(_ text: [UInt8]) -> [Match] {
        var places = [[Range<Int>]](repeating: [], count: classCount)
        for hit in index.hits(in: text, most: Self.mostHits) {
            let word = words[hit.word]
            if word.needsBoundary, Self.isLetter(before: hit.range.lowerBound, text) { continue }
            if word.isWhole, Self.isLetter(at: hit.range.upperBound, text) { continue }
            places[word.classNumber].append(hit.range)
        }
        var result: [Match] = []
        for combination in lexicon.combinations {
            let wanted = combination.classes.map { names in
                names.compactMap { classNumbers[$0] }.flatMap { places[$0] }.sorted { $0.lowerBound < $1.lowerBound }
            }
            guard wanted.allSatisfy({ !$0.isEmpty }) else { continue }
            let spoilers = combination.unless.compactMap { classNumbers[$0] }.flatMap { places[$0] }
            var end = -1
            for first in wanted[0] where first.lowerBound > end {
                guard let range = join(first, wanted.dropFirst(), combination, text) else { continue }
                if !spoilers.isEmpty {
                    let sentence = Self.sentence(around: range, text)
                    if spoilers.contains(where: { $0.overlaps(sentence) }) { continue }
                }
                result.append(Match(combination: combination, range: range, isQuoted: isQuoted(range, text)))
                end = range.upperBound + 40
                if result.count >= 200 { return result }
            }
        }
        return result
    }

    /// Where words of the classes begin, with the classes' names.
    func places(in text: [UInt8]) -> [(name: String, start: Int)] {
        index.hits(in: text, most: Self.mostHits).compactMap { hit in
            let word = words[hit.word]
            if word.needsBoundary, Self.isLetter(before: hit.range.lowerBound, text) { return nil }
            if word.isWhole, Self.isLetter(at: hit.range.upperBound, text) { return nil }
            return (names[word.classNumber], hit.range.lowerBound)
        }
    }

    /// Whether the text talks about attacks, as a warning or a report does.
    func talksAboutAttacks(_ text: [UInt8]) -> Bool {
        guard let talk = classNumbers["talk"] else { return false }
        var seen: Set<Int> = []
        for hit in index.hits(in: text, most: Self.mostHits) where words[hit.word].classNumber == talk {
            seen.insert(hit.word)
            if seen.count >= 2 { return true }
        }
        return false
    }

    private func join(
        _ first: Range<Int>, _ others: ArraySlice<[Range<Int>]>, _ combination: Combination, _ text: [UInt8]
    ) -> Range<Int>? {
        // Characters of other scripts take two or three bytes, and verbs may stand last there.
        let isForeign = text[first.lowerBound..<first.upperBound].contains { $0 >= 0x80 }
        let distance = combination.distance * (isForeign ? 3 : 1)
        let isOrdered = combination.isOrdered && !isForeign
        let sentence = combination.crossesSentences ? 0..<text.count : Self.sentence(around: first, text)
        var range = first
        for list in others {
            let low = max(sentence.lowerBound, isOrdered ? range.upperBound : range.lowerBound - distance)
            let high = min(sentence.upperBound, range.upperBound + distance)
            guard
                let next = list.first(where: { place in
                    place.lowerBound >= low && place.lowerBound < high && !place.overlaps(first)
                })
            else { return nil }
            range = min(range.lowerBound, next.lowerBound)..<max(range.upperBound, next.upperBound)
        }
        return range
    }

    /// The sentence that holds a range: from sign to sign, at most so many bytes to each side.
    private static func sentence(around range: Range<Int>, _ text: [UInt8]) -> Range<Int> {
        var start = range.lowerBound
        while start > 0, range.lowerBound - start < 400, !endsSentence(text, start - 1) { start -= 1 }
        var end = range.upperBound
        while end < text.count, end - range.upperBound < 400, !endsSentence(text, end) { end += 1 }
        return start..<end
    }

    private static func endsSentence(_ text: [UInt8], _ index: Int) -> Bool {
        switch text[index] {
        case 0x2E, 0x21, 0x3F:
            return index + 1 >= text.count || text[index + 1] <= 0x20 || text[index + 1] >= 0x80
                || text[index + 1] == 0x22
        case 10: return index + 1 < text.count && (text[index + 1] == 10 || text[index + 1] == 13)
        // The ideographic full stop and the danda.
        case 0x82: return index >= 2 && text[index - 2] == 0xE3 && text[index - 1] == 0x80
        case 0xA4: return index >= 2 && text[index - 2] == 0xE0 && text[index - 1] == 0xA5
        default: return false
        }
    }

    private static func isLetter(at index: Int, _ text: [UInt8]) -> Bool {
        index < text.count && isLetter(ScalarDecoding.next(text, index).scalar)
    }

    private static func isLetter(before index: Int, _ text: [UInt8]) -> Bool {
        var start = index - 1
        while start > 0, index - start < 4, text[start] & 0xC0 == 0x80 { start -= 1 }
        return start >= 0 && isLetter(ScalarDecoding.next(text, start).scalar)
    }

    /// Letters and digits of scripts that write spaces between words.
    private static func isLetter(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0xC0...0x24F, 0x370...0x52F: true
        default: false
        }
    }

    /// Whether a range is quoted: quotation marks stand on both sides within a sentence, or words that introduce somebody's words.
    func isQuoted(_ range: Range<Int>, _ text: [UInt8]) -> Bool {
        let before = text[max(0, range.lowerBound - 80)..<range.lowerBound]
        let after = text[range.upperBound..<min(text.count, range.upperBound + 160)]
        let marks: Set<UInt8> = [0x22, 0x60]
        if before.contains(where: marks.contains), after.contains(where: marks.contains) { return true }
        let curly = String(decoding: before, as: UTF8.self).lowercased()
        if curly.contains("“") || curly.contains("«") || curly.contains("‘") || curly.contains("„") { return true }
        return Self.introductions.contains(where: curly.contains)
    }

    private static let introductions = [
        "such as", "phrases like", "like '", "e.g.", "for example", "attempts to", "attackers ", "attacker ",
        "tells the model", "tell the model", "telling the model", "trick ", "tricks ", "instructing ", "instructs ",
        "text that says", "something like", "says ", "asks the model", "asking the model", "strings like",
        "the classic", "so-called", "payloads like", "messages that",
    ]
}
