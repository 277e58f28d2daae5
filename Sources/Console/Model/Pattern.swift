import Glibc

/// A POSIX extended regular expression that a person typed, matched without regard to case.
///
/// Back-references are refused: they alone make matching take exponential time, and the text matched comes from
/// strangers.
package final class Pattern {
    private var compiled: regex_t

    /// Compiles a pattern; nil where it is not valid (yet), or has a back-reference.
    package init?(_ source: String) {
        var escaped = false
        for character in source {
            if escaped, character.isNumber { return nil }
            escaped = character == "\\" && !escaped
        }
        guard source.utf8.count <= 256 else { return nil }
        compiled = regex_t()
        guard regcomp(&compiled, source, REG_EXTENDED | REG_ICASE | REG_NOSUB) == 0 else { return nil }
    }

    deinit { regfree(&compiled) }

    /// Whether the first 1,000 characters of a text match.
    package func matches(_ text: String) -> Bool {
        regexec(&compiled, String(text.prefix(1_000)), 0, nil, 0) == 0
    }
}
