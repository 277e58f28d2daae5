/// What the weights of the phrase model are learnt on: the windows of a text with their features, as the model reads them.
///
/// A feature is a phrase of one to three words, a piece of a word behind a tilde, or, behind a section sign, what words
/// of the lexicon do in the window, alone and by twos: `§demand`, `§demand+secret`. What words do is the same in every
/// language of the lexicon, so that what is learnt in one helps in the others.
package struct PhraseFeatures: Sendable {
    /// A window of a few sentences.
    package struct Window: Sendable {
        /// Its features, each once.
        package let features: Set<String>
        /// How many words it has.
        package let count: Int

        /// What the sum of its features' weights is divided by.
        package var size: Double { PhraseModel.size(count) }
    }

    private let lexicon: LexiconScanner

    /// Makes a reader of features by the program's own lexicon.
    package init() {
        lexicon = RuleBook.builtIn.lexicon
    }

    /// The windows of a text; none where it has fewer than three words.
    package func windows(of text: String) -> [Window] {
        guard let form = LexiconText.readings(NormalForm(Array(text.utf8))).first else { return [] }
        let bytes = PhraseToken.lowered(form.bytes)
        let (tokens, starts) = PhraseToken.split(bytes, most: 3_000)
        guard !starts.isEmpty else { return [] }
        let concepts = PhraseConcept.all(lexicon.places(in: bytes), tokens)
        var result: [Window] = []
        var seen: Set<Range<Int>> = []
        for least in PhraseModel.windows {
            for number in starts.indices {
                let (window, isLast) = PhraseModel.window(from: number, starts, tokens.count, least)
                if window.count >= 3, seen.insert(window).inserted {
                    result.append(read(window, tokens, bytes, concepts))
                }
                if isLast, least > PhraseModel.windows[0] { break }
            }
        }
        return result
    }

    private func read(_ window: Range<Int>, _ tokens: [PhraseToken], _ text: [UInt8], _ concepts: [PhraseConcept])
        -> Window
    {
        var features: Set<String> = []
        let words = window.map { tokens[$0].spelled(text) }
        for first in words.indices {
            for end in first..<min(first + 3, words.count) {
                features.insert(words[first...end].joined(separator: " "))
            }
            tokens[window.lowerBound + first].forEachPiece(text) { letters, isFirst, isLast, _ in
                let piece = String(decoding: text[letters], as: UTF8.self)
                features.insert("~\(isFirst ? "<" : "")\(piece)\(isLast ? ">" : "")")
            }
        }
        let names = Set(concepts.lazy.filter { window.contains($0.token) }.map(\.name)).sorted()
        for (index, name) in names.enumerated() {
            features.insert("§\(name)")
            for other in names[(index + 1)...] { features.insert("§\(name)+\(other)") }
        }
        return Window(features: features, count: window.count)
    }
}

/// What a word of a text does, by the lexicon.
struct PhraseConcept: Sendable {
    /// The class of the lexicon, or `?` for a question mark.
    let name: String
    /// The number of the token at which it stands.
    let token: Int

    /// The places of the lexicon's words as tokens, in their order, and the question marks.
    static func all(_ places: [(name: String, start: Int)], _ tokens: [PhraseToken]) -> [PhraseConcept] {
        var result: [PhraseConcept] = []
        for (index, token) in tokens.enumerated() where token.kind == .question {
            result.append(PhraseConcept(name: "?", token: index))
        }
        for place in places {
            var low = 0
            var high = tokens.count
            while low < high {
                let middle = (low + high) / 2
                if tokens[middle].range.lowerBound <= place.start { low = middle + 1 } else { high = middle }
            }
            if low > 0 { result.append(PhraseConcept(name: place.name, token: low - 1)) }
        }
        return result.sorted { $0.token < $1.token }
    }
}

extension PhraseToken {
    /// The token as the table spells it.
    func spelled(_ text: [UInt8]) -> String {
        switch kind {
        case .number: "0"
        case .question: "?"
        case .word: String(decoding: text[range], as: UTF8.self)
        }
    }
}
