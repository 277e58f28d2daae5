/// How keys are written in the command table and the configuration.
///
/// One key is a character or a name (`Enter`, `PgDn`, `F5`), with `Ctrl-`, `Alt-` or `Shift-` before it. Keys that are
/// pressed one after the other stand with spaces between.
package enum KeySpelling {
    /// The names of keys that are no character.
    package static let names = [
        "Enter", "Esc", "Tab", "Space", "Backspace", "Insert", "Delete", "Up", "Down", "Left", "Right", "Home", "End",
        "PgUp",
        "PgDn", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12",
    ]
    private static let modifiers = ["Ctrl-", "Alt-", "Shift-"]
    private static let sequenceLimit = 4

    /// Why a text is no key or sequence of keys, as the end of a sentence; `nil` where it is one.
    package static func fault(in text: String) -> String? {
        let chords = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard chords.count <= sequenceLimit else { return "is longer than \(sequenceLimit) keys" }
        for chord in chords {
            var key = chord
            var seen: Set<String> = []
            while let modifier = modifiers.first(where: { key.hasPrefix($0) && key.count > $0.count }) {
                guard seen.insert(modifier).inserted else { return "names \(modifier) twice" }
                key.removeFirst(modifier.count)
            }
            if names.contains(key) { continue }
            guard key.count == 1 else { return "holds “\(key)”, which is no key" }
            if seen.contains("Shift-") { return "holds Shift- before a character; write the character that it makes" }
            if seen.contains("Ctrl-"), key != key.lowercased() { return "holds Ctrl- before a capital; write it small" }
        }
        return nil
    }
}
