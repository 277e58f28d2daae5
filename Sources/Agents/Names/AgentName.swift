/// An agent's name: the part of its address before the `@`.
///
/// A server changes some names in silence, so only those are taken that every server keeps as they are: lower case
/// letters of ASCII, digits, and `.`, `_`, `-` between them, 64 characters at most (RFC 5321, 4.5.3.1.1).
package struct AgentName: Sendable, Hashable, CustomStringConvertible {
    /// The name.
    package let text: String
    /// The name.
    package var description: String { text }

    /// The most characters that a name may have.
    package static let limit = 64

    /// Names that mail itself, or this program, keeps for something else (RFC 2142 among them).
    package static let reserved: Set<String> = [
        "abuse", "admin", "administrator", "daemon", "dmarc", "ftp", "guard", "hostmaster", "intake", "mailer-daemon",
        "news", "no-reply", "nobody", "noc", "noreply", "postmaster", "review", "reviewer", "root", "security", "uucp",
        "usenet", "webmaster", "www",
    ]

    /// Takes a name; throws `invalid` with what is wrong about it and a name that would do.
    package init(_ text: String) throws(AgentsError) {
        guard !text.isEmpty else {
            throw AgentsError(.invalid, "A name is missing.", cure: "Give one such as “ada”.")
        }
        guard text.utf8.count <= Self.limit else {
            throw AgentsError(
                .invalid, "The name has \(text.count) characters; an address takes \(Self.limit) before its @.",
                cure: "Choose a shorter one.")
        }
        if let problem = Self.problem(of: text) {
            throw AgentsError(.invalid, problem, cure: Self.cure(for: text))
        }
        guard !Self.reserved.contains(text) else {
            throw AgentsError(
                .invalid, "The name “\(text)” is kept for mail itself or for this program.",
                cure: "Choose another, such as “\(text)-agent”.")
        }
        self.text = text
    }

    /// What is wrong about the characters of a name, or nil.
    private static func problem(of text: String) -> String? {
        if text.contains("@") { return "“\(shown(text))” is an address; the name is the part before the @." }
        if text.contains("+") { return "“\(shown(text))” has a +, which is kept for tags of an address." }
        if text.contains(where: \.isWhitespace) {
            return "“\(shown(text))” has a blank; a server takes it out in silence."
        }
        if text.unicodeScalars.contains(where: { ("A"..."Z").contains($0) }) {
            return "“\(shown(text))” has upper case letters; names are in lower case."
        }
        if let other = text.unicodeScalars.first(where: { !isAllowed($0) }) {
            let code = String(other.value, radix: 16, uppercase: true)
            let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
            return other.isASCII
                ? "“\(shown(text))” has a character that a name cannot have (U+\(padded))."
                : "“\(shown(text))” has a character that is not of ASCII (U+\(padded)); many servers cannot reach it."
        }
        if text.contains("..") { return "“\(text)” has two dots side by side." }
        if let first = text.unicodeScalars.first, !isLetterOrDigit(first) {
            return "“\(text)” does not begin with a letter or digit."
        }
        if let last = text.unicodeScalars.last, !isLetterOrDigit(last) {
            return "“\(text)” does not end with a letter or digit."
        }
        return nil
    }

    /// A sentence that names what would be taken instead.
    private static func cure(for text: String) -> String {
        let folded = text.prefix { $0 != "@" && $0 != "+" }.lowercased().unicodeScalars
            .map { isAllowed($0) ? Character($0) : "-" }
        var words = String(folded)
        while words.contains("..") { words.replace("..", with: ".") }
        while words.contains("--") { words.replace("--", with: "-") }
        let trimmed = String(words.trimmingPrefix { !isLetterOrDigit($0) }.reversed())
        let name = String(trimmed.trimmingPrefix { !isLetterOrDigit($0) }.reversed())
        return name.isEmpty
            ? "Use lower case letters, digits, and . _ - between them, such as “ada”."
            : "Use “\(name)”."
    }

    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
    }

    private static func isLetterOrDigit(_ character: Character) -> Bool {
        character.unicodeScalars.count == 1 && character.unicodeScalars.allSatisfy(isLetterOrDigit)
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        isLetterOrDigit(scalar) || scalar == "." || scalar == "_" || scalar == "-"
    }

    /// The name for a sentence: control characters and the like as `?`.
    private static func shown(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.isShown ? $0 : "?" }))
    }
}

extension Unicode.Scalar.Properties {
    /// Whether it is neither a control, nor a format character, nor without meaning.
    fileprivate var isShown: Bool {
        switch generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}
