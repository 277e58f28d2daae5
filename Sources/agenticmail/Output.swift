import AgenticMail
import FoundationEssentials
import Glibc
import SafeText

/// Where a command prints, and how.
struct Output: Sendable {
    /// Whether a program reads it.
    let isJSON: Bool
    /// Whether standard output is a terminal.
    let isTerminal: Bool
    /// The columns of the terminal; 80 where it does not say.
    let width: Int

    init(isJSON: Bool) {
        self.isJSON = isJSON
        isTerminal = isatty(1) == 1
        var size = winsize()
        width = isTerminal && ioctl(1, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    /// Prints a list: an array of objects, one a line, or a table.
    func list<Item: Encodable>(_ items: [Item], empty: SafeText, columns: [Column<Item>]) throws {
        if isJSON {
            guard !items.isEmpty else { return try print("[]") }
            for (index, item) in items.enumerated() {
                let end = index == items.count - 1 ? "\n]" : ","
                try print((index == 0 ? "[\n" : "") + JSONText.encode(item) + end)
            }
            return
        }
        if items.isEmpty {
            // Said beside the output, which stays an empty list for whoever reads it.
            if isTerminal { note(empty) }
            return
        }
        let table = Table(columns: columns, items: items)
        guard isTerminal else { return try print(table.tabSeparated.joined(separator: "\n")) }
        for line in table.lines(width: width) { try print(line) }
    }

    /// Prints one object, or the lines that say the same.
    func object(_ item: some Encodable, lines: [SafeText]) throws {
        if isJSON { return try print(JSONText.encode(item)) }
        for line in lines { try print(line) }
    }

    /// Prints a line that is safe by its type.
    func print(_ line: SafeText) throws {
        try write(Array("\(line.string)\n".utf8))
    }

    /// Prints the program's own text.
    func print(_ text: String) throws {
        try write(Array("\(text)\n".utf8))
    }

    /// Prints bytes as they are.
    ///
    /// - Throws: ``ReaderGone`` where nobody reads any longer.
    func write(_ bytes: [UInt8]) throws {
        try Self.write(bytes, to: 1)
    }

    /// Says something beside the output, on standard error.
    func note(_ text: SafeText) {
        if isJSON {
            try? Self.write(Array((JSONText.encode(["warning": ["message": text.string]]) + "\n").utf8), to: 2)
            return
        }
        try? Self.write(Array("agenticmail: \(text.string)\n".utf8), to: 2)
    }

    /// Writes over the terminal's current line on standard error; an empty text takes it away.
    func overwrite(_ text: SafeText) {
        let line = text.truncated(to: max(1, width - 1)).string
        try? Self.write(Array("\r\u{1B}[K\(line)".utf8), to: 2)
    }

    /// Tells a failure on standard error: one object, or a line a sentence.
    func failure(_ failure: Failure) {
        if isJSON {
            try? Self.write(Array((JSONText.encode(["error": failure]) + "\n").utf8), to: 2)
            return
        }
        for line in SafeText.lines(untrusted: "\(failure.message) \(failure.cure)") { note(line) }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EPIPE {
                throw ReaderGone()
            } else if errno != EINTR, errno != EAGAIN {
                throw Failure(
                    code: "file", message: "The output cannot be written: \(String(cString: strerror(errno))).",
                    cure: "See that there is room where it goes.", exitCode: .failed)
            } else if errno == EAGAIN {
                var event = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&event, 1, -1)
            }
        }
    }
}

/// Whoever read the output has had enough, as `head` does: the command ends without a word.
struct ReaderGone: Error {}

/// JSON as this program prints it.
enum JSONText {
    /// Encodes a value on one line; characters that could act on a terminal are escaped.
    static func encode(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        // Only numbers that JSON cannot hold fail to be encoded, and none of the printed types has any.
        guard let data = try? encoder.encode(value) else { return "{}" }
        return escaped(String(decoding: data, as: UTF8.self))
    }

    private static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: mustBeEscaped) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            guard mustBeEscaped(scalar) else {
                result.unicodeScalars.append(scalar)
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return result
    }

    private static func mustBeEscaped(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value > 0x7E else { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse: return true
        default: return false
        }
    }
}
