/// Turns bytes from anywhere into a row of cells in which nothing acts on a terminal and nothing hides.
///
/// Rule: a scalar is kept, shown as a mark, or (three named cases) left out. Why: what a terminal obeys or does not
/// draw is how mail deceives. Practice: controls become their pictures (`␛`), other scalars `‹U+202E›`, bytes that are
/// no UTF-8 `‹0x9B›`, runs of one scalar `‹U+200D×500›`, tag characters the text that they spell, `‹tag:hidden›`. Left
/// out: a byte order mark at the start, carriage returns before a line feed in a body, and soft hyphens in a body.
struct Neutraliser {
    /// What kind of text a line is.
    enum Mode: Equatable {
        /// A name, a subject, a path: a line end inside is marked, a tab is one blank, soft hyphens are marked.
        case field
        /// A line of a body: tabs go to the next multiple of `tabWidth`, soft hyphens are hidden as they ask.
        case body(tabWidth: Int)
    }

    /// Combining scalars that one cluster may carry; more are counted in a mark.
    static let marksPerCluster = 8
    /// Scalars of one cluster: the longest emoji in use has 10.
    static let scalarsPerCluster = 20
    /// So a cluster's bytes fit `SafeText.Span.length`.
    static let clusterBytes = scalarsPerCluster * 4

    private let mode: Mode
    private var output: [UInt8] = []
    private var spans: [SafeText.Span] = []
    private var width = 0
    private var hasRightToLeft = false
    private var cluster = Cluster()
    /// The last scalar kept in the open cluster; 0 when a mark or nothing came before.
    private var previous: UInt32 = 0
    private var breakState: Int32 = 0

    /// The cluster that is still growing.
    private struct Cluster {
        var start = 0
        var scalars = 0
        var marks = 0
        var width = 0
        var isEmoji = false
        /// Combining scalars left out because the cluster is full.
        var dropped = 0
    }

    private init(mode: Mode, capacity: Int) {
        self.mode = mode
        output.reserveCapacity(capacity + capacity / 4)
        spans.reserveCapacity(capacity)
    }

    /// One line out of a string.
    static func line(_ text: String, mode: Mode) -> SafeText {
        var copy = text
        return copy.withUTF8 { utf8 in
            isPlain(utf8) ? SafeText(ascii: text) : neutralise(utf8, mode: mode)
        }
    }

    /// One line out of bytes.
    static func line(_ bytes: some Collection<UInt8>, mode: Mode) -> SafeText {
        bytes.withContiguousStorageIfAvailable { line($0, mode: mode) }
            ?? Array(bytes).withUnsafeBufferPointer { line($0, mode: mode) }
    }

    /// One line out of a buffer.
    static func line(_ utf8: UnsafeBufferPointer<UInt8>, mode: Mode) -> SafeText {
        isPlain(utf8) ? SafeText(ascii: String(decoding: utf8, as: UTF8.self)) : neutralise(utf8, mode: mode)
    }

    /// Whether each byte is printable ASCII, so that nothing is left to do.
    private static func isPlain(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
        for byte in utf8 where byte &- 0x20 > 0x5E { return false }
        return true
    }

    private static func neutralise(_ utf8: UnsafeBufferPointer<UInt8>, mode: Mode) -> SafeText {
        var neutraliser = Neutraliser(mode: mode, capacity: utf8.count)
        neutraliser.run(utf8)
        return neutraliser.finish()
    }

    private mutating func finish() -> SafeText {
        closeCluster()
        let string = String(decoding: output, as: UTF8.self)
        let plain = spans.allSatisfy { $0.length == 1 && $0.bits == 1 }
        return SafeText(
            string: string, spans: plain ? [] : spans, width: width, hasRightToLeft: hasRightToLeft)
    }

    private mutating func run(_ utf8: UnsafeBufferPointer<UInt8>) {
        var reader = ScalarReader(utf8)
        // A byte order mark at the very start says how bytes were ordered and is no text.
        if mode == .field, reader.peek()?.scalar == Scalars.byteOrderMark { _ = reader.next() }
        while let item = reader.next() {
            guard let scalar = item.scalar else {
                mark("‹0x\(hex(UInt32(item.byte), digits: 2))›")
                continue
            }
            switch scalar {
            case 0x20...0x7E:
                keep(scalar, width: 1)
            case 0x09:
                tab()
            case 0x00...0x1F:
                mark(picture: 0x2400 + scalar)
            case 0x7F:
                mark(picture: 0x2421)
            default:
                beyondASCII(ScalarProperties(scalar), &reader)
            }
        }
    }

    private mutating func tab() {
        closeCluster()
        var blanks = 1
        if case .body(let tabWidth) = mode, tabWidth > 1 { blanks = tabWidth - width % tabWidth }
        for _ in 0..<blanks { emit([0x20], width: 1, isMark: false) }
    }

    private mutating func beyondASCII(_ it: ScalarProperties, _ reader: inout ScalarReader) {
        let scalar = it.scalar
        if scalar < 0xA0 || it.isUnassigned || (it.isFormat && !Scalars.isInvisible(scalar) && it.width == 0) {
            markRun(scalar, &reader)
        } else if Scalars.isTag(scalar) {
            if previous == Scalars.blackFlag, let length = reader.flagTags(after: scalar) {
                extend(scalar)
                for _ in 0..<length {
                    if let next = reader.next()?.scalar { extend(next) }
                }
            } else {
                markTags(scalar, &reader)
            }
        } else if Scalars.isInvisible(scalar) {
            if scalar == Scalars.softHyphen, mode != .field { return }
            if keepsInvisible(scalar, next: reader.peek()?.scalar) {
                if it.width > 0 { keep(scalar, width: it.width) } else { extend(scalar) }
            } else {
                markRun(scalar, &reader)
            }
        } else {
            grow(it, &reader)
        }
    }

    /// A visible scalar: into the open cluster or into a new one.
    private mutating func grow(_ it: ScalarProperties, _ reader: inout ScalarReader) {
        if it.isRightToLeft { hasRightToLeft = true }
        // Prepended signs are drawn in a column of their own by terminals, so they end where they are.
        let joins =
            previous != 0 && !Scalars.isVisibleFormat(previous)
            && !ScalarProperties.breaks(between: previous, and: it.scalar, state: &breakState)
        guard joins else {
            // Nothing to combine with: on the screen it would join whatever we drew before.
            if it.width == 0 || it.isCombining { return markRun(it.scalar, &reader) }
            return keep(it.scalar, it)
        }
        // A skin tone without an emoji is a swatch of its own, and a row of wide marks is cut into cells.
        if Scalars.isSkinTone(it.scalar) && !cluster.isEmoji || !cluster.isEmoji && cluster.width + it.width > 4 {
            return keep(it.scalar, it)
        }
        if it.isCombining || it.width == 0 {
            cluster.marks += 1
            guard cluster.marks <= Self.marksPerCluster, cluster.scalars < Self.scalarsPerCluster else {
                cluster.dropped += 1
                previous = it.scalar
                return
            }
        } else if cluster.scalars >= Self.scalarsPerCluster {
            return keep(it.scalar, it)
        }
        append(it.scalar)
        if cluster.isEmoji {
            cluster.width = max(cluster.width, it.width == 0 ? 1 : 2)
        } else {
            cluster.width += it.width
        }
    }

    private mutating func keep(_ scalar: UInt32, _ it: ScalarProperties) {
        keep(scalar, width: it.width)
        cluster.isEmoji = it.isPictographic || Scalars.isSkinTone(scalar)
    }

    /// Begins a cluster.
    private mutating func keep(_ scalar: UInt32, width: Int) {
        closeCluster()
        cluster = Cluster(start: output.count, width: width)
        append(scalar)
    }

    /// Puts a scalar without width into the open cluster.
    private mutating func extend(_ scalar: UInt32) {
        if previous != 0 { _ = ScalarProperties.breaks(between: previous, and: scalar, state: &breakState) }
        append(scalar)
        // Emoji presentation makes a narrow sign, or the digit of a keycap, an emoji of two columns.
        if scalar == Scalars.emojiPresentation { cluster.width = 2 }
    }

    private mutating func append(_ scalar: UInt32) {
        appendUTF8(scalar, to: &output)
        cluster.scalars += 1
        previous = scalar
    }

    private mutating func closeCluster() {
        let dropped = cluster.dropped
        if cluster.scalars > 0 {
            let length = output.count - cluster.start
            spans.append(SafeText.Span(length: length, width: cluster.width, isMark: false))
            width += cluster.width
        }
        cluster = Cluster()
        previous = 0
        breakState = 0
        if dropped > 0 { mark("‹+\(dropped)›") }
    }
}

extension Neutraliser {
    /// Whether an invisible scalar does, here, what its script needs it for.
    private func keepsInvisible(_ scalar: UInt32, next: UInt32?) -> Bool {
        guard cluster.scalars < Self.scalarsPerCluster - 8 else { return false }
        switch scalar {
        case Scalars.zeroWidthJoiner:
            if cluster.isEmoji, let next, ScalarProperties(next).isPictographic {
                return previous != Scalars.zeroWidthJoiner
            }
            return previous != 0 && (ScalarProperties(previous).isVirama || joinsLetters(next))
        case Scalars.zeroWidthNonJoiner:
            return joinsLetters(next)
        case Scalars.emojiPresentation:
            return previous != 0 && cluster.scalars <= 12 && takesPresentation(next)
        case Scalars.textPresentation:
            return previous != 0 && cluster.scalars == 1 && cluster.isEmoji
        case 0xFE00...0xFE02:
            return Scalars.isIdeograph(previous) || (0x2200...0x22FF).contains(previous)
        case 0xE0100...0xE01EF:
            return Scalars.isIdeograph(previous)
        case 0x180B...0x180F:
            return Scalars.isMongolian(previous)
        case 0x200E, 0x200F, 0x61C:
            // A direction mark right behind a right-to-left letter changes nothing in the letter's own run.
            return previous != 0 && ScalarProperties(previous).isRightToLeft && scalar != 0x200E
        case 0x34F:
            return Scalars.isHebrewPoint(previous) && next.map(Scalars.isHebrewPoint) ?? false
        case 0x2800:
            return Scalars.isBraille(previous) || (previous == 0x2800) || next.map(Scalars.isBraille) ?? false
        default:
            return false
        }
    }

    private func takesPresentation(_ next: UInt32?) -> Bool {
        let base = ScalarProperties(previous)
        return base.isPictographic || (Scalars.isKeycapBase(previous) && next == Scalars.keycap)
    }

    private func joinsLetters(_ next: UInt32?) -> Bool {
        guard Scalars.isJoiningScript(previous), let next else { return false }
        return Scalars.isJoiningScript(next)
    }
}

extension Neutraliser {
    /// Shows a scalar by its number, and the same again and again only once.
    private mutating func markRun(_ scalar: UInt32, _ reader: inout ScalarReader) {
        var count = 1
        while reader.peek()?.scalar == scalar {
            _ = reader.next()
            count += 1
        }
        let name = "U+\(hex(scalar, digits: 4))"
        mark(count > 1 ? "‹\(name)×\(count)›" : "‹\(name)›")
    }

    /// Shows what a run of tag characters spells.
    private mutating func markTags(_ first: UInt32, _ reader: inout ScalarReader) {
        var spelled = ""
        var scalar: UInt32? = first
        while let tag = scalar {
            let ascii = tag &- 0xE0000
            if (0x20...0x7E).contains(ascii) {
                spelled.unicodeScalars.append(Unicode.Scalar(UInt8(ascii)))
            } else {
                spelled += "‹U+\(hex(tag, digits: 4))›"
            }
            guard let next = reader.peek()?.scalar, Scalars.isTag(next) else { break }
            _ = reader.next()
            scalar = next
        }
        mark("‹tag:\(spelled)›")
    }

    private mutating func mark(picture scalar: UInt32) {
        closeCluster()
        var bytes: [UInt8] = []
        appendUTF8(scalar, to: &bytes)
        emit(bytes, width: 1, isMark: true)
    }

    /// Shows a text of our own in which each scalar takes one column.
    private mutating func mark(_ text: String) {
        closeCluster()
        for scalar in text.unicodeScalars { emit(Array(String(scalar).utf8), width: 1, isMark: true) }
    }

    private mutating func emit(_ bytes: [UInt8], width columns: Int, isMark: Bool) {
        output += bytes
        spans.append(SafeText.Span(length: bytes.count, width: columns, isMark: isMark))
        width += columns
    }
}

/// Upper-case hexadecimal digits, at least `digits` of them.
private func hex(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
}

/// Encodes a scalar that the reader has found valid.
private func appendUTF8(_ scalar: UInt32, to bytes: inout [UInt8]) {
    switch scalar {
    case 0..<0x80:
        bytes.append(UInt8(truncatingIfNeeded: scalar))
    case 0x80..<0x800:
        bytes.append(0xC0 | UInt8(truncatingIfNeeded: scalar >> 6))
        bytes.append(0x80 | UInt8(truncatingIfNeeded: scalar & 0x3F))
    case 0x800..<0x10000:
        bytes.append(0xE0 | UInt8(truncatingIfNeeded: scalar >> 12))
        bytes.append(0x80 | UInt8(truncatingIfNeeded: scalar >> 6 & 0x3F))
        bytes.append(0x80 | UInt8(truncatingIfNeeded: scalar & 0x3F))
    default:
        bytes.append(0xF0 | UInt8(truncatingIfNeeded: scalar >> 18 & 0x7))
        bytes.append(0x80 | UInt8(truncatingIfNeeded: scalar >> 12 & 0x3F))
        bytes.append(0x80 | UInt8(truncatingIfNeeded: scalar >> 6 & 0x3F))
        bytes.append(0x80 | UInt8(truncatingIfNeeded: scalar & 0x3F))
    }
}
