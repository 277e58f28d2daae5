/// Why a text is not JSON.
package struct JSONParseError: Error, Sendable, Equatable {
    /// What was wrong.
    package enum Code: Sendable {
        case syntax, invalidUTF8, tooDeep
    }

    /// What was wrong.
    package let code: Code
    /// The byte at which it was found.
    package let offset: Int
}

extension JSONValue {
    /// How deep arrays and objects may stand in each other.
    package static let maximumDepth = 64

    /// Parses a whole JSON text (RFC 8259).
    ///
    /// Throws for invalid syntax, invalid UTF-8, lone surrogates and for more than 64 levels.
    package init(parsing bytes: [UInt8]) throws(JSONParseError) {
        var parser = JSONParser(bytes: bytes)
        self = try parser.document()
    }

    /// Parses a whole JSON text (RFC 8259).
    package init(parsing text: String) throws(JSONParseError) {
        try self.init(parsing: Array(text.utf8))
    }
}

/// A recursive reader with a bounded depth over bytes.
private struct JSONParser {
    let bytes: [UInt8]
    var offset = 0
    var depth = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    func failure(_ code: JSONParseError.Code = .syntax) -> JSONParseError {
        JSONParseError(code: code, offset: offset)
    }

    var next: UInt8? {
        offset < bytes.count ? bytes[offset] : nil
    }

    mutating func skipSpace() {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0A, 0x0D: offset += 1
            default: return
            }
        }
    }

    mutating func document() throws(JSONParseError) -> JSONValue {
        skipSpace()
        let value = try value()
        skipSpace()
        guard offset == bytes.count else { throw failure() }
        return value
    }

    mutating func value() throws(JSONParseError) -> JSONValue {
        guard let next else { throw failure() }
        switch next {
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw failure()
        }
    }

    mutating func word(_ text: StaticString, _ value: JSONValue) throws(JSONParseError) -> JSONValue {
        let length = text.utf8CodeUnitCount
        guard bytes.count - offset >= length else { throw failure() }
        for position in 0..<length where text.utf8Start[position] != bytes[offset + position] {
            throw failure()
        }
        offset += length
        return value
    }

    mutating func enter() throws(JSONParseError) {
        depth += 1
        guard depth <= JSONValue.maximumDepth else { throw failure(.tooDeep) }
        offset += 1
        skipSpace()
    }

    mutating func object() throws(JSONParseError) -> JSONObject {
        try enter()
        defer { depth -= 1 }
        var object = JSONObject()
        if next == UInt8(ascii: "}") {
            offset += 1
            return object
        }
        while true {
            guard next == UInt8(ascii: "\"") else { throw failure() }
            let key = try string()
            skipSpace()
            guard next == UInt8(ascii: ":") else { throw failure() }
            offset += 1
            skipSpace()
            object[key] = try value()
            skipSpace()
            let separator = next
            guard separator == UInt8(ascii: ",") || separator == UInt8(ascii: "}") else { throw failure() }
            offset += 1
            if separator == UInt8(ascii: "}") { return object }
            skipSpace()
        }
    }

    mutating func array() throws(JSONParseError) -> [JSONValue] {
        try enter()
        defer { depth -= 1 }
        var array: [JSONValue] = []
        if next == UInt8(ascii: "]") {
            offset += 1
            return array
        }
        while true {
            array.append(try value())
            skipSpace()
            let separator = next
            guard separator == UInt8(ascii: ",") || separator == UInt8(ascii: "]") else { throw failure() }
            offset += 1
            if separator == UInt8(ascii: "]") { return array }
            skipSpace()
        }
    }

    mutating func digits() throws(JSONParseError) {
        let start = offset
        while let byte = next, byte &- 0x30 < 10 { offset += 1 }
        guard offset > start else { throw failure() }
    }

    mutating func number() throws(JSONParseError) -> JSONValue {
        let start = offset
        var isInteger = true
        if next == UInt8(ascii: "-") { offset += 1 }
        let first = next
        try digits()
        if first == UInt8(ascii: "0"), bytes[offset - 1] != first || bytes[start..<offset].suffix(2) == [0x30, 0x30] {
            throw failure()
        }
        if next == UInt8(ascii: ".") {
            isInteger = false
            offset += 1
            try digits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            isInteger = false
            offset += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { offset += 1 }
            try digits()
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        if isInteger, let value = Int64(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else { throw failure() }
        return .number(value)
    }

    mutating func string() throws(JSONParseError) -> String {
        offset += 1
        let start = offset
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { offset += 1 }
        if next == UInt8(ascii: "\"") {
            let slice = bytes[start..<offset]
            offset += 1
            return try text(slice)
        }
        return try escapedString(from: start)
    }

    mutating func escapedString(from start: Int) throws(JSONParseError) -> String {
        var buffer = Array(bytes[start..<offset])
        while let byte = next {
            offset += 1
            switch byte {
            case UInt8(ascii: "\""): return try text(buffer[...])
            case UInt8(ascii: "\\"): try escape(into: &buffer)
            case 0..<0x20: throw failure()
            default: buffer.append(byte)
            }
        }
        throw failure()
    }

    func text(_ slice: ArraySlice<UInt8>) throws(JSONParseError) -> String {
        guard let text = String(validating: slice, as: UTF8.self) else { throw failure(.invalidUTF8) }
        return text
    }

    mutating func escape(into buffer: inout [UInt8]) throws(JSONParseError) {
        guard let byte = next else { throw failure() }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(byte)
        case UInt8(ascii: "b"): buffer.append(0x08)
        case UInt8(ascii: "f"): buffer.append(0x0C)
        case UInt8(ascii: "n"): buffer.append(0x0A)
        case UInt8(ascii: "r"): buffer.append(0x0D)
        case UInt8(ascii: "t"): buffer.append(0x09)
        case UInt8(ascii: "u"):
            var scalar = try unit()
            if scalar & 0xFC00 == 0xD800 {
                guard next == UInt8(ascii: "\\") else { throw failure() }
                offset += 1
                guard next == UInt8(ascii: "u") else { throw failure() }
                offset += 1
                let low = try unit()
                guard low & 0xFC00 == 0xDC00 else { throw failure() }
                scalar = 0x10000 + (scalar & 0x3FF) << 10 + (low & 0x3FF)
            }
            guard let valid = Unicode.Scalar(scalar) else { throw failure() }
            buffer.append(contentsOf: Array(String(Character(valid)).utf8))
        default: throw failure()
        }
    }

    mutating func unit() throws(JSONParseError) -> UInt32 {
        guard bytes.count - offset >= 4 else { throw failure() }
        var value: UInt32 = 0
        for _ in 0..<4 {
            let byte = bytes[offset]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - 0x30
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - 0x57
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - 0x37
            default: throw failure()
            }
            value = value << 4 | UInt32(digit)
            offset += 1
        }
        return value
    }
}
