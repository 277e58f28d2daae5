/// A JSON value as the server reads and writes it: integers stay integers, members keep their order.
package enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
    /// A JSON text that is valid already and is written as it stands; what is read from it is null.
    case verbatim(String)
}

extension JSONValue {
    /// The value itself, a verbatim text parsed.
    package var parsed: JSONValue {
        if case .verbatim(let text) = self { (try? JSONValue(parsing: text)) ?? .null } else { self }
    }

    /// The text of a string, else nil.
    package var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The value of an integer, also of a number without a fraction, else nil.
    package var integer: Int64? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int64(exactly: value)
        default: nil
        }
    }

    /// The value of a boolean, else nil.
    package var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The elements of an array, else nil.
    package var array: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The members of an object, else nil.
    package var object: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }

    /// Whether the value is JSON's null.
    package var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// The strings of an array of strings, nil where any element is something else.
    package var strings: [String]? {
        guard let array else { return nil }
        var result: [String] = []
        result.reserveCapacity(array.count)
        for element in array {
            guard let string = element.string else { return nil }
            result.append(string)
        }
        return result
    }

    /// The member of an object by its name, nil where there is none or the value is no object.
    package subscript(_ key: String) -> JSONValue? {
        object?[key]
    }

    /// A string, or null for nil.
    package static func text(_ value: String?) -> JSONValue {
        value.map(JSONValue.string) ?? .null
    }

    /// An array of strings.
    package static func list(_ values: some Sequence<String>) -> JSONValue {
        .array(values.map(JSONValue.string))
    }

    /// An integer of any width.
    package static func count(_ value: Int) -> JSONValue {
        .integer(Int64(value))
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(nilLiteral: ()) { self = .null }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
}

/// The members of a JSON object in the order in which they came; a name that comes again replaces the earlier value.
package struct JSONObject: Sendable {
    /// The names, in order.
    package private(set) var keys: [String] = []
    /// The values, one for each name.
    package private(set) var values: [JSONValue] = []
    /// Where a name stands; kept only for objects too big to be looked through.
    private var index: [String: Int] = [:]

    /// The size up to which looking through the names is quicker than hashing them.
    private static let scanned = 12

    /// An object without members.
    package init() {}

    /// An object with these members.
    package init(_ members: some Sequence<(String, JSONValue)>) {
        for (key, value) in members { self[key] = value }
    }

    /// How many members there are.
    package var count: Int { keys.count }

    /// Whether there is no member.
    package var isEmpty: Bool { keys.isEmpty }

    private func position(of key: String) -> Int? {
        if keys.count > Self.scanned { return index[key] }
        return keys.firstIndex(of: key)
    }

    /// The value of a member; setting nil removes it.
    package subscript(_ key: String) -> JSONValue? {
        get { position(of: key).map { values[$0] } }
        set {
            guard let newValue else {
                remove(key)
                return
            }
            if let position = position(of: key) {
                values[position] = newValue
                return
            }
            keys.append(key)
            values.append(newValue)
            if keys.count == Self.scanned + 1 {
                reindex()
            } else if keys.count > Self.scanned {
                index[key] = keys.count - 1
            }
        }
    }

    private mutating func remove(_ key: String) {
        guard let position = position(of: key) else { return }
        keys.remove(at: position)
        values.remove(at: position)
        if keys.count > Self.scanned { reindex() } else { index = [:] }
    }

    private mutating func reindex() {
        index = Dictionary(zip(keys, keys.indices), uniquingKeysWith: { $1 })
    }
}

extension JSONObject: Sequence {
    package func makeIterator() -> Zip2Sequence<[String], [JSONValue]>.Iterator {
        zip(keys, values).makeIterator()
    }
}

extension JSONObject: Hashable {
    /// Objects are equal when they have the same members, in whatever order.
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.allSatisfy { right[$0.0] == $0.1 }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        for key in keys.sorted() { hasher.combine(key) }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(elements)
    }
}
