package import SafeText

/// A text that names no key.
package struct KeyChordError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The text as it was written.
    package let text: String
    /// The word in it that is no key.
    package let word: String

    /// What is wrong and how to write it.
    package var description: String {
        "\u{201C}\(SafeText.plain(word))\u{201D} in \u{201C}\(SafeText.plain(text))\u{201D} is no key: write a "
            + "character, Enter, Esc, Tab, Space, Backspace, Delete, Insert, Up, Down, Left, Right, Home, End, PgUp, "
            + "PgDn or F1 to F63, with Ctrl-, Alt- or Shift- before it, and blanks between keys typed one after another."
    }
}

/// One key or several typed one after another: `g`, `Ctrl-d`, `Enter`, `g g`.
package struct KeyChord: Hashable, Sendable {
    /// The keys in order; at least one.
    package let keys: [Key]

    /// A chord of the keys given.
    package init(_ first: Key, _ rest: Key...) {
        keys = [first] + rest
    }

    init(keys: [Key]) {
        self.keys = keys
    }

    /// Reads `Ctrl-d`, `^D`, `Enter`, `Space`, `F5`, `Alt-x`, `Shift-Tab`, `g g`; case counts only for a character.
    package init(parsing text: String) throws(KeyChordError) {
        var keys: [Key] = []
        for word in text.split(separator: " ") {
            guard let key = Self.key(word) else { throw KeyChordError(text: text, word: String(word)) }
            keys.append(key)
        }
        guard !keys.isEmpty else { throw KeyChordError(text: text, word: text) }
        self.keys = keys
    }

    /// Whether this chord goes on after `typed`.
    package func begins(with typed: [Key]) -> Bool {
        typed.count < keys.count && Array(keys[..<typed.count]) == typed
    }

    private static func key(_ word: Substring) -> Key? {
        var rest = word
        var modifiers: Key.Modifiers = []
        if rest.count == 2, rest.first == "^", let letter = rest.last {
            return Key(.character(Character(letter.lowercased())), .control)
        }
        while let (modifier, length) = modifier(rest), rest.count > length {
            modifiers.insert(modifier)
            rest = rest.dropFirst(length)
        }
        guard let code = code(rest) else { return nil }
        return normalised(Key(code, modifiers))
    }

    private static func modifier(_ word: Substring) -> (Key.Modifiers, Int)? {
        let lower = word.lowercased()
        for (name, modifier) in [("ctrl-", Key.Modifiers.control), ("alt-", .alt), ("shift-", .shift)]
        where lower.hasPrefix(name) {
            return (modifier, name.count)
        }
        return nil
    }

    private static func code(_ name: Substring) -> Key.Code? {
        if name.count == 1, let character = name.first { return .character(character) }
        let lower = name.lowercased()
        if let code = codes[lower] { return code }
        if lower.hasPrefix("f"), let number = Int(lower.dropFirst()), (1...63).contains(number) {
            return .function(number)
        }
        return nil
    }

    /// A letter with Ctrl has no case on a terminal, and Shift with a letter is the upper-case letter.
    private static func normalised(_ key: Key) -> Key {
        guard case .character(let character) = key.code else { return key }
        if key.modifiers.contains(.control) {
            return Key(.character(Character(character.lowercased())), key.modifiers.subtracting(.shift))
        }
        if key.modifiers.contains(.shift) {
            return Key(.character(Character(character.uppercased())), key.modifiers.subtracting(.shift))
        }
        return key
    }

    private static let codes: [String: Key.Code] = [
        "enter": .enter, "return": .enter, "esc": .escape, "escape": .escape, "tab": .tab, "space": .character(" "),
        "backspace": .backspace, "delete": .delete, "del": .delete, "insert": .insert, "ins": .insert, "up": .up,
        "down": .down, "left": .left, "right": .right, "home": .home, "end": .end, "pgup": .pageUp, "pageup": .pageUp,
        "pgdn": .pageDown, "pagedown": .pageDown, "minus": .character("-"),
    ]
}

extension KeyChord: CustomStringConvertible {
    /// As it is parsed: `Ctrl-d`, `g g`.
    package var description: String { keys.map(\.description).joined(separator: " ") }
}

extension Key: CustomStringConvertible {
    /// As it is written in a configuration: `Ctrl-d`.
    package var description: String {
        var text = ""
        if modifiers.contains(.control) { text += "Ctrl-" }
        if modifiers.contains(.alt) { text += "Alt-" }
        if modifiers.contains(.shift) { text += "Shift-" }
        return text + code.name
    }

    /// As it is shown in a footer, short: `^D`, `⏎`.
    package var label: SafeText {
        switch (code, modifiers) {
        case (.enter, []): "⏎"
        case (.escape, []): "Esc"
        case (.character(let character), .control): "^\(untrusted: character.uppercased())"
        default: SafeText(untrusted: description)
        }
    }
}

extension Key.Code {
    fileprivate var name: String {
        switch self {
        case .character(" "): "Space"
        case .character(let character): String(character)
        case .enter: "Enter"
        case .escape: "Esc"
        case .tab: "Tab"
        case .backspace: "Backspace"
        case .delete: "Delete"
        case .insert: "Insert"
        case .up: "Up"
        case .down: "Down"
        case .left: "Left"
        case .right: "Right"
        case .home: "Home"
        case .end: "End"
        case .pageUp: "PgUp"
        case .pageDown: "PgDn"
        case .function(let number): "F\(number)"
        }
    }
}
