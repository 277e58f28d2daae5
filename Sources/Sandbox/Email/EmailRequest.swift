/// What an Email/get or Email/parse asks of the messages (RFC 8621 §4.2).
package struct EmailRequest: Sendable {
    /// The properties that are answered; `id` is the caller's.
    package var properties: [String]
    /// The members of body parts.
    package var bodyProperties: [String]
    /// Whether the values of the parts in `textBody` are answered.
    package var fetchesTextValues = false
    /// Whether the values of the parts in `htmlBody` are answered.
    package var fetchesHTMLValues = false
    /// Whether the values of all text parts are answered.
    package var fetchesAllValues = false
    /// Longer values are cut here; 0 is no limit.
    package var maxBodyValueBytes = 0

    /// What is answered where no properties are named.
    package static let defaultProperties = [
        "id", "blobId", "threadId", "mailboxIds", "keywords", "size", "receivedAt", "messageId", "inReplyTo",
        "references",
        "sender", "from", "to", "cc", "bcc", "replyTo", "subject", "sentAt", "hasAttachment", "preview", "bodyValues",
        "textBody", "htmlBody", "attachments",
    ]

    /// What is answered of a part where no body properties are named.
    package static let defaultBodyProperties = [
        "partId", "blobId", "size", "name", "type", "charset", "disposition", "cid", "language", "location",
    ]

    /// A request for these properties; nil asks for the default ones.
    package init(properties: [String]? = nil) {
        self.properties = properties ?? Self.defaultProperties
        bodyProperties = Self.defaultBodyProperties
    }

    /// Reads the arguments of a call; the property of an argument that has the wrong type is the error.
    package init(arguments: JSONObject) throws(ArgumentError) {
        self.init(properties: try Self.names(arguments, "properties"))
        if let names = try Self.names(arguments, "bodyProperties") { bodyProperties = names }
        fetchesTextValues = try Self.flag(arguments, "fetchTextBodyValues")
        fetchesHTMLValues = try Self.flag(arguments, "fetchHTMLBodyValues")
        fetchesAllValues = try Self.flag(arguments, "fetchAllBodyValues")
        switch arguments["maxBodyValueBytes"] {
        case nil, .null: break
        case .integer(let value) where value >= 0: maxBodyValueBytes = Int(clamping: value)
        default: throw ArgumentError(argument: "maxBodyValueBytes")
        }
    }

    /// An argument of the wrong type.
    package struct ArgumentError: Error, Sendable, Equatable {
        /// Its name.
        package let argument: String
    }

    private static func names(_ arguments: JSONObject, _ name: String) throws(ArgumentError) -> [String]? {
        guard let value = arguments[name], !value.isNull else { return nil }
        guard let names = value.strings else { throw ArgumentError(argument: name) }
        return names
    }

    private static func flag(_ arguments: JSONObject, _ name: String) throws(ArgumentError) -> Bool {
        guard let value = arguments[name], !value.isNull else { return false }
        guard let flag = value.bool else { throw ArgumentError(argument: name) }
        return flag
    }
}
