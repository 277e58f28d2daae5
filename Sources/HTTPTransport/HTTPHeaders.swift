/// The header fields of a request or an answer, in their order; names are compared without case.
package struct HTTPHeaders: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// One field.
    package struct Field: Sendable, Hashable {
        /// The name as it was written.
        package let name: String
        /// The value without white space around it.
        package let value: String
    }

    /// Every field, in order.
    package private(set) var fields: [Field]

    /// No fields.
    package init() {
        fields = []
    }

    /// Fields in the order of the literal.
    package init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { Field(name: $0.0, value: $0.1) }
    }

    /// The first value of a name; setting replaces every field of that name, nil removes them.
    package subscript(name: String) -> String? {
        get { fields.first { HTTPHeaders.same($0.name, name) }?.value }
        set {
            fields.removeAll { HTTPHeaders.same($0.name, name) }
            if let newValue { fields.append(Field(name: name, value: newValue)) }
        }
    }

    /// Every value of a name, in order.
    package func values(of name: String) -> [String] {
        fields.filter { HTTPHeaders.same($0.name, name) }.map(\.value)
    }

    /// Adds a field and keeps those of the same name.
    package mutating func append(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }

    /// Compares two names in ASCII without case.
    static func same(_ left: String, _ right: String) -> Bool {
        let (left, right) = (left.utf8, right.utf8)
        return left.count == right.count && zip(left, right).allSatisfy { lowered($0) == lowered($1) }
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
    }
}

extension HTTPHeaders.Field {
    /// Whether the value is a secret: a credential or a cookie.
    var isSecret: Bool {
        ["authorization", "proxy-authorization", "cookie", "set-cookie"].contains { HTTPHeaders.same($0, name) }
    }
}

extension HTTPHeaders.Field: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The field as it is sent, with a secret left out.
    package var description: String { "\(name): \(isSecret ? "(secret)" : value)" }
    /// The same as `description`, so that no dump shows a secret.
    package var debugDescription: String { description }
    /// A mirror without children, so that no dump shows a secret.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
