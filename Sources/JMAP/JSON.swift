/// Any JSON value.
package enum JSON: Sendable, Hashable {
    /// `null`
    case null
    /// `true` or `false`
    case bool(Bool)
    /// A whole number.
    case int(Int64)
    /// A number with a fraction, or one too large for `int`.
    case double(Double)
    /// Text.
    case string(String)
    /// Values in order.
    case array([JSON])
    /// Members; of two with one key the last counts.
    case object([String: JSON])

    /// A member of an object; nil when there is none or this is no object.
    package subscript(key: String) -> JSON? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    /// An element of an array; nil when there is none or this is no array.
    package subscript(index: Int) -> JSON? {
        if case .array(let elements) = self, elements.indices.contains(index) { elements[index] } else { nil }
    }

    /// The text, if this is text.
    package var string: String? { if case .string(let value) = self { value } else { nil } }
    /// The number, if this is a whole number.
    package var int: Int64? { if case .int(let value) = self { value } else { nil } }
    /// The truth value, if this is one.
    package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    /// The elements, if this is an array.
    package var array: [JSON]? { if case .array(let value) = self { value } else { nil } }
    /// The members, if this is an object.
    package var object: [String: JSON]? { if case .object(let value) = self { value } else { nil } }
    /// Whether this is `null`.
    package var isNull: Bool { self == .null }

    /// An array of what has a JSON form.
    package static func strings(_ values: some Sequence<some JMAPIdentifier>) -> JSON { .array(values.map(\.json)) }

    /// A set as JMAP writes it: each member with the value true.
    package static func set(_ values: some Sequence<some JMAPIdentifier>) -> JSON {
        .object(Dictionary(values.map { ($0.rawValue, .bool(true)) }, uniquingKeysWith: { first, _ in first }))
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    /// Text.
    package init(stringLiteral value: String) { self = .string(value) }
    /// A truth value.
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A whole number.
    package init(integerLiteral value: Int64) { self = .int(value) }
    /// A number.
    package init(floatLiteral value: Double) { self = .double(value) }
    /// An array.
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    /// An object.
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
    }
    /// `null`
    package init(nilLiteral: ()) { self = .null }
}

extension JSON: JSONDecodable {
    /// Reads a text that is one value.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        self = try JSONReader.read(from: bytes)
    }

    package init(json reader: inout JSONReader) throws(JSONError) {
        switch try reader.kind() {
        case .null:
            _ = try reader.null()
            self = .null
        case .boolean: self = .bool(try reader.boolean())
        case .string: self = .string(try reader.string())
        case .number:
            var copy = reader
            let number = try reader.number()
            if let whole = try? copy.integer() { self = .int(whole) } else { self = .double(number) }
        case .array:
            var elements: [JSON] = []
            try reader.array { (value) throws(JSONError) in elements.append(try JSON(json: &value)) }
            self = .array(elements)
        case .object:
            var members: [String: JSON] = [:]
            try reader.object { (key, value) throws(JSONError) in members[key.text] = try JSON(json: &value) }
            self = .object(members)
        }
    }
}

extension JSON: CustomStringConvertible {
    /// The text of the value, with sorted keys and without white space.
    package var description: String { String(decoding: encoded(), as: UTF8.self) }

    /// The bytes of the value, with sorted keys and without white space.
    package func encoded() -> [UInt8] {
        var out: [UInt8] = []
        write(into: &out)
        return out
    }

    /// Appends the bytes of the value.
    package func write(into out: inout [UInt8]) {
        switch self {
        case .null: out += "null".utf8
        case .bool(let value): out += (value ? "true" : "false").utf8
        case .int(let value): out += String(value).utf8
        case .double(let value): out += (value.isFinite ? String(value) : "null").utf8
        case .string(let value): JSON.write(value, into: &out)
        case .array(let elements):
            out.append(0x5B)
            for (index, element) in elements.enumerated() {
                if index > 0 { out.append(0x2C) }
                element.write(into: &out)
            }
            out.append(0x5D)
        case .object(let members):
            out.append(0x7B)
            for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { out.append(0x2C) }
                JSON.write(member.key, into: &out)
                out.append(0x3A)
                member.value.write(into: &out)
            }
            out.append(0x7D)
        }
    }

    /// Appends a string in quotes.
    package static func write(_ text: String, into out: inout [UInt8]) {
        out.append(0x22)
        for byte in text.utf8 {
            switch byte {
            case 0x22, 0x5C: out += [0x5C, byte]
            case 0x0A: out += [0x5C, 0x6E]
            case 0x0D: out += [0x5C, 0x72]
            case 0x09: out += [0x5C, 0x74]
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                out += [0x5C, 0x75, 0x30, 0x30, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: out.append(byte)
            }
        }
        out.append(0x22)
    }
}
