/// Why one object of a /set, /import or /copy was not created, updated or destroyed (RFC 8620 section 5.3).
package struct SetError: Error, Sendable, Equatable {
    /// The error's type, such as `invalidProperties`.
    package let type: String
    /// What was wrong, in the server's words.
    package let description: String?
    /// The properties that were wrong.
    package let properties: [String]
    /// More members of the error, such as `existingId`.
    package let more: JSONObject

    /// An error of the type.
    package init(_ type: String, _ description: String? = nil, properties: [String] = [], more: JSONObject = [:]) {
        self.type = type
        self.description = description
        self.properties = properties
        self.more = more
    }

    /// An `invalidProperties` for these properties.
    package static func invalidProperties(_ properties: String..., description: String? = nil) -> SetError {
        SetError("invalidProperties", description, properties: properties)
    }

    /// The error as JMAP writes it.
    package var json: JSONValue {
        var object: JSONObject = ["type": .string(type)]
        if let description { object["description"] = .string(description) }
        if !properties.isEmpty { object["properties"] = .list(properties) }
        for (key, value) in more { object[key] = value }
        return .object(object)
    }
}
