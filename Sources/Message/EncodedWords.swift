/// Reads unstructured header text and its encoded words (RFC 2047), broken ones included.
enum EncodedWords {
    /// A piece of a header value.
    private enum Segment {
        case plain(ArraySlice<UInt8>)
        case decoded(String)
    }

    /// The value unfolded, its encoded words decoded, white space at both ends taken off.
    static func decode(_ value: [UInt8]) -> String {
        guard value.contains(UInt8(ascii: "=")) else { return unfold(value[...]).trimmingWhiteSpace }
        var text = ""
        for segment in segments(value[...]) {
            switch segment {
            case .plain(let bytes): text += unfold(bytes)
            case .decoded(let decoded): text += decoded
            }
        }
        return text.trimmingWhiteSpace
    }

    /// The value as UTF-8 in which every encoded word is sound, so that a parser of addresses reads it as
    /// ``decode(_:)`` would.
    static func repaired(_ value: ArraySlice<UInt8>) -> String {
        guard value.contains(UInt8(ascii: "=")) else { return String(decoding: value, as: UTF8.self) }
        var text = ""
        for segment in segments(value) {
            switch segment {
            case .plain(let bytes):
                text += String(decoding: bytes, as: UTF8.self)
            case .decoded(let decoded):
                let encoded = TransferEncoding.base64.encode(Array(decoded.utf8)).filter { $0 != 10 }
                text += "=?utf-8?b?\(String(decoding: encoded, as: UTF8.self))?="
            }
        }
        return text
    }

    /// The value without the line ends of its folds (RFC 5322 §2.2.3); a line end that no white space follows becomes a
    /// space.
    static func withoutFolds(_ value: String) -> String {
        guard value.utf8.contains(10) || value.utf8.contains(13) else { return value }
        var result: [UInt8] = []
        var isAfterEnd = false
        for byte in value.utf8 {
            if byte == 10 || byte == 13 {
                isAfterEnd = true
                continue
            }
            if isAfterEnd, byte != 32, byte != 9 { result.append(32) }
            isAfterEnd = false
            result.append(byte)
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Every run of white space that holds a line end becomes one space.
    private static func unfold(_ bytes: ArraySlice<UInt8>) -> String {
        guard bytes.contains(10) || bytes.contains(13) else { return String(decoding: bytes, as: UTF8.self) }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            guard isWhite(bytes[index]) else {
                result.append(bytes[index])
                index += 1
                continue
            }
            let start = index
            while index < bytes.endIndex, isWhite(bytes[index]) { index += 1 }
            let run = bytes[start..<index]
            if run.contains(10) || run.contains(13) { result.append(32) } else { result.append(contentsOf: run) }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func isWhite(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 || byte == 13 }

    /// Cuts a value into plain text and decoded runs; encoded words that only white space parts are one run.
    private static func segments(_ value: ArraySlice<UInt8>) -> [Segment] {
        var found: [Segment] = []
        var run = WordRun()
        var plainStart = value.startIndex
        var index = value.startIndex
        var scanner = WordScanner(value)
        while index < value.endIndex {
            guard value[index] == UInt8(ascii: "="), let word = scanner.word(at: index) else {
                index += 1
                continue
            }
            let between = value[plainStart..<index]
            if run.isEmpty || !between.allSatisfy(isWhite) {
                if !run.isEmpty { found.append(.decoded(run.take())) }
                if !between.isEmpty { found.append(.plain(between)) }
            }
            run.add(word)
            index = word.end
            plainStart = index
        }
        if !run.isEmpty { found.append(.decoded(run.take())) }
        if plainStart < value.endIndex { found.append(.plain(value[plainStart...])) }
        return found
    }
}

/// One encoded word: its charset and the bytes that it stands for.
private struct EncodedWord {
    let charset: String
    let bytes: [UInt8]
    let end: Int
}

/// Encoded words that follow each other; the bytes of one charset are joined, since mailers cut characters in two.
private struct WordRun {
    private var text = ""
    private var charset = ""
    private var bytes: [UInt8] = []
    private(set) var isEmpty = true

    mutating func add(_ word: EncodedWord) {
        if charset != word.charset { flush() }
        charset = word.charset
        bytes += word.bytes
        isEmpty = false
    }

    mutating func take() -> String {
        flush()
        defer { self = WordRun() }
        return text
    }

    private mutating func flush() {
        guard !bytes.isEmpty else { return }
        text += Charset.decode(bytes, charset: charset).text
        bytes = []
    }
}

/// Finds encoded words in a value; time is linear in its length, whatever it holds.
private struct WordScanner {
    private let value: ArraySlice<UInt8>
    /// Once no `?=` follows a place, none follows a later one.
    private var hasNoMoreEnds = false
    private static let longestCharset = 60

    init(_ value: ArraySlice<UInt8>) {
        self.value = value
    }

    /// The encoded word that begins at an equals sign; nil if none does.
    mutating func word(at start: Int) -> EncodedWord? {
        guard !hasNoMoreEnds, start + 1 < value.endIndex, value[start + 1] == UInt8(ascii: "?") else { return nil }
        var index = start + 2
        let charsetStart = index
        while index < value.endIndex, value[index] != UInt8(ascii: "?") {
            guard value[index] > 32, value[index] < 127, index - charsetStart < Self.longestCharset else { return nil }
            index += 1
        }
        guard index > charsetStart, index + 2 < value.endIndex, value[index + 2] == UInt8(ascii: "?") else {
            return nil
        }
        let method = value[index + 1] | 0x20
        guard method == UInt8(ascii: "b") || method == UInt8(ascii: "q") else { return nil }
        let textStart = index + 3
        guard let textEnd = end(from: textStart) else { return nil }
        let name = value[charsetStart..<index].prefix { $0 != UInt8(ascii: "*") }
        let text = value[textStart..<textEnd].filter { $0 != 10 && $0 != 13 }
        let bytes =
            method == UInt8(ascii: "b")
            ? TransferEncoding.base64.decode(text[...]).bytes : Self.decodeQ(value[textStart..<textEnd])
        return EncodedWord(charset: String(decoding: name, as: UTF8.self).lowercased(), bytes: bytes, end: textEnd + 2)
    }

    /// Where the next `?=` begins.
    private mutating func end(from start: Int) -> Int? {
        var index = start
        while index + 1 < value.endIndex {
            if value[index] == UInt8(ascii: "?"), value[index + 1] == UInt8(ascii: "=") { return index }
            index += 1
        }
        hasNoMoreEnds = true
        return nil
    }

    /// The Q encoding; a fold inside the word, which must not be, is taken out with the white space that follows it.
    private static func decodeQ(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            index += 1
            switch byte {
            case UInt8(ascii: "_"):
                result.append(32)
            case UInt8(ascii: "="):
                if index + 1 < text.endIndex, let high = hex(text[index]), let low = hex(text[index + 1]) {
                    result.append(high << 4 | low)
                    index += 2
                } else {
                    result.append(byte)
                }
            case 10, 13:
                while index < text.endIndex, text[index] == 32 || text[index] == 9 || text[index] == 10 { index += 1 }
            default:
                result.append(byte)
            }
        }
        return result
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
