/// A script that drives the console: keys, commands, conditions and pictures, one a line.
///
/// A line is a key (`j`, `Enter`, `Ctrl-d`), a `:command`, `wait-for "text" [SECONDS]`, `save-screen FILE`, or, for the
/// demonstration and for resizing tests, `resize COLUMNSxROWS`. Empty lines and lines that begin with `# ` or are `#`
/// alone are comments.
package struct Script: Equatable, Sendable {
    /// What one line asks for.
    package enum Act: Equatable, Sendable {
        /// A key by name, as in the key bindings.
        case key(String)
        /// A command line without its colon.
        case command(String)
        /// Text that must appear on the screen within so many seconds.
        case waitFor(String, seconds: Double)
        /// A file that the screen is written to as text.
        case saveScreen(String)
        /// The size that the terminal takes from now on.
        case resize(columns: Int, rows: Int)
    }

    /// An act with the line it came from.
    package struct Step: Equatable, Sendable {
        package let line: Int
        package let source: String
        package let act: Act
    }

    /// How long `wait-for` waits where the line names no limit, in seconds.
    package static let defaultWait = 10.0

    package let steps: [Step]

    /// Reads a script's text; throws at the first line that cannot be read.
    package init(_ text: String) throws(ScriptError) {
        var steps: [Step] = []
        for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = Self.trimmed(raw)
            if line.isEmpty || line == "#" || line.hasPrefix("# ") || line.hasPrefix("#!") { continue }
            steps.append(Step(line: index + 1, source: line, act: try Self.act(of: line, number: index + 1)))
        }
        self.steps = steps
    }

    private static func act(of line: String, number: Int) throws(ScriptError) -> Act {
        func invalid(_ reason: String) -> ScriptError {
            ScriptError(code: .syntax, line: number, source: line, reason: reason)
        }
        if line.count > 1, line.hasPrefix(":") { return .command(String(line.dropFirst())) }
        let (word, rest) = firstWord(of: line)
        switch word {
        case "wait-for":
            guard let (text, tail) = quoted(rest) else {
                throw invalid("wait-for takes a text in double quotes, as in: wait-for \"ada\"")
            }
            if tail.isEmpty { return .waitFor(text, seconds: defaultWait) }
            guard let seconds = Double(tail), seconds > 0, seconds <= 3_600 else {
                throw invalid("the limit after the text is a number of seconds from 0 to 3600")
            }
            return .waitFor(text, seconds: seconds)
        case "save-screen":
            guard !rest.isEmpty else { throw invalid("save-screen takes the name of a file") }
            return .saveScreen(quoted(rest)?.text ?? rest)
        case "resize":
            guard let (columns, rows) = size(rest) else {
                throw invalid("resize takes columns and rows, as in: resize 80x24")
            }
            return .resize(columns: columns, rows: rows)
        default:
            guard rest.isEmpty else {
                throw invalid("a line is a key, a :command, wait-for \"text\", save-screen FILE or resize CxR")
            }
            return .key(word)
        }
    }

    /// Columns and rows of `80x24`; nil for anything else or a size outside 1 to 1,000.
    package static func size(_ text: String) -> (columns: Int, rows: Int)? {
        let parts = text.lowercased().split(separator: "x", omittingEmptySubsequences: false)
        guard parts.count == 2, let columns = Int(parts[0]), let rows = Int(parts[1]),
            (1...1_000).contains(columns), (1...1_000).contains(rows)
        else { return nil }
        return (columns, rows)
    }

    private static func firstWord(of line: String) -> (word: String, rest: String) {
        guard let space = line.firstIndex(where: \.isWhitespace) else { return (line, "") }
        return (String(line[..<space]), trimmed(line[space...]))
    }

    /// The text between the double quotes that `source` begins with, `\"` and `\\` undone, and what follows it.
    private static func quoted(_ source: String) -> (text: String, rest: String)? {
        guard source.first == "\"" else { return nil }
        var text = ""
        var escaped = false
        for index in source.indices.dropFirst() {
            let character = source[index]
            if escaped {
                text.append(character)
                escaped = false
            } else if character == "\\" {
                escaped = true
            } else if character == "\"" {
                return text.isEmpty ? nil : (text, trimmed(source[source.index(after: index)...]))
            } else {
                text.append(character)
            }
        }
        return nil
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        guard let first = text.firstIndex(where: { !$0.isWhitespace }),
            let last = text.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(text[first...last])
    }
}

/// Why a script stopped, with the line that it stopped at.
package struct ScriptError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: String, Sendable {
        case syntax, unknownKey, timedOut, notWritten, left
    }

    package let code: Code
    /// From 1; 0 where the file as a whole is meant.
    package let line: Int
    package let source: String
    /// What was wrong and what would be right.
    package let reason: String

    package var description: String {
        line == 0 ? reason : "line \(line): \(source)\n  \(reason)"
    }
}
