/// The texts of a filter as an FTS5 query: words, words in quotes, and either with `-` before it for what must not be there.
/// Whatever a person types, and whatever a message is made to hold, is only ever a word in it.
struct TextQuery: Hashable {
    /// The FTS5 query; empty where nothing of it can be asked.
    let match: String
    /// The only thing asked for is words that begin with this one letter: too many for the full text, so rows are looked
    /// at instead. Safe in a LIKE pattern.
    let letter: String?
    /// True where the texts hold nothing that could be found (only punctuation).
    let matchesNothing: Bool
    /// True where nothing but words that must not be there is asked for; `match` then finds what has one of them.
    let excludesOnly: Bool

    /// - Parameter account: the local number of the account that the list is over, or nil.
    init(_ filter: MessageFilter, account: Int64?) {
        var parts: [String] = []
        var excluded: [String] = []
        var asked = 0
        for (column, text) in [
            ("", filter.text), ("sender", filter.from), ("recipients", filter.to), ("subject", filter.subject),
        ] where !text.isEmpty {
            let phrases = Self.phrases(text)
            asked += 1
            func within(_ expression: String) -> String {
                column.isEmpty ? "(\(expression))" : "\(column) : (\(expression))"
            }
            let (wanted, unwanted) = (Self.words(phrases, excluded: false), Self.words(phrases, excluded: true))
            if !wanted.isEmpty { parts.append(within(wanted.joined(separator: " AND "))) }
            if !unwanted.isEmpty { excluded.append(within(unwanted.joined(separator: " OR "))) }
        }
        excludesOnly = parts.isEmpty && !excluded.isEmpty
        if asked == 1, parts.isEmpty, excluded.isEmpty, let only = Self.phrases(filter.text).first,
            Self.isTooShort(only)
        {
            letter = only.text
            matchesNothing = false
        } else {
            letter = nil
            // A letter alone beside other words narrows nothing down until its second letter is typed.
            matchesNothing = parts.isEmpty && excluded.isEmpty
        }
        if excludesOnly { parts = ["(\(excluded.joined(separator: " OR ")))"] }
        if let account, !parts.isEmpty { parts.insert("\"\(Self.accountWord(account))\"", at: 0) }
        let all = parts.joined(separator: " AND ")
        match = excluded.isEmpty || excludesOnly ? all : "(\(all)) NOT (\(excluded.joined(separator: " OR ")))"
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

    private static func words(_ phrases: [Phrase], excluded: Bool) -> [String] {
        phrases.filter { $0.isExcluded == excluded && !isTooShort($0) }
            .map { "\"\($0.text)\"\($0.isPrefix ? "*" : "")" }
    }

    /// True for one Latin, Greek or Cyrillic letter or digit that may go on.
    private static func isTooShort(_ phrase: Phrase) -> Bool {
        let scalars = phrase.text.unicodeScalars
        return phrase.isPrefix && scalars.count == 1 && (scalars.first?.value ?? 0) < 0x0590
    }
}
