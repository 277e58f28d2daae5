/// Turns what a terminal sends into events: UTF-8, control sequences of the xterm family, and the keys that the
/// terminal's description names. Pure: no clock and no descriptor.
///
/// Unknown sequences are swallowed whole, so that their letters never act as keys.
package struct InputDecoder {
    /// Most bytes that one paste brings; the rest is left out.
    package static let pasteLimit = 1 << 20
    /// Longest control sequence that is waited for.
    private static let sequenceLimit = 64
    /// Longest answer of a terminal (OSC, DCS) that is waited for.
    private static let answerLimit = 4_096

    private let keys: [[UInt8]: Key]
    private var buffer: [UInt8] = []
    private var paste: [UInt8]?

    /// A decoder; `keys` are byte sequences of the terminal's description.
    package init(keys: [[UInt8]: Key] = [:]) {
        self.keys = keys
    }

    /// Whether bytes are kept that may be the beginning of something: an Esc alone, above all.
    package var isPending: Bool { paste == nil && !buffer.isEmpty }

    /// Decodes bytes; what is incomplete is kept for the next call.
    package mutating func feed(_ bytes: some Sequence<UInt8>) -> [Event] {
        buffer += bytes
        return decode(isFinal: false)
    }

    /// Takes what is kept as complete, because nothing followed in time.
    package mutating func flush() -> [Event] {
        paste == nil ? decode(isFinal: true) : []
    }

    private enum Step {
        case event(Event?, length: Int)
        case incomplete
    }

    private mutating func decode(isFinal: Bool) -> [Event] {
        var events: [Event] = []
        var position = 0
        while position < buffer.count {
            if paste != nil {
                guard let (event, end) = takePaste(from: position) else { break }
                position = end
                if let event { events.append(event) }
                if paste != nil { break }
                continue
            }
            switch step(buffer[position...], isFinal: isFinal) {
            case .event(let event, let length):
                position += length
                if let event { events.append(event) }
            case .incomplete:
                buffer.removeFirst(position)
                return events
            }
        }
        buffer.removeFirst(min(position, buffer.count))
        return events
    }

    /// Collects pasted bytes up to the end mark; answers the paste, if it is complete, and where to go on.
    private mutating func takePaste(from start: Int) -> (Event?, Int)? {
        let mark: [UInt8] = Array("\u{1B}[201~".utf8)
        var at = start
        while at < buffer.count {
            if buffer[at] == 0x1B {
                let rest = buffer[at...].prefix(mark.count)
                if rest.elementsEqual(mark) {
                    collect(buffer[start..<at])
                    defer { paste = nil }
                    return (.paste(String(decoding: paste ?? [], as: UTF8.self)), at + mark.count)
                }
                // The mark may come in two pieces.
                if mark.starts(with: rest) { break }
            }
            at += 1
        }
        collect(buffer[start..<at])
        return (nil, at)
    }

    mutating func beginPaste() {
        paste = []
    }

    private mutating func collect(_ bytes: ArraySlice<UInt8>) {
        guard let room = paste.map({ Self.pasteLimit - $0.count }), room > 0 else { return }
        paste?.append(contentsOf: bytes.prefix(room))
    }

    private mutating func step(_ bytes: ArraySlice<UInt8>, isFinal: Bool) -> Step {
        let first = bytes[bytes.startIndex]
        if let (key, length) = described(bytes) { return .event(.key(key), length: length) }
        switch first {
        case 0x1B:
            return escape(bytes, isFinal: isFinal)
        case 0x80...:
            return character(bytes, isFinal: isFinal)
        default:
            return .event(.key(Self.key(first)), length: 1)
        }
    }

    /// A key of the terminal's description that the bytes begin with.
    private func described(_ bytes: ArraySlice<UInt8>) -> (Key, Int)? {
        guard let first = bytes.first, first < 0x20 || first == 0x7F else { return nil }
        for (sequence, key) in keys where bytes.starts(with: sequence) { return (key, sequence.count) }
        return nil
    }

    private static func key(_ byte: UInt8) -> Key {
        switch byte {
        case 0x00: Key(.character(" "), .control)
        case 0x09: Key(.tab)
        case 0x0A, 0x0D: Key(.enter)
        case 0x01...0x1A: Key(.character(Character(Unicode.Scalar(byte + 0x60))), .control)
        case 0x1C...0x1F: Key(.character(Character(Unicode.Scalar(byte + 0x40))), .control)
        case 0x7F: Key(.backspace)
        default: Key(Character(Unicode.Scalar(byte)))
        }
    }

    /// One scalar of UTF-8; what is none is left out.
    private func character(_ bytes: ArraySlice<UInt8>, isFinal: Bool) -> Step {
        let length: Int
        switch bytes[bytes.startIndex] {
        case 0xC2...0xDF: length = 2
        case 0xE0...0xEF: length = 3
        case 0xF0...0xF4: length = 4
        default: return .event(nil, length: 1)
        }
        let continuation = bytes.dropFirst().prefix(length - 1)
        if let bad = continuation.firstIndex(where: { $0 & 0xC0 != 0x80 }) {
            return .event(nil, length: bad - bytes.startIndex)
        }
        guard bytes.count >= length else { return isFinal ? .event(nil, length: bytes.count) : .incomplete }
        let text = String(decoding: bytes.prefix(length), as: UTF8.self)
        guard let character = text.first, text.unicodeScalars.count == 1, text != "\u{FFFD}",
            let scalar = text.unicodeScalars.first, scalar.value >= 0xA0
        else { return .event(nil, length: length) }
        return .event(.key(Key(character)), length: length)
    }

    private mutating func escape(_ bytes: ArraySlice<UInt8>, isFinal: Bool) -> Step {
        guard bytes.count > 1 else { return isFinal ? .event(.key(Key(.escape)), length: 1) : .incomplete }
        let second = bytes[bytes.startIndex + 1]
        switch second {
        case UInt8(ascii: "["):
            return controlSequence(bytes, isFinal: isFinal)
        case UInt8(ascii: "O"):
            guard bytes.count > 2 else { return isFinal ? alt(second) : .incomplete }
            let key = Self.finals[bytes[bytes.startIndex + 2]].map { Event.key(Key($0)) }
            return .event(key, length: 3)
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"):
            return answer(bytes, isFinal: isFinal)
        case 0x1B:
            return .event(.key(Key(.escape)), length: 1)
        case 0x80...:
            guard case .event(let event, let length) = character(bytes.dropFirst(), isFinal: isFinal) else {
                return .incomplete
            }
            guard case .key(var key) = event else { return .event(nil, length: length + 1) }
            key.modifiers.insert(.alt)
            return .event(.key(key), length: length + 1)
        default:
            return alt(second)
        }
    }

    private func alt(_ byte: UInt8) -> Step {
        var key = Self.key(byte)
        key.modifiers.insert(.alt)
        return .event(.key(key), length: 2)
    }

    /// An answer to a question (OSC, DCS, …): swallowed up to its end.
    private func answer(_ bytes: ArraySlice<UInt8>, isFinal: Bool) -> Step {
        for index in bytes.indices.dropFirst(2) {
            if bytes[index] == 0x07 { return .event(nil, length: index - bytes.startIndex + 1) }
            if bytes[index] == 0x1B {
                guard index + 1 < bytes.endIndex || isFinal else { return .incomplete }
                let ends = index + 1 < bytes.endIndex && bytes[index + 1] == UInt8(ascii: "\\")
                return .event(nil, length: index - bytes.startIndex + (ends ? 2 : 0))
            }
        }
        if isFinal, bytes.count == 2 { return alt(bytes[bytes.startIndex + 1]) }
        return isFinal || bytes.count > Self.answerLimit ? .event(nil, length: bytes.count) : .incomplete
    }

    private mutating func controlSequence(_ bytes: ArraySlice<UInt8>, isFinal: Bool) -> Step {
        var index = bytes.startIndex + 2
        // The Linux console's F1 to F5: `ESC [ [ A`.
        if index < bytes.endIndex, bytes[index] == UInt8(ascii: "[") {
            guard index + 1 < bytes.endIndex else { return isFinal ? .event(nil, length: 3) : .incomplete }
            let number = Int(bytes[index + 1]) - 0x40
            return .event((1...5).contains(number) ? .key(Key(.function(number))) : nil, length: 4)
        }
        while index < bytes.endIndex, (0x20...0x3F).contains(bytes[index]) { index += 1 }
        let length = index - bytes.startIndex
        guard index < bytes.endIndex else {
            if isFinal, length == 2 { return alt(UInt8(ascii: "[")) }
            return isFinal || length > Self.sequenceLimit ? .event(nil, length: length) : .incomplete
        }
        // A control inside breaks the sequence off and is read for itself.
        guard (0x40...0x7E).contains(bytes[index]) else { return .event(nil, length: length) }
        let parameters = bytes[bytes.startIndex + 2..<index]
        return .event(event(parameters, final: bytes[index]), length: length + 1)
    }
}
