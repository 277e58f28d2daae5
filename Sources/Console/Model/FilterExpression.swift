/// What a person typed after `/`: words that must be there, words that must not, and where to look.
///
/// - `invoice paid`: both words, anywhere in the message, its body too (full text of the cache).
/// - `!invoice`: rows whose visible fields do not contain the word.
/// - `from:bob`: the sender's name or address contains it.
/// - `to:`, `subject:`: likewise.
/// - `re:^Re: .*[0-9]{4}`: a POSIX extended regular expression over sender and subject; takes the rest of the line.
/// - `is:unread`, `is:flagged`, `is:held`, `has:attachment`: flags.
///
/// A leading `/` is dropped (`//from:` is what a habit of typing it twice gives).
package struct FilterExpression: Equatable, Sendable {
    /// One field that a term may be tied to.
    package enum Field: String, CaseIterable, Sendable {
        case from, to, subject
    }

    /// A flag that a row may be asked for.
    package enum Flag: String, CaseIterable, Sendable {
        case unread, flagged, held, attachment, answered, draft
    }

    /// One condition; all of them must hold.
    package enum Term: Equatable, Sendable {
        case word(String)
        case field(Field, String)
        case flag(Flag)
        case pattern(String)
        indirect case not(Term)
    }

    package let source: String
    package let terms: [Term]

    /// Reads what was typed; never fails, since it is read at every key: an unfinished term is left out.
    package init(_ source: String) {
        self.source = source
        var rest = Substring(source)
        var terms: [Term] = []
        if rest.first == "/" { rest = rest.dropFirst() }
        while true {
            rest = rest.drop(while: \.isWhitespace)
            guard !rest.isEmpty else { break }
            var negated = false
            var body = rest
            if body.first == "!" {
                negated = true
                body = body.dropFirst()
            }
            let term: Term?
            if body.hasPrefix("re:") {
                let pattern = String(body.dropFirst(3))
                term = pattern.isEmpty ? nil : .pattern(pattern)
                rest = ""
            } else {
                let (token, tail) = Self.token(body)
                term = Self.term(token)
                rest = tail
            }
            if let term { terms.append(negated ? .not(term) : term) }
        }
        self.terms = terms
    }

    private static func term(_ token: String) -> Term? {
        guard !token.isEmpty else { return nil }
        guard let colon = token.firstIndex(of: ":") else { return .word(token) }
        let name = token[..<colon].lowercased()
        let value = String(token[token.index(after: colon)...])
        if let field = Field(rawValue: name) { return value.isEmpty ? nil : .field(field, value) }
        if name == "is" || name == "has" {
            guard let flag = Flag(rawValue: value.lowercased()) else { return nil }
            return .flag(flag)
        }
        return .word(token)
    }

    /// One word, or what stands in double quotes (also after `from:`), and what follows.
    private static func token(_ text: Substring) -> (String, Substring) {
        var token = ""
        var inQuotes = false
        for index in text.indices {
            let character = text[index]
            if character == "\"" {
                inQuotes.toggle()
            } else if character.isWhitespace, !inQuotes {
                return (token, text[index...])
            } else {
                token.append(character)
            }
        }
        return (token, "")
    }
}
