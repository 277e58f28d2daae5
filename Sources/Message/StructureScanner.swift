import Glibc

/// Finds the header sections, bodies and boundaries of a message in one pass without recursion.
///
/// Why not GMime's own parser: the reader, the guard and the sandbox need the byte offsets of every part, exact limits
/// that stop the work where they are passed, NUL bytes in headers kept, and a record of everything that another parser
/// could read differently. Values (types, parameters, addresses, dates, encodings) are GMime's.
struct StructureScanner {
    /// A part that encloses others and isn't ended yet.
    private struct Frame {
        let part: Int
        /// `--` and the boundary; empty for a message inside, which ends with what holds it.
        let delimiter: [UInt8]
        var isClosed = false
    }

    /// A boundary line: whose, whether it is the last one, where the line begins and where the next begins.
    private struct Delimiter {
        let frame: Int
        let isClosing: Bool
        let start: Int
        let next: Int
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private let bounds: ParsingLimits
    private var frames: [Frame] = []
    private var headerBytesLeft: Int
    private(set) var parts: [MessagePart] = []
    private(set) var passed: Set<PassedLimit> = []
    private(set) var ambiguities: [Ambiguity] = []

    /// A short field still costs memory, so it counts as this many bytes against the limit of headers.
    private static let leastFieldCost = 100
    /// More findings say nothing new, and must not fill the memory.
    private static let mostAmbiguities = 200

    /// Scans the bytes, which must outlive the scanner.
    init(_ bytes: UnsafeBufferPointer<UInt8>, limits: ParsingLimits) {
        self.bytes = bytes
        self.bounds = limits
        headerBytesLeft = limits.headerBytes
        scan()
    }

    // MARK: The pass

    private mutating func scan() {
        var current: Int? = begin(parent: nil, at: 0, isInDigest: false)
        while let part = current {
            let bodyStart = scanHeaders(of: part)
            describe(part)
            if let inner = open(part, at: bodyStart) {
                current = inner
                continue
            }
            let isLeaf = frames.last?.part != part
            current = scanBody(from: bodyStart, leaf: isLeaf ? part : nil)
        }
    }

    /// Reads on to the next part's beginning and answers that part; nil at the end of the message.
    private mutating func scanBody(from start: Int, leaf: Int?) -> Int? {
        var leaf = leaf
        var position = start
        while let delimiter = nextDelimiter(from: position) {
            end(leaf, downTo: delimiter.frame + 1, at: contentEnd(before: delimiter.start))
            leaf = nil
            position = delimiter.next
            let holder = frames[delimiter.frame].part
            if delimiter.isClosing {
                frames[delimiter.frame].isClosed = true
            } else if parts.count >= bounds.parts {
                passed.insert(.parts)
                return endAll()
            } else {
                if frames[delimiter.frame].isClosed { note(.boundaryAfterClose, holder) }
                return begin(parent: holder, at: position, isInDigest: parts[holder].mediaType == "multipart/digest")
            }
        }
        for frame in frames where !frame.isClosed && !frame.delimiter.isEmpty { note(.unclosedMultipart, frame.part) }
        end(leaf, downTo: 0, at: bytes.count)
        return nil
    }

    private mutating func begin(parent: Int?, at position: Int, isInDigest: Bool) -> Int {
        let depth = parent.map { parts[$0].depth + 1 } ?? 0
        let number = parts.count
        parts.append(
            MessagePart(
                number: number, parent: parent, depth: depth, headerRange: position..<position,
                bodyRange: position..<position,
                contentType: ParameterizedValue(value: isInDigest ? "message/rfc822" : "text/plain")))
        if let parent { parts[parent].children.append(number) }
        return number
    }

    /// Opens a multipart or the message in a message/rfc822; answers the part inside whose headers come next.
    private mutating func open(_ part: Int, at bodyStart: Int) -> Int? {
        let type = parts[part].contentType
        let isMessage = type.value == "message/rfc822" || type.value == "message/global"
        guard isMessage || type.value.hasPrefix("multipart/") else { return nil }
        let encoding = parts[part].transferEncoding
        if encoding != .identity {
            note(.encodedContainer, part)
            if isMessage { return nil }
        }
        guard parts[part].depth < bounds.depth else {
            passed.insert(.depth)
            return nil
        }
        if isMessage {
            guard parts.count < bounds.parts else {
                passed.insert(.parts)
                return nil
            }
            frames.append(Frame(part: part, delimiter: []))
            parts[part].isMessage = true
            return begin(parent: part, at: bodyStart, isInDigest: false)
        }
        let boundary = Array((type["boundary"] ?? "").utf8)
        guard !boundary.isEmpty else {
            note(.missingBoundary, part)
            return nil
        }
        let delimiter = [0x2D, 0x2D] + boundary
        if frames.contains(where: { !$0.isClosed && $0.delimiter == delimiter }) { note(.repeatedBoundary, part) }
        frames.append(Frame(part: part, delimiter: delimiter))
        parts[part].isMultipart = true
        return nil
    }

    /// Ends a leaf and the open containers from a level on.
    private mutating func end(_ leaf: Int?, downTo level: Int, at position: Int) {
        if let leaf { setEnd(leaf, position) }
        while frames.count > level {
            let frame = frames.removeLast()
            if level > 0, !frame.isClosed, !frame.delimiter.isEmpty { note(.unclosedMultipart, frame.part) }
            setEnd(frame.part, position)
        }
    }

    /// The limit of parts is passed: the last part holds the rest.
    private mutating func endAll() -> Int? {
        if let last = parts.indices.last { setEnd(last, bytes.count) }
        end(nil, downTo: 0, at: bytes.count)
        return nil
    }

    private mutating func setEnd(_ part: Int, _ position: Int) {
        let start = parts[part].bodyRange.lowerBound
        parts[part].bodyRange = start..<max(start, position)
        if parts[part].transferEncoding == .base64, TransferEncoding.hasForeignBase64(bytes[parts[part].bodyRange]) {
            note(.brokenEncoding, part)
        }
    }

    private mutating func note(_ kind: Ambiguity.Kind, _ part: Int, _ detail: String = "") {
        guard ambiguities.count < Self.mostAmbiguities else { return }
        let finding = Ambiguity(kind: kind, part: part, detail: detail)
        if !ambiguities.contains(finding) { ambiguities.append(finding) }
    }

    // MARK: Headers

    /// Reads the header section that begins where the part does; answers where the body begins.
    private mutating func scanHeaders(of part: Int) -> Int {
        let start = parts[part].headerRange.lowerBound
        var position = start
        var headers: [HeaderField] = []
        var isEnded = false
        while position < bytes.count {
            let lineEnd = nextLine(after: position)
            if isEmptyLine(position, lineEnd) {
                position = lineEnd
                isEnded = true
                break
            }
            if delimiter(at: position, next: lineEnd) != nil { break }
            let fieldEnd = endOfField(from: lineEnd)
            read(position..<fieldEnd, isFirst: position == start, of: part, into: &headers)
            position = fieldEnd
        }
        if !isEnded, position < bytes.count || part != 0 { note(.unendedHeaders, part) }
        parts[part].headers = headers
        parts[part].headerRange = start..<position
        parts[part].bodyRange = position..<position
        return position
    }

    /// The end of a field whose first line ends here: after the last line that begins with white space and isn't empty.
    private func endOfField(from position: Int) -> Int {
        var position = position
        while position < bytes.count, bytes[position] == 32 || bytes[position] == 9 {
            position = nextLine(after: position)
        }
        return position
    }

    private mutating func read(_ range: Range<Int>, isFirst: Bool, of part: Int, into headers: inout [HeaderField]) {
        let colon = firstIndex(
            of: UInt8(ascii: ":"), in: range.lowerBound..<min(range.upperBound, range.lowerBound + 1_000))
        guard let colon, let name = fieldName(range.lowerBound..<colon) else {
            // The separator line of mailbox files is no header, and no danger.
            if !isFirst || !starts(with: "From ", range) && !starts(with: ">From ", range) {
                note(.malformedHeader, part, String(decoding: bytes[range].prefix(60), as: UTF8.self))
            }
            return
        }
        guard headerBytesLeft > 0 else {
            passed.insert(.headerBytes)
            return
        }
        var end = range.upperBound
        if end > range.lowerBound, bytes[end - 1] == 10 { end -= 1 }
        if end > colon + 1, bytes[end - 1] == 13 { end -= 1 }
        let limit = colon + 1 + headerBytesLeft
        if end > limit {
            passed.insert(.headerBytes)
            end = limit
        }
        headerBytesLeft -= max(range.count, Self.leastFieldCost)
        let value = Array(bytes[min(colon + 1, end)..<end])
        if memchr(value, 0, value.count) != nil || name.utf8.contains(0) { note(.nulInHeader, part, name) }
        headers.append(HeaderField(name: name, range: range, rawBytes: value))
    }

    /// The name before a colon; nil if that is no name.
    private func fieldName(_ range: Range<Int>) -> String? {
        var end = range.upperBound
        while end > range.lowerBound, bytes[end - 1] == 32 || bytes[end - 1] == 9 { end -= 1 }
        guard end > range.lowerBound else { return nil }
        let name = bytes[range.lowerBound..<end]
        guard name.allSatisfy({ $0 > 32 && $0 != 127 || $0 == 0 }) else { return nil }
        return String(decoding: name, as: UTF8.self)
    }

    // MARK: Lines

    private func nextLine(after position: Int) -> Int {
        firstIndex(of: 10, in: position..<bytes.count).map { $0 + 1 } ?? bytes.count
    }

    private func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        guard !range.isEmpty, let base = bytes.baseAddress,
            let found = memchr(base + range.lowerBound, Int32(byte), range.count)
        else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    private func isEmptyLine(_ start: Int, _ next: Int) -> Bool {
        bytes[start] == 10 || bytes[start] == 13 && next == start + 2
    }

    private func starts(with text: StaticString, _ range: Range<Int>) -> Bool {
        let length = text.utf8CodeUnitCount
        guard range.count >= length, let base = bytes.baseAddress else { return false }
        return memcmp(base + range.lowerBound, text.utf8Start, length) == 0
    }

    /// Where the content before a boundary line ends: the line end before it belongs to the boundary.
    private func contentEnd(before lineStart: Int) -> Int {
        var end = lineStart
        if end > 0, bytes[end - 1] == 10 { end -= 1 }
        if end > 0, end < lineStart, bytes[end - 1] == 13 { end -= 1 }
        return end
    }

    // MARK: Boundaries

    private func nextDelimiter(from start: Int) -> Delimiter? {
        guard frames.contains(where: { !$0.delimiter.isEmpty }) else { return nil }
        var position = start
        while position < bytes.count {
            let next = nextLine(after: position)
            if let found = delimiter(at: position, next: next) { return found }
            position = next
        }
        return nil
    }

    /// The boundary line that begins here, of the innermost multipart that has this boundary.
    private func delimiter(at start: Int, next: Int) -> Delimiter? {
        guard start + 2 < next, bytes[start] == 0x2D, bytes[start + 1] == 0x2D, let base = bytes.baseAddress else {
            return nil
        }
        var end = next
        while end > start, bytes[end - 1] == 10 || bytes[end - 1] == 13 || bytes[end - 1] == 32 || bytes[end - 1] == 9 {
            end -= 1
        }
        for index in frames.indices.reversed() where !frames[index].delimiter.isEmpty {
            let delimiter = frames[index].delimiter
            let extra = end - start - delimiter.count
            guard extra == 0 || extra == 2 && bytes[end - 1] == 0x2D && bytes[end - 2] == 0x2D,
                memcmp(base + start, delimiter, delimiter.count) == 0
            else { continue }
            return Delimiter(frame: index, isClosing: extra == 2, start: start, next: next)
        }
        return nil
    }
}

// MARK: What a part says of itself

extension StructureScanner {
    /// Header fields that may stand once in a section (RFC 5322 §3.6, RFC 2045).
    private static let single: Set<String> = [
        "from", "sender", "reply-to", "to", "cc", "bcc", "subject", "date", "message-id", "in-reply-to", "references",
        "content-type", "content-transfer-encoding", "content-disposition", "content-id", "mime-version",
    ]

    /// Reads the headers that say what the part is.
    private mutating func describe(_ part: Int) {
        let headers = parts[part].headers
        var seen: Set<String> = []
        for field in headers where Self.single.contains(field.key) && !seen.insert(field.key).inserted {
            note(.duplicateHeader, part, field.name)
        }
        if let field = headers.last(named: "content-type") {
            checkParameters(field, of: part)
            if let type = ParameterizedValue.contentType(field.rawBytes) {
                parts[part].contentType = type
                parts[part].hasDeclaredType = true
            }
        }
        if let field = headers.last(named: "content-disposition") {
            checkParameters(field, of: part)
            parts[part].disposition = ParameterizedValue.contentDisposition(field.rawBytes)
        }
        parts[part].transferEncoding = TransferEncoding(header: headers.last(named: "content-transfer-encoding")?.text)
        if parts[part].transferEncoding == .unknown { note(.unknownTransferEncoding, part) }
    }

    /// Records what RFC 2231 makes possible and parsers read differently.
    private mutating func checkParameters(_ field: HeaderField, of part: Int) {
        let value = field.raw.lowercased()
        var stars = 0
        for byte in value.utf8 where byte == UInt8(ascii: "*") { stars += 1 }
        if stars > bounds.continuations { passed.insert(.continuations) }
        guard field.key == "content-type", let first = value.firstRange(of: "boundary") else { return }
        let rest = value[first.upperBound...]
        let isExtended = rest.utf8.first == UInt8(ascii: "*")
        if isExtended || rest.contains("boundary") || rest.contains("=?") { note(.unusualBoundary, part) }
    }
}
