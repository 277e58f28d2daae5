/// Reads what stands between a name and its value, and the value.
struct ValueReader {
    /// What joins name and value.
    enum Strength {
        /// A sign of assignment, a brace of a call, an option of a command.
        case sign
        /// A word of a sentence.
        case prose
        /// Nothing but a blank: only what nobody would write as a word counts.
        case bare
    }

    private let text: [UInt8]
    private var position: Int
    private let start: Int
    private let isSet: Bool

    private static let longestGap = 60
    private static let longestValue = 4_001
    private static let longestBareValue = 1_000

    /// - Parameters:
    ///   - position: Where the name ends.
    ///   - start: Where it begins.
    ///   - isSet: Whether the value may follow without a sign.
    init(_ text: [UInt8], at position: Int, start: Int, isSet: Bool) {
        self.isSet = isSet
        self.text = text
        self.position = position
        self.start = start
    }

    private func byte(_ offset: Int = 0) -> UInt8 { position + offset < text.count ? text[position + offset] : 0 }

    private mutating func skip(_ bytes: Set<UInt8>, most: Int = 40) {
        var count = 0
        while count < most, position < text.count, bytes.contains(text[position]) {
            position += 1
            count += 1
        }
    }

    private static let verbs: [StaticString] = [
        "is ", "is:", "was ", "was:", "ist ", "ist:", "es ", "es:", "est ", "est:", "are ", "are:", "lautet ",
        "lautet:",
        "is set to ", "was set to ", "was changed to ", "changed to ", "set to ", "reset to ", "is now ", "is now:",
    ]
    /// Types that languages write between a name and its sign without a colon.
    private static let types: [StaticString] = [
        "string ", "str ", "text ", "[]byte ", "&str ", "*string ", "char ", "varchar ", "nsstring ",
    ]
    private static let blanks: Set<UInt8> = [32, 9]
    private static let blanksAndLines: Set<UInt8> = [32, 9, 10, 13]
    private static let quotes: Set<UInt8> = [0x22, 0x27, 0x60, 0x5C]

    /// Passes over what joins name and value; nil where nothing does.
    mutating func passOperator() -> Strength? {
        let isOption = isSet || start < text.count && text[start] == 0x2D || start > 0 && text[start - 1] == 0x2D
        skip(Self.quotes, most: 4)
        skip([0x5D, 0x29], most: 2)
        if byte() == 0x28, passNote() { skip(Self.blanks) }
        if passLineEnd() { return .bare }
        let hadBlank = Self.blanks.contains(byte())
        // Columns of a table that was copied are parted by tabs.
        let hadTab = byte() == 9
        skip(Self.blanks, most: 20)
        if passWord("for ") || passWord("of ") { passWords(3) }
        passTypeName()
        if hadBlank, Self.types.contains(where: { passWord($0) }) { skip(Self.blanks) }
        if passValueName() { return .sign }
        switch byte() {
        case 0x3A, 0x3D, 0x21, 0x2D, 0x7C:
            guard passSign() else {
                // "- " between a name and a value, as lists have it, says less than a sign.
                guard byte() == 0x2D, hadBlank, byte(1) == 32, !isOption else {
                    return isOption && hadBlank ? .sign : nil
                }
                position += 2
                return .bare
            }
            return .sign
        case 0x3E where start > 0 && (text[start - 1] == 0x3C || text[start - 1] == 0x22 || text[start - 1] == 0x3A):
            position += 1
            skip(Self.blanksAndLines)
            return .sign
        // `?=` of makefiles, `+=` and `.=` of programs.
        case 0x3F where byte(1) == 0x3D, 0x2B where byte(1) == 0x3D, 0x2E where byte(1) == 0x3D:
            position += 2
            skip(Self.blanks)
            return .sign
        case 0x28, 0x2C:
            position += 1
            skip(Self.blanks)
            return Self.quotes.contains(byte()) ? .sign : nil
        // An arrow, as notes have it.
        case 0xE2 where byte(1) == 0x86 && byte(2) == 0x92:
            position += 3
            skip(Self.blanks)
            return .sign
        case 0x3C where byte(1) == 0x2D:
            position += 2
            skip(Self.blanks)
            return .sign
        default: break
        }
        if hadBlank, Self.quotes.contains(byte()) || isOption || hadTab { return .sign }
        for word in Self.verbs.reversed() where passWord(word) {
            skip([0x3A, 32], most: 3)
            return .prose
        }
        return hadBlank ? .bare : nil
    }

    /// Passes over the end of a line that has nothing but the name: a heading, with the value alone on the next line.
    private mutating func passLineEnd() -> Bool {
        let from = position
        skip([32, 9, 13], most: 3)
        guard byte() == 10 else {
            position = from
            return false
        }
        skip(Self.blanksAndLines, most: 8)
        let end = text[position...].firstIndex { Self.blanksAndLines.contains($0) } ?? text.count
        let rest = text[end...].prefix { $0 == 32 || $0 == 9 || $0 == 13 }
        guard end > position, rest.endIndex >= text.count || text[rest.endIndex] == 10 else {
            position = from
            return false
        }
        return true
    }

    /// Passes over the name of a value beside the name of the thing: `name="password" value="…"`, `"key": "token",
    /// "value": "…"`, and the two lines that YAML makes of it.
    private mutating func passValueName() -> Bool {
        let from = position
        skip([32, 9, 10, 13, 0x2C, 0x22, 0x27, 0x7D, 0x7B, 0x5C], most: 24)
        for word: StaticString in ["value", "content", "default", "val"] where passWord(word) {
            skip(Self.quotes, most: 4)
            skip(Self.blanks, most: 4)
            guard byte() == 0x3D || byte() == 0x3A else { break }
            position += 1
            skip(Self.blanks, most: 4)
            return true
        }
        position = from
        return false
    }

    /// Passes over `(some words)` between a name and its sign.
    private mutating func passNote() -> Bool {
        var end = position + 1
        while end < text.count, end - position < 30, text[end] != 0x29, text[end] != 10, text[end] != 0x22 { end += 1 }
        guard end < text.count, text[end] == 0x29, end + 1 < text.count, text[end + 1] == 0x3A || text[end + 1] == 0x3D
        else {
            return false
        }
        position = end + 1
        return true
    }

    private mutating func passWord(_ word: StaticString) -> Bool {
        guard stands(word, at: position) else { return false }
        position += word.utf8CodeUnitCount
        return true
    }

    /// Whether a word stands at a place, in either case.
    private func stands(_ word: StaticString, at place: Int) -> Bool {
        let count = word.utf8CodeUnitCount
        guard place + count <= text.count else { return false }
        for offset in 0..<count where text[place + offset] | 0x20 != word.utf8Start[offset] | 0x20 { return false }
        return true
    }

    private mutating func passWords(_ count: Int) {
        var left = count
        let from = position
        while position < text.count, position - from < Self.longestGap {
            let byte = text[position]
            if byte == 0x3A || byte == 0x3D || byte == 10 { return }
            if byte == 32 {
                if Self.verbs.contains(where: { stands($0, at: position + 1) }) {
                    position += 1
                    return
                }
                left -= 1
                if left == 0 { return }
            }
            position += 1
        }
    }

    /// Passes over a type as in `password: String = "…"`.
    private mutating func passTypeName() {
        guard byte() == 0x3A else { return }
        var next = position + 1
        while next < text.count, text[next] == 32 { next += 1 }
        let from = next
        while next < text.count, next - from < 24,
            text[next] | 0x20 >= 0x61 && text[next] | 0x20 <= 0x7A || text[next] == 0x3F
        { next += 1 }
        guard next > from || text[min(next, text.count - 1)] == 0x26 else { return }
        while next < text.count, text[next] == 32 { next += 1 }
        if next + 1 < text.count, text[next] == 0x3D, text[next + 1] != 0x3D {
            position = next
        } else if let sign = signAfterLongType(next) {
            position = sign
        }
    }

    /// Where the sign stands after a type of several words, as in `token: string | null = "…"`, `key: &'static str = "…"`;
    /// only where a text in quotes follows.
    private func signAfterLongType(_ start: Int) -> Int? {
        var next = start
        while next < text.count, next - start < 40, Self.isTypePart(text[next]) { next += 1 }
        guard next + 2 < text.count, text[next] == 0x3D, text[next - 1] == 32 else { return nil }
        let value = text[(next + 1)...].first { $0 != 32 }
        return value.map { Self.quotes.contains($0) && $0 != 0x5C } == true ? next : nil
    }

    private static func isTypePart(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 32, 0x5F, 0x26, 0x27, 0x2A, 0x3C, 0x3E, 0x3F, 0x7C, 0x5B, 0x5D,
            0x2E:
            true
        default: false
        }
    }

    private mutating func passSign() -> Bool {
        let from = position
        while position < text.count, position - from < 4, [0x3A, 0x3D, 0x3E, 0x2D, 0x21, 0x7C].contains(text[position])
        {
            if text[position] == 0x2D, byte(1) != 0x3E { break }
            position += 1
        }
        guard position > from else { return false }
        skip(Self.blanks, most: 20)
        // A value on the next line: only where the quote or the YAML sign of a block says so.
        if byte() == 0x7C || byte() == 0x3E {
            position += 1
            skip([0x2B, 0x2D, 0x31, 0x32, 0x34], most: 2)
        } else if byte() == 0x5C, byte(1) == 10 {
            position += 1
        }
        if byte() == 10 || byte() == 13 {
            let line = position
            skip(Self.blanksAndLines)
            if position - line < 3, !Self.quotes.contains(byte()) { return false }
        }
        return true
    }

    /// Reads the value.
    ///
    /// - Parameter stopsAtComma: Whether a comma ends a value without quotes.
    mutating func value(stopsAtComma: Bool) -> (range: Range<Int>, isQuoted: Bool)? {
        skip([0x28, 0x5B], most: 2)
        passLineInBrackets()
        // The letters that Python, C# and others write before a quote.
        if [0x62, 0x75, 0x72, 0x66, 0x40, 0x4C].contains(byte() | (byte() >= 0x61 ? 0x20 : 0)),
            Self.quotes.contains(byte(1))
        {
            position += 1
        }
        let from = position
        skip([0x5C], most: 3)
        if Self.quotes.contains(byte()), byte() != 0x5C {
            let quote = byte()
            // Two quotes are an empty value, three open a text of several lines.
            if byte(1) == quote, byte(2) != quote { return nil }
            skip([quote], most: 3)
            if byte() == 10 { skip(Self.blanksAndLines) }
            return quoted(quote)
        }
        position = from
        var end = position
        while end < text.count, end - position < Self.longestBareValue {
            let byte = text[end]
            if byte <= 32 || byte == 0x22 || byte == 0x27 || byte == 0x60 || byte == 0x3C || byte == 0x3E { break }
            if byte == 0x3B || byte == 0x26 || byte == 0x7C { break }
            if stopsAtComma, byte == 0x2C { break }
            end += 1
        }
        while end > position, [0x2E, 0x2C, 0x3A, 0x29, 0x5D, 0x7D].contains(text[end - 1]),
            !isBalanced(text[position..<end])
        {
            end -= 1
        }
        return end > position ? (position..<end, false) : nil
    }

    /// Passes over the rest of a line that ends in a bracket, where the next one begins with a quote.
    private mutating func passLineInBrackets() {
        guard position > 0, text[position - 1] == 0x28 || text[position - 1] == 0x5B else { return }
        let from = position
        skip(Self.blanksAndLines)
        if !Self.quotes.contains(byte()) { position = from }
    }

    private func isBalanced(_ value: ArraySlice<UInt8>) -> Bool {
        guard let last = value.last, last == 0x29 || last == 0x5D || last == 0x7D else { return false }
        let open: UInt8 = last == 0x29 ? 0x28 : last == 0x5D ? 0x5B : 0x7B
        return value.contains(open)
    }

    private func quoted(_ quote: UInt8) -> (range: Range<Int>, isQuoted: Bool)? {
        var end = position
        while end < text.count, end - position < Self.longestValue {
            if text[end] == quote || text[end] == 10 { break }
            end += 1
        }
        while end > position, text[end - 1] == 0x5C { end -= 1 }
        return end > position ? (position..<end, true) : nil
    }

    /// The text in quotes that a call is given where nothing stands before it: `Optional("…")`.
    func argument() -> Range<Int>? {
        guard let open = text[position...].prefix(80).firstIndex(of: 0x28), open + 1 < text.count else { return nil }
        var start = open + 1
        if [0x62, 0x75, 0x72, 0x40].contains(text[start]) { start += 1 }
        guard start < text.count, Self.quotes.contains(text[start]), text[start] != 0x5C,
            let end = text[(start + 1)...].prefix(500).firstIndex(of: text[start]), end > start + 1
        else { return nil }
        return (start + 1)..<end
    }

    /// The text in quotes after a comma, an "or" or the brace of a block on the same line.
    func fallback() -> Range<Int>? {
        var index = position
        var isDue = false
        while index < text.count, index - position < 200, text[index] != 10 {
            let byte = text[index]
            if byte == 0x2C || byte == 0x7C || byte == 0x3F || byte == 0x7B {
                isDue = true
            } else if byte == 0x6F, index + 2 < text.count, text[index + 1] == 0x72, text[index + 2] == 32 {
                isDue = true
            } else if byte == 0x22 || byte == 0x27 {
                guard let end = text[(index + 1)...].prefix(200).firstIndex(of: byte) else { return nil }
                if isDue, end > index + 1 { return (index + 1)..<end }
                index = end
                isDue = false
            }
            index += 1
        }
        return nil
    }
}
