extension JSONReader {
    /// Reads a value, or nil for `null`.
    package mutating func optional<Value: JSONDecodable>(
        _ type: Value.Type = Value.self
    ) throws(JSONError) -> Value? {
        try null() ? nil : try Value(json: &self)
    }

    /// Reads an array of values.
    package mutating func list<Value: JSONDecodable>(_ type: Value.Type = Value.self) throws(JSONError) -> [Value] {
        var values: [Value] = []
        try array { (reader) throws(JSONError) in values.append(try Value(json: &reader)) }
        return values
    }

    /// Reads an array of values, or nil for `null`.
    package mutating func optionalList<Value: JSONDecodable>(
        _ type: Value.Type = Value.self
    ) throws(JSONError) -> [Value]? {
        try null() ? nil : try list()
    }

    /// Reads an object whose keys are ids.
    package mutating func map<Key: JMAPIdentifier, Value: JSONDecodable>(
        _ key: Key.Type = Key.self, _ value: Value.Type = Value.self
    ) throws(JSONError) -> [Key: Value] {
        var values: [Key: Value] = [:]
        try object { (key, reader) throws(JSONError) in values[Key(key.text)] = try Value(json: &reader) }
        return values
    }

    /// Reads a set as JMAP writes it, `{"a": true}`; members that are false are not in it; `null` is empty.
    package mutating func set<Key: JMAPIdentifier>(_ key: Key.Type = Key.self) throws(JSONError) -> Set<Key> {
        var values: Set<Key> = []
        if try null() { return values }
        try object { (key, reader) throws(JSONError) in
            if try reader.boolean() { values.insert(Key(key.text)) }
        }
        return values
    }

    /// Reads a number that counts something; negative ones are an error.
    package mutating func count() throws(JSONError) -> Int {
        let start = offset
        let value = try integer()
        guard value >= 0 else { throw JSONError(.invalid(expected: "a count"), at: start) }
        return Int(value)
    }
}

extension String: JSONDecodable {
    /// Reads a JSON string.
    package init(json reader: inout JSONReader) throws(JSONError) { self = try reader.string() }
}

extension Bool: JSONDecodable {
    /// Reads a JSON boolean.
    package init(json reader: inout JSONReader) throws(JSONError) { self = try reader.boolean() }
}

extension Int: JSONDecodable {
    /// Reads a whole JSON number.
    package init(json reader: inout JSONReader) throws(JSONError) { self = Int(try reader.integer()) }
}
