/// Why a command line was not taken.
package struct ShellWordsError: Error, Sendable {
    package let message: String
    package let cure: String
}

/// Splits a command line into words without asking a shell.
package enum ShellWords {
    /// Quotation marks and backslashes work as in a shell. What a shell would expand or run is refused, because nothing
    /// here does it and a person would expect it.
    package static func split(_ text: String) throws(ShellWordsError) -> [String] {
        var words: [String] = []
        var word = ""
        var isInWord = false
        var quote: Character?
        var characters = Substring(text)
        while let character = characters.popFirst() {
            switch (quote, character) {
            case ("'", "'"), ("\"", "\""): quote = nil
            case ("'", _): word.append(character)
            case (_, "\\"):
                guard let next = characters.popFirst() else {
                    throw .init(message: "ends in a backslash", cure: "take it away")
                }
                word.append(next)
                isInWord = true
            case (nil, "'"), (nil, "\""):
                quote = character
                isInWord = true
            case ("\"", "$"), ("\"", "`"), (nil, "$"), (nil, "`"), (nil, "|"), (nil, "&"), (nil, ";"), (nil, "<"),
                (nil, ">"),
                (nil, "("), (nil, ")"), (nil, "*"), (nil, "?"), (nil, "~"), (nil, "#"), (nil, "{"), (nil, "["):
                throw .init(
                    message: "holds “\(character)”, which means something to a shell, and none is used",
                    cure: "quote it, or write a list that names the shell: [\"sh\", \"-c\", \"…\"]")
            case (nil, " "), (nil, "\t"), (nil, "\n"):
                if isInWord { words.append(word) }
                word = ""
                isInWord = false
            default:
                word.append(character)
                isInWord = true
            }
        }
        guard quote == nil else { throw .init(message: "has a quotation mark that is not closed", cure: "close it") }
        if isInWord { words.append(word) }
        guard let first = words.first, !first.isEmpty else {
            throw .init(message: "names no program", cure: "write the program and its arguments")
        }
        return words
    }
}
