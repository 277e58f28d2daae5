/// A typed command line cut into its words.
package struct CommandWords: Equatable, Sendable {
    /// The words without their quotes.
    package let words: [String]
    /// Whether the text ends inside a word (no space behind it), which then can be completed.
    package let endsInWord: Bool

    /// Cuts at spaces; double quotes keep words together.
    package init(_ text: String) {
        var words: [String] = []
        var word: String?
        var inQuotes = false
        for character in text {
            if character == "\"" {
                inQuotes.toggle()
                word = word ?? ""
            } else if character.isWhitespace, !inQuotes {
                if let done = word { words.append(done) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let done = word { words.append(done) }
        self.words = words
        endsInWord = word != nil
    }

    /// A word as it must be typed: in quotes where it has a space.
    package static func quoted(_ word: String) -> String {
        word.contains(where: \.isWhitespace) || word.isEmpty ? "\"\(word)\"" : word
    }
}
