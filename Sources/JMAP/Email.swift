/// A message (RFC 8621, 4); what was not asked for is nil.
package struct Email: Sendable, Hashable {
    /// The id; empty for a message that is not stored. A merge of threads on some servers gives a message a new one.
    package var id: EmailID = ""
    /// The bytes of the whole message.
    package var blobID: BlobID?
    /// The conversation.
    package var threadID: ThreadID?
    /// Where it lies.
    package var mailboxIDs: Set<MailboxID>?
    /// Its keywords.
    package var keywords: Set<Keyword>?
    /// The size of the whole message in bytes.
    package var size: Int?
    /// When it reached the account.
    package var receivedAt: UTCDate?
    /// Message-ID.
    package var messageID: [String]?
    /// In-Reply-To.
    package var inReplyTo: [String]?
    /// References.
    package var references: [String]?
    /// Sender.
    package var sender: [EmailAddress]?
    /// From.
    package var from: [EmailAddress]?
    /// To.
    package var to: [EmailAddress]?
    /// Cc.
    package var cc: [EmailAddress]?
    /// Bcc.
    package var bcc: [EmailAddress]?
    /// Reply-To.
    package var replyTo: [EmailAddress]?
    /// Subject.
    package var subject: String?
    /// Date.
    package var sentAt: ZonedDate?
    /// Every header field, raw, in order.
    package var headers: [EmailHeader]?
    /// The tree of parts.
    package var bodyStructure: EmailBodyPart?
    /// The text of parts by their part id.
    package var bodyValues: [String: EmailBodyValue]?
    /// The parts to show as text.
    package var textBody: [EmailBodyPart]?
    /// The parts to show as HTML.
    package var htmlBody: [EmailBodyPart]?
    /// The rest.
    package var attachments: [EmailBodyPart]?
    /// Whether there is something to save.
    package var hasAttachment: Bool?
    /// The beginning of the text, 256 characters at most.
    package var preview: String?
    /// Header fields asked for one by one, by their property such as `header:List-Id:asText`.
    package var headerFields: [String: JSON] = [:]

    /// A message of which nothing is known.
    package init() {}
}

extension Email: JSONDecodable {
    package init(json reader: inout JSONReader) throws(JSONError) {
        try reader.object { (key, value) throws(JSONError) in
            switch key {
            case "id": id = try value.optional() ?? ""
            case "blobId": blobID = try value.optional()
            case "threadId": threadID = try value.optional()
            case "mailboxIds": mailboxIDs = try value.set()
            case "keywords": keywords = try value.set()
            case "size": size = try value.optional()
            case "receivedAt": receivedAt = try value.optional()
            case "from": from = try value.optionalList()
            case "to": to = try value.optionalList()
            case "cc": cc = try value.optionalList()
            case "bcc": bcc = try value.optionalList()
            case "sender": sender = try value.optionalList()
            case "replyTo": replyTo = try value.optionalList()
            case "subject": subject = try value.optional()
            case "sentAt": sentAt = try value.optional()
            case "preview": preview = try value.optional()
            case "hasAttachment": hasAttachment = try value.optional()
            default: try readMore(key, &value)
            }
        }
    }

    private mutating func readMore(_ key: JSONKey, _ value: inout JSONReader) throws(JSONError) {
        switch key {
        case "messageId": messageID = try value.optionalList()
        case "inReplyTo": inReplyTo = try value.optionalList()
        case "references": references = try value.optionalList()
        case "headers": headers = try value.optionalList()
        case "bodyStructure": bodyStructure = try value.optional()
        case "bodyValues": bodyValues = try Email.bodyValues(&value)
        case "textBody": textBody = try value.optionalList()
        case "htmlBody": htmlBody = try value.optionalList()
        case "attachments": attachments = try value.optionalList()
        default:
            let name = key.text
            if name.hasPrefix("header:") { headerFields[name] = try JSON(json: &value) } else { try value.skip() }
        }
    }

    private static func bodyValues(_ reader: inout JSONReader) throws(JSONError) -> [String: EmailBodyValue]? {
        if try reader.null() { return nil }
        var values: [String: EmailBodyValue] = [:]
        try reader.object { (key, value) throws(JSONError) in values[key.text] = try EmailBodyValue(json: &value) }
        return values
    }
}

/// A name and an address of a header field (RFC 8621, 4.1.2.3).
package struct EmailAddress: Sendable, Hashable, JSONDecodable {
    /// The name that is shown, decoded.
    package var name: String?
    /// The address.
    package var email: String

    /// Makes an address.
    package init(name: String? = nil, email: String) {
        self.name = name
        self.email = email
    }

    package init(json reader: inout JSONReader) throws(JSONError) {
        var name: String?
        var email = ""
        try reader.object { (key, value) throws(JSONError) in
            switch key {
            case "name": name = try value.optional()
            case "email": email = try value.optional() ?? ""
            default: try value.skip()
            }
        }
        self.init(name: name, email: email)
    }

    /// The address as JSON.
    package var json: JSON { ["name": name.map { .string($0) } ?? .null, "email": .string(email)] }
}

/// A header field as it stands in the message.
package struct EmailHeader: Sendable, Hashable, JSONDecodable {
    /// The name.
    package var name: String
    /// The raw value.
    package var value: String

    /// Makes a field.
    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    package init(json reader: inout JSONReader) throws(JSONError) {
        var (name, value) = ("", "")
        try reader.object { (key, member) throws(JSONError) in
            switch key {
            case "name": name = try member.string()
            case "value": value = try member.string()
            default: try member.skip()
            }
        }
        self.init(name: name, value: value)
    }

    /// The field as JSON.
    package var json: JSON { ["name": .string(name), "value": .string(value)] }
}
