/// What setup writes into the description of what it makes, so that it knows it again: for what, and in which run.
///
/// `agenticmail-setup/1 `, the kind and the run's id. What bears no such mark is never touched.
package struct SetupMark: Sendable, Hashable {
    /// What was made: `domain`, `group`, or a person's word.
    package let kind: String
    /// The run that made it: 20 lower case letters and digits.
    package let run: String

    private static let prefix = "agenticmail-setup/1 "

    /// Makes a mark.
    package init(kind: String, run: String) {
        self.kind = kind
        self.run = run
    }

    /// Reads a description; nil where it bears no mark.
    package init?(_ description: String) {
        guard description.utf8.count <= 512, description.hasPrefix(Self.prefix) else { return nil }
        let words = description.dropFirst(Self.prefix.count).split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 2, words[1].utf8.count == 20 else { return nil }
        kind = String(words[0])
        run = String(words[1])
    }

    /// The description.
    package var text: String { "\(Self.prefix)\(kind) \(run)" }
}
