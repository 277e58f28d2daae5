internal import Foundation
internal import Glibc

/// A terminal of the xterm family that understands what a screen of ours may send and takes everything else for a fault.
///
/// The rule of the grammar: cursor movement, erasing, inserting, scrolling, styles, a handful of modes, the title and the
/// clipboard, as the descriptions of xterm and its relatives have them. No byte of mail is in it, so a byte of mail that
/// reaches the terminal as anything but text is found.
public struct VirtualTerminal: Sendable {
    /// One cell of the grid.
    public struct Cell: Sendable, Hashable {
        /// What stands in it: a scalar with those that combine with it; empty in the second half of a wide one.
        public var text = " "
        /// 0 in the second half of a wide character.
        public var width = 1
        public var style = Style()
    }

    /// How a cell looks.
    public struct Style: Sendable, Hashable {
        /// Numbers of the palette; -1 is the terminal's own.
        public var foreground: Int
        public var background: Int
        /// The SGR numbers 1 bold, 2 dim, 3 italic, 4 underlined, 7 reverse.
        public var emphasis: Set<Int> = []

        /// The plain style.
        public init(foreground: Int = -1, background: Int = -1) {
            self.foreground = foreground
            self.background = background
        }
    }

    public let columns: Int
    public let rows: Int
    /// The cells, row by row.
    public internal(set) var cells: [Cell]
    /// The cursor's place, counted from 0.
    public internal(set) var x = 0
    public internal(set) var y = 0
    /// The private modes that are on, 25 (the cursor is shown) and 7 (lines wrap) as terminals begin with them.
    public internal(set) var modes: Set<Int> = [7, 25]
    /// Titles in the order in which they were set.
    public internal(set) var titles: [String] = []
    /// Titles that were put aside and not taken back.
    public internal(set) var savedTitles = 0
    /// What was put on the clipboard.
    public internal(set) var copied: [[UInt8]] = []
    /// What was no part of the grammar, each with where it stood.
    public internal(set) var faults: [String] = []
    /// Bytes taken so far.
    public private(set) var count = 0

    /// The style in which the next character is written.
    public internal(set) var style = Style()
    var isWrapPending = false
    /// The cursor as it was put aside.
    private var saved = (x: 0, y: 0, style: Style())
    var region: ClosedRange<Int>
    /// Whether the keypad sends what a program asked it to send.
    public internal(set) var isApplicationKeypad = false
    var lastPrinted: (text: Unicode.Scalar, width: Int)?
    private var pending: [UInt8] = []
    /// The C library's, which declares it only where X/Open is asked for.
    private static let widths: @convention(c) (wchar_t) -> Int32 = {
        setlocale(LC_CTYPE, "C.UTF-8")
        // The signature is that of the standard.
        return unsafeBitCast(dlsym(nil, "wcwidth"), to: (@convention(c) (wchar_t) -> Int32).self)
    }()

    /// A blank terminal.
    public init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
        cells = Array(repeating: Cell(), count: columns * rows)
        region = 0...rows - 1
    }

    /// A blank terminal of another size in the place of one: its modes and what was noted of it stay.
    init(columns: Int, rows: Int, after old: VirtualTerminal) {
        self.init(columns: columns, rows: rows)
        modes = old.modes
        (titles, savedTitles, copied, faults) = (old.titles, old.savedTitles, old.copied, old.faults)
        count = old.count
    }

    /// The text of each row, blanks at the end included.
    public var lines: [String] {
        (0..<rows).map { row in cells[row * columns..<(row + 1) * columns].map(\.text).joined() }
    }

    /// The whole screen as text.
    public var text: String { lines.joined(separator: "\n") }

    /// The columns that a scalar takes by itself, as the system counts them; below 0 where it does not know it.
    public static func width(of scalar: Unicode.Scalar) -> Int { Int(widths(wchar_t(scalar.value))) }

    /// Whether a sequence has begun and not ended.
    public var isInside: Bool { !pending.isEmpty }

    /// Takes bytes as they come; a sequence may be cut anywhere.
    public mutating func feed(_ bytes: some Collection<UInt8>) {
        count += bytes.count
        pending += bytes
        var place = pending.startIndex
        while place < pending.endIndex, let end = take(pending[place...]) { place = end }
        pending.removeSubrange(..<place)
    }

    mutating func fault(_ what: String, _ bytes: ArraySlice<UInt8> = []) {
        // What follows the first faults is mostly their consequence.
        guard faults.count < 20 else { return }
        let shown = bytes.prefix(40).map {
            0x20...0x7E ~= $0 ? String(Unicode.Scalar($0)) : String(format: "\\x%02x", $0)
        }
        faults.append("\(what) \(shown.joined()) at row \(y), column \(x)")
    }

    /// Takes one character or sequence; answers where it ends, or nil where it is not whole yet.
    private mutating func take(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard let first = bytes.first else { return nil }
        let start = bytes.startIndex
        switch first {
        case 0x1B: return takeEscape(bytes)
        case 0x08: moveTo(x: x - 1, y: y)
        case 0x09: moveTo(x: min(columns - 1, (x / 8 + 1) * 8), y: y)
        case 0x0A: lineFeed()
        case 0x0D: moveTo(x: 0, y: y)
        case 0x20...0x7E: put(Unicode.Scalar(first), width: 1)
        case 0x80...:
            let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
            guard bytes.count >= length else { return nil }
            let part = bytes[start..<start + length]
            guard let text = String(validating: part, as: UTF8.self), let scalar = text.unicodeScalars.first else {
                fault("bytes that are no UTF-8:", part)
                return start + 1
            }
            put(scalar)
            return start + length
        default: fault("a control character:", bytes.prefix(1))
        }
        return start + 1
    }

    private mutating func takeEscape(_ bytes: ArraySlice<UInt8>) -> Int? {
        let start = bytes.startIndex
        guard bytes.count >= 2 else { return nil }
        switch bytes[start + 1] {
        case UInt8(ascii: "["):
            guard let final = bytes.dropFirst(2).firstIndex(where: { !(0x20...0x3F ~= $0) }) else { return nil }
            control(String(decoding: bytes[start + 2..<final], as: UTF8.self), bytes[final], bytes[start...final])
            return final + 1
        case UInt8(ascii: "]"):
            guard let end = bytes.dropFirst(2).firstIndex(where: { $0 < 0x20 || $0 == 0x7F }) else { return nil }
            // How xterm's description asks for the colours that the palette began with.
            if bytes[start...end].elementsEqual("\u{1B}]104\u{7}".utf8) { return end + 1 }
            guard end + 1 < bytes.endIndex else { return nil }
            guard bytes[end] == 0x1B, bytes[end + 1] == UInt8(ascii: "\\") else {
                fault("a command to the terminal that ends oddly:", bytes[start...end + 1])
                return end + 1
            }
            command(String(decoding: bytes[start + 2..<end], as: UTF8.self), bytes[start...end])
            return end + 2
        case UInt8(ascii: "("):
            guard bytes.count >= 3 else { return nil }
            if bytes[start + 2] != UInt8(ascii: "B") { fault("another character set:", bytes.prefix(3)) }
            return start + 3
        case UInt8(ascii: "="): isApplicationKeypad = true
        case UInt8(ascii: ">"): isApplicationKeypad = false
        case UInt8(ascii: "M"): reverseLineFeed()
        case UInt8(ascii: "7"): saved = (x, y, style)
        case UInt8(ascii: "8"):
            moveTo(x: saved.x, y: saved.y)
            style = saved.style
        default: fault("a sequence that nobody sends here:", bytes.prefix(8))
        }
        return start + 2
    }

    /// The commands of xterm: the title and the clipboard.
    private mutating func command(_ text: String, _ bytes: ArraySlice<UInt8>) {
        // By bytes: a title may begin with what would combine with the semicolon.
        if text.utf8.starts(with: "2;".utf8) {
            let title = String(decoding: text.utf8.dropFirst(2), as: UTF8.self)
            titles.append(title)
            if title.unicodeScalars.contains(where: Self.isForbidden) {
                fault("a title with characters that act:", bytes)
            }
        } else if let copy = text.wholeMatch(of: #/52;c;([A-Za-z0-9+\/=]*)/#),
            let data = Data(base64Encoded: String(copy.output.1))
        {
            copied.append(Array(data))
        } else {
            fault("a command to the terminal:", bytes)
        }
    }

    /// Scalars that a screen never holds: they act on a terminal, reorder it, or hide.
    public static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0xAD, 0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x200B,
            0x2028...0x202E, 0x2060...0x206F, 0x3164, 0xFEFF, 0xFFA0, 0xFFF0...0xFFFB, 0xE0000, 0xE0001:
            true
        default: scalar.properties.generalCategory == .unassigned
        }
    }
}
