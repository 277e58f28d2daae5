/// A value that can be read from JSON in one pass.
package protocol JSONDecodable {
    /// Reads the value where the reader stands and leaves the reader behind it.
    init(json reader: inout JSONReader) throws(JSONError)
}

/// Reads JSON (RFC 8259) from bytes, forward, without a tree in between: as quick as lists of thousands of mails need.
///
/// Members that nobody asks for are passed over, but checked: what is read whole is JSON. The bytes must be UTF-8.
package struct JSONReader: Sendable {
    /// The deepest that arrays and objects may be in each other.
    package static let depth = 128

    /// The text.
    let bytes: [UInt8]
    /// Where the reader stands.
    package private(set) var offset: Int
    private let end: Int
    private var depth = 0

    /// Starts at the beginning; throws when the bytes are not UTF-8.
    package init(_ bytes: [UInt8]) throws(JSONError) {
        guard UTF8Check.isValid(bytes) else { throw JSONError(.encoding, at: 0) }
        self.init(valid: bytes, range: bytes.startIndex..<bytes.endIndex)
    }

    /// Starts in the middle of bytes that were checked.
    init(valid bytes: [UInt8], range: Range<Int>) {
        self.bytes = bytes
        offset = range.lowerBound
        end = range.upperBound
    }

    /// Reads a whole text that is one value.
    package static func read<Value: JSONDecodable>(
        _ type: Value.Type = Value.self, from bytes: [UInt8]
    ) throws(JSONError) -> Value {
        var reader = try JSONReader(bytes)
        let value = try Value(json: &reader)
        try reader.finish()
        return value
    }

    /// Throws when something but white space is left.
    package mutating func finish() throws(JSONError) {
        skipSpace()
        if offset < end { throw JSONError(.syntax, at: offset) }
    }

    /// What kind of value comes next.
    package enum Kind: String, Sendable {
        /// `null`
        case null
        /// `true` or `false`
        case boolean
        /// A number.
        case number
        /// A string.
        case string
        /// An array.
        case array
        /// An object.
        case object

        var words: String {
            self == .null ? "null" : self == .array || self == .object ? "an \(rawValue)" : "a \(rawValue)"
        }
    }

    /// The kind of the next value, which is not read.
    package mutating func kind() throws(JSONError) -> Kind {
        skipSpace()
        guard offset < end else { throw JSONError(.truncated, at: offset) }
        switch bytes[offset] {
        case 0x22: return .string
        case 0x7B: return .object
        case 0x5B: return .array
        case 0x74, 0x66: return .boolean
        case 0x6E: return .null
        case 0x2D, 0x30...0x39: return .number
        default: throw JSONError(.syntax, at: offset)
        }
    }

    private mutating func expect(_ wanted: Kind) throws(JSONError) {
        let found = try kind()
        guard found == wanted else {
            throw JSONError(.wrongType(expected: wanted.words, found: found.words), at: offset)
        }
    }

    /// Passes over `null` and says whether it was there.
    package mutating func null() throws(JSONError) -> Bool {
        guard try kind() == .null else { return false }
        try literal("null")
        return true
    }

    /// Reads a boolean.
    package mutating func boolean() throws(JSONError) -> Bool {
        try expect(.boolean)
        let value = bytes[offset] == 0x74
        try literal(value ? "true" : "false")
        return value
    }

    /// Reads a string.
    package mutating func string() throws(JSONError) -> String {
        try expect(.string)
        let range = try stringRange()
        if !range.escaped { return String(decoding: bytes[range.range], as: UTF8.self) }
        return try JSONEscapes.decode(bytes, range.range)
    }

    /// Reads a number without a fraction; one that does not fit is an error.
    package mutating func integer() throws(JSONError) -> Int64 {
        try expect(.number)
        let start = offset
        let range = try numberRange()
        var index = range.lowerBound
        let negative = bytes[index] == 0x2D
        if negative { index += 1 }
        var value: Int64 = 0
        while index < range.upperBound, bytes[index] >= 0x30, bytes[index] <= 0x39 {
            let (product, over) = value.multipliedReportingOverflow(by: 10)
            let (sum, more) = product.subtractingReportingOverflow(Int64(bytes[index] - 0x30))
            if over || more { throw JSONError(.invalid(expected: "a number of 64 bits"), at: start) }
            value = sum
            index += 1
        }
        if index < range.upperBound {
            // Some servers write 1.0 or 1e3 for whole numbers.
            guard let double = Double(String(decoding: bytes[range], as: UTF8.self)), let whole = Int64(exactly: double)
            else { throw JSONError(.invalid(expected: "a whole number"), at: start) }
            return whole
        }
        if negative { return value }
        guard value != .min else { throw JSONError(.invalid(expected: "a number of 64 bits"), at: start) }
        return -value
    }

    /// Reads any number.
    package mutating func number() throws(JSONError) -> Double {
        try expect(.number)
        let start = offset
        let range = try numberRange()
        guard let value = Double(String(decoding: bytes[range], as: UTF8.self)), value.isFinite else {
            throw JSONError(.invalid(expected: "a number"), at: start)
        }
        return value
    }

    /// Reads an object: `member` is called with each key and must read or skip its value.
    package mutating func object(
        _ member: (_ key: JSONKey, _ value: inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        try expect(.object)
        try enter()
        skipSpace()
        if try take(0x7D) { return leave() }
        while true {
            skipSpace()
            guard offset < end else { throw JSONError(.truncated, at: offset) }
            guard bytes[offset] == 0x22 else { throw JSONError(.syntax, at: offset) }
            let found = try stringRange()
            let key = JSONKey(bytes: bytes, range: found.range, escaped: found.escaped)
            skipSpace()
            guard try take(0x3A) else { throw JSONError(.syntax, at: offset) }
            do throws(JSONError) { try member(key, &self) } catch { throw error.inside(.member(key.text)) }
            skipSpace()
            if try take(0x2C) { continue }
            guard try take(0x7D) else { throw JSONError(.syntax, at: offset) }
            return leave()
        }
    }

    /// Reads an array: `element` is called for each value and must read or skip it.
    package mutating func array(_ element: (_ value: inout JSONReader) throws(JSONError) -> Void) throws(JSONError) {
        try expect(.array)
        try enter()
        skipSpace()
        if try take(0x5D) { return leave() }
        var index = 0
        while true {
            do throws(JSONError) { try element(&self) } catch { throw error.inside(.element(index)) }
            index += 1
            skipSpace()
            if try take(0x2C) { continue }
            guard try take(0x5D) else { throw JSONError(.syntax, at: offset) }
            return leave()
        }
    }

    /// Passes over a value and gives the place of its bytes.
    @discardableResult
    package mutating func skip() throws(JSONError) -> Range<Int> {
        skipSpace()
        let start = offset
        if let behind = JSONScan.end(of: bytes, from: offset, to: end, depth: JSONReader.depth - depth) {
            offset = behind
            return start..<offset
        }
        // Something is wrong with it: step by step it is found where.
        switch try kind() {
        case .null: try literal("null")
        case .boolean: _ = try boolean()
        case .number: _ = try numberRange()
        case .string: _ = try stringRange()
        case .array: try array { (value) throws(JSONError) in try value.skip() }
        case .object: try object { (_, value) throws(JSONError) in try value.skip() }
        }
        return start..<offset
    }

    // MARK: Characters

    private mutating func enter() throws(JSONError) {
        guard depth < JSONReader.depth else { throw JSONError(.tooDeep, at: offset) }
        depth += 1
        offset += 1
    }

    private mutating func leave() {
        depth -= 1
    }

    private mutating func skipSpace() {
        while offset < end {
            switch bytes[offset] {
            case 0x20, 0x0A, 0x0D, 0x09: offset += 1
            default: return
            }
        }
    }

    private mutating func take(_ byte: UInt8) throws(JSONError) -> Bool {
        guard offset < end else { throw JSONError(.truncated, at: offset) }
        guard bytes[offset] == byte else { return false }
        offset += 1
        return true
    }

    private mutating func literal(_ word: StaticString) throws(JSONError) {
        for index in 0..<word.utf8CodeUnitCount {
            guard offset < end else { throw JSONError(.truncated, at: offset) }
            guard bytes[offset] == word.utf8Start[index] else { throw JSONError(.syntax, at: offset) }
            offset += 1
        }
    }

    /// Passes over a string whose opening quote is next; gives what is between the quotes.
    private mutating func stringRange() throws(JSONError) -> (range: Range<Int>, escaped: Bool) {
        let start = offset + 1
        let end = end
        let found = bytes.withUnsafeBufferPointer { buffer -> (index: Int, escaped: Bool) in
            guard let base = buffer.baseAddress else { return (end, false) }
            return JSONScan.stringEnd(base, start, end)
        }
        guard found.index >= 0 else { throw JSONError(.syntax, at: -found.index) }
        guard found.index < end else { throw JSONError(.truncated, at: end) }
        offset = found.index + 1
        return (start..<found.index, found.escaped)
    }

    private mutating func numberRange() throws(JSONError) -> Range<Int> {
        let start = offset
        if bytes[offset] == 0x2D { offset += 1 }
        let first = offset
        let whole = try digits()
        if whole > 1, bytes[first] == 0x30 { throw JSONError(.syntax, at: first) }
        if offset < end, bytes[offset] == 0x2E {
            offset += 1
            _ = try digits()
        }
        if offset < end, bytes[offset] | 0x20 == 0x65 {
            offset += 1
            if offset < end, bytes[offset] == 0x2B || bytes[offset] == 0x2D { offset += 1 }
            _ = try digits()
        }
        return start..<offset
    }

    private mutating func digits() throws(JSONError) -> Int {
        let start = offset
        while offset < end, bytes[offset] >= 0x30, bytes[offset] <= 0x39 { offset += 1 }
        if offset == start { throw JSONError(offset < end ? .syntax : .truncated, at: offset) }
        return offset - start
    }
}
