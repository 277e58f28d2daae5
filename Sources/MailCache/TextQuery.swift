/// The texts of a filter as an FTS5 query: words, words in quotes, and either with `-` before it for what must not be there.
/// Whatever a person types, and whatever a message is made to hold, is only ever a word in it.
struct TextQuery: Hashable {
    /// A word that must begin so, and where: in one column, or in any where that is empty.
    struct Beginning: Hashable {
        var column: String
        /// ASCII letters and digits in lower case.
        var letters: String
    }

    /// The FTS5 query; empty where nothing of it can be asked.
    let match: String
    /// A query that finds more: words that may go on are cut to the letters that the full text has an index for. What it
    /// finds comes at once, while `match` joins all places of all words that go on so. Nil where nothing was cut.
    let loose: String?
    /// What a message that `loose` finds must have besides.
    let beginnings: [Beginning]
    /// The only thing asked for is words that begin with this one letter, which is no ASCII letter: rows are looked at
    /// instead. Safe in a LIKE pattern.
    let letter: String?
    /// True where the texts hold nothing that could be found (only punctuation).
    let matchesNothing: Bool
    /// True where nothing but words that must not be there is asked for; `match` then finds what has one of them.
    let excludesOnly: Bool

    /// - Parameter account: the local number of the account that the list is over, or nil.
    init(_ filter: MessageFilter, account: Int64?) {
        var (parts, looseParts): ([String], [String]) = ([], [])
        var excluded: [String] = []
        var beginnings: [Beginning] = []
        var asked = 0
        for (column, text) in [
            ("", filter.text), ("sender", filter.from), ("recipients", filter.to), ("subject", filter.subject),
        ] where !text.isEmpty {
            let phrases = Self.phrases(text)
            asked += 1
            func within(_ words: [String], _ joint: String) -> String {
                let expression = words.joined(separator: joint)
                return column.isEmpty ? "(\(expression))" : "\(column) : (\(expression))"
            }
            let (wanted, unwanted) = (Self.words(phrases, excluded: false), Self.words(phrases, excluded: true))
            if !wanted.isEmpty {
                parts.append(within(wanted.map(\.exact), " AND "))
                looseParts.append(within(wanted.map(\.loose), " AND "))
                beginnings += wanted.compactMap(\.beginning).map { Beginning(column: column, letters: $0) }
            }
            if !unwanted.isEmpty { excluded.append(within(unwanted.map(\.exact), " OR ")) }
        }
        let excludesOnly = parts.isEmpty && !excluded.isEmpty
        self.excludesOnly = excludesOnly
        var letter: String?
        if asked == 1, parts.isEmpty, excluded.isEmpty, let only = Self.phrases(filter.text).first,
            Self.isTooShort(only)
        {
            if let words = Self.words(beginningWith: only.text) { parts = [words] } else { letter = only.text }
        }
        self.letter = letter
        // A letter alone beside other words narrows nothing down until its second letter is typed.
        matchesNothing = parts.isEmpty && excluded.isEmpty && letter == nil
        self.beginnings = beginnings
        func whole(_ parts: [String]) -> String {
            var parts = excludesOnly ? ["(\(excluded.joined(separator: " OR ")))"] : parts
            if let account, !parts.isEmpty { parts.insert("\"\(Self.accountWord(account))\"", at: 0) }
            let all = parts.joined(separator: " AND ")
            return excluded.isEmpty || excludesOnly ? all : "(\(all)) NOT (\(excluded.joined(separator: " OR ")))"
        }
        match = whole(parts)
        loose = beginnings.isEmpty ? nil : whole(looseParts)
    }

    /// The word that every message of an account has in the full text. It begins with a character for private use, so
    /// that no text of a message is taken for it.
    static func accountWord(_ account: Int64) -> String { "\u{E000}\(account)" }

    /// A word, or several words in quotes.
    private struct Phrase {
        var text: String
        /// True where the word may go on: it is the last one and no space or quote ended it.
        var isPrefix: Bool
        /// True where it must not be there.
        var isExcluded: Bool
    }

    private static func phrases(_ text: String) -> [Phrase] {
        var phrases: [Phrase] = []
        var current = ""
        var isQuoted = false
        var isExcluded = false
        func end(isPrefix: Bool) {
            if current.unicodeScalars.contains(where: isWordScalar) {
                phrases.append(Phrase(text: current, isPrefix: isPrefix, isExcluded: isExcluded))
            }
            current = ""
        }
        for character in text.unicodeScalars {
            if character == "\"" {
                end(isPrefix: false)
                if isQuoted { isExcluded = false }
                isQuoted.toggle()
            } else if !isQuoted, character.properties.isWhitespace {
                end(isPrefix: false)
                isExcluded = false
            } else if !isQuoted, current.isEmpty, character == "-" {
                isExcluded = true
            } else if character.value != 0, character != "\u{E000}" {
                current.unicodeScalars.append(character)
            }
        }
        end(isPrefix: true)
        return phrases
    }

    /// What the tokenizer makes words of: letters, digits and characters for private use.
    private static func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber, .privateUse:
            true
        default: false
        }
    }

    /// A word as FTS5 is asked for it.
    private struct Word {
        var exact: String
        var loose: String
        /// What the loose one leaves out, or nil where it is the exact one.
        var beginning: String?
    }

    private static func words(_ phrases: [Phrase], excluded: Bool) -> [Word] {
        phrases.filter { $0.isExcluded == excluded && !isTooShort($0) }.map { phrase in
            let exact = "\"\(phrase.text)\"\(phrase.isPrefix ? "*" : "")"
            // The full text has indexes for the first two and three letters of words.
            guard phrase.isPrefix, phrase.text.utf8.count > 3, phrase.text.utf8.allSatisfy(isPlain) else {
                return Word(exact: exact, loose: exact)
            }
            return Word(exact: exact, loose: "\"\(phrase.text.prefix(3))\"*", beginning: phrase.text.lowercased())
        }
    }

    /// Words that begin with one letter, by way of the index for two: with each letter or digit behind it, or nothing. Nil
    /// for letters of which nobody can say what may come behind them.
    private static func words(beginningWith letter: String) -> String? {
        guard let first = letter.utf8.first, letter.utf8.count == 1, isPlain(first) else { return nil }
        let others = "abcdefghijklmnopqrstuvwxyz0123456789æðøþßđħıłŋœŧ"
        return "(" + others.map { "\"\(letter)\($0)\"*" }.joined(separator: " OR ") + " OR \"\(letter)\")"
    }

    /// True for the letters and digits of ASCII.
    private static func isPlain(_ byte: UInt8) -> Bool {
        let letter = byte | 0x20
        return letter >= 0x61 && letter <= 0x7A || byte >= 0x30 && byte <= 0x39
    }

    /// True for one Latin, Greek or Cyrillic letter or digit that may go on.
    private static func isTooShort(_ phrase: Phrase) -> Bool {
        let scalars = phrase.text.unicodeScalars
        return phrase.isPrefix && scalars.count == 1 && (scalars.first?.value ?? 0) < 0x0590
    }
}
