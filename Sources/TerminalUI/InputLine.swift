package import SafeText

/// One line that is typed into: editing keys, history, a ghost of what completion would add, scrolling sideways.
package struct InputLine: Sendable {
    /// What a key did.
    package enum Outcome: Hashable, Sendable {
        /// The key is none of the line's.
        case ignored
        /// The cursor moved, nothing else.
        case moved
        /// The text changed.
        case changed
        /// Enter.
        case submitted
        /// Esc, or Backspace on an empty line.
        case cancelled
        /// Tab: the program completes.
        case completion(backward: Bool)
    }

    /// Most characters that are taken.
    package static let limit = 10_000

    /// The characters; no controls are among them.
    package private(set) var characters: [Character] = []
    /// The cursor, before the character of this number.
    package private(set) var cursor = 0
    /// What completion would add behind the text.
    package var ghost: SafeText = .empty
    /// Earlier inputs, the oldest first.
    package var history: [String] = []
    /// Whether each character is shown as `•`: for secrets.
    package var isSecret = false

    private var historyIndex: Int?
    private var unfinished = ""
    private var killed: [Character] = []
    private var firstShown = 0

    /// A line with a text, the cursor behind it.
    package init(_ text: String = "", history: [String] = []) {
        self.history = history
        set(text)
    }

    /// The text: what the person typed or pasted, without controls.
    package var text: String { String(characters) }
    package var isEmpty: Bool { characters.isEmpty }

    /// Replaces the text and puts the cursor behind it.
    package mutating func set(_ text: String) {
        characters = Self.clean(text, room: Self.limit)
        cursor = characters.count
        ghost = .empty
    }

    /// Puts text in at the cursor, as a paste does: line ends and tabs become blanks, controls are left out.
    package mutating func insert(_ text: String) {
        let new = Self.clean(text, room: Self.limit - characters.count)
        characters.insert(contentsOf: new, at: cursor)
        cursor += new.count
        // A combining character that was typed joins the one before it.
        let joined = Array(String(characters))
        if joined.count != characters.count {
            cursor = max(0, cursor - (characters.count - joined.count))
            characters = joined
        }
        historyIndex = nil
    }

    /// Takes the ghost into the text; answers whether there was one.
    @discardableResult
    package mutating func acceptGhost() -> Bool {
        guard !ghost.isEmpty, cursor == characters.count else { return false }
        insert(ghost.string)
        ghost = .empty
        return true
    }

    /// Remembers the text as the newest of the history, once.
    package mutating func remember() {
        guard !isEmpty, !isSecret else { return }
        let newest = text
        history.removeAll { $0 == newest }
        history.append(newest)
        historyIndex = nil
    }

    /// Handles a key of the line.
    package mutating func handle(_ key: Key) -> Outcome {
        let length = characters.count
        let before = characters
        switch (key.code, key.modifiers) {
        case (.enter, _): return .submitted
        case (.escape, []), (.character("c"), .control), (.character("g"), .control): return .cancelled
        case (.tab, let modifiers): return .completion(backward: modifiers.contains(.shift))
        case (.backspace, []) where isEmpty: return .cancelled
        case (.backspace, []), (.character("h"), .control): delete(cursor - 1..<cursor)
        case (.backspace, .alt), (.backspace, .control), (.character("w"), .control): kill(wordStart..<cursor)
        case (.delete, _), (.character("d"), .control): delete(cursor..<cursor + 1)
        case (.character("d"), .alt): kill(cursor..<wordEnd)
        case (.character("k"), .control): kill(cursor..<length)
        case (.character("u"), .control): kill(0..<cursor)
        case (.character("y"), .control): insert(String(killed))
        case (.character("t"), .control): swap()
        case (.home, _), (.character("a"), .control): cursor = 0
        case (.end, _), (.character("e"), .control):
            if !acceptGhost() { cursor = length }
        case (.left, .control), (.left, .alt), (.character("b"), .alt): cursor = wordStart
        case (.right, .control), (.right, .alt), (.character("f"), .alt): cursor = wordEnd
        case (.left, _), (.character("b"), .control): cursor = max(0, cursor - 1)
        case (.right, _), (.character("f"), .control):
            if !acceptGhost() { cursor = min(length, cursor + 1) }
        case (.up, _), (.character("p"), .control): recall(-1)
        case (.down, _), (.character("n"), .control): recall(1)
        default:
            guard let typed = key.typed else { return .ignored }
            insert(String(typed))
        }
        return characters == before ? .moved : .changed
    }

    private mutating func delete(_ range: Range<Int>) {
        let clamped = range.clamped(to: 0..<characters.count)
        characters.removeSubrange(clamped)
        if !clamped.isEmpty { cursor = clamped.lowerBound }
        historyIndex = nil
    }

    private mutating func kill(_ range: Range<Int>) {
        killed = Array(characters[range])
        delete(range)
    }

    private mutating func swap() {
        guard cursor > 0, characters.count > 1 else { return }
        let second = min(cursor, characters.count - 1)
        characters.swapAt(second - 1, second)
        cursor = second + 1
    }

    private var wordStart: Int {
        var index = cursor
        while index > 0, !Self.isWord(characters[index - 1]) { index -= 1 }
        while index > 0, Self.isWord(characters[index - 1]) { index -= 1 }
        return index
    }

    private var wordEnd: Int {
        var index = cursor
        while index < characters.count, !Self.isWord(characters[index]) { index += 1 }
        while index < characters.count, Self.isWord(characters[index]) { index += 1 }
        return index
    }

    private static func isWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }

    private mutating func recall(_ delta: Int) {
        guard !history.isEmpty else { return }
        if historyIndex == nil {
            guard delta < 0 else { return }
            unfinished = text
        }
        let index = (historyIndex ?? history.count) + delta
        guard index >= 0 else { return }
        set(index < history.count ? history[index] : unfinished)
        historyIndex = index < history.count ? index : nil
    }

    private static func clean(_ text: String, room: Int) -> [Character] {
        var cleaned = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(max(0, room) * 4) {
            if scalar == "\n" || scalar == "\r" || scalar == "\t" {
                cleaned.append(" ")
            } else if scalar.value >= 0x20, !(0x7F...0x9F).contains(scalar.value) {
                cleaned.append(scalar)
            }
        }
        return Array(String(cleaned).prefix(max(0, room)))
    }
}

extension InputLine {
    /// Draws the line at (0, 0) of the region, in its whole width, and puts the terminal's cursor where typing goes.
    package mutating func draw(into surface: inout Surface, prompt: SafeText = .empty, style: Style = Style(.input)) {
        let width = surface.size.width
        surface.fill(Rect(x: 0, y: 0, width: width, height: 1), style: style)
        let start = surface.put(prompt.truncated(to: max(0, width - 4)), at: .zero, style: Style(.prompt))
        let room = max(1, width - start)
        scroll(room: room)
        var x = start
        var cursorX = start
        for index in firstShown..<characters.count {
            if index == cursor { cursorX = x }
            x += surface.put(shown(index), at: Point(x: x, y: 0), style: style)
            if x > width { break }
        }
        if cursor == characters.count { cursorX = x }
        if cursor == characters.count, x < width {
            surface.put(ghost.truncated(to: width - x), at: Point(x: x, y: 0), style: Style(.ghost))
        }
        surface.placeCursor(at: Point(x: min(cursorX, width - 1), y: 0), isInput: true)
    }

    private func shown(_ index: Int) -> SafeText {
        isSecret ? "•" : SafeText(untrusted: String(characters[index]))
    }

    /// Moves what is shown so that the cursor, and a column for it at the end, is in sight.
    private mutating func scroll(room: Int) {
        firstShown = min(firstShown, cursor)
        var width = 1
        var first = cursor
        while first > 0 {
            let more = shown(first - 1).width
            if width + more > room { break }
            width += more
            first -= 1
        }
        firstShown = max(firstShown, first)
        // Text that has become shorter comes back into sight from the left.
        if cursor == characters.count { firstShown = min(firstShown, first) }
    }
}
