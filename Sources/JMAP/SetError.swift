import HTTPTransport

/// Why the server did not do one thing of a set, import or copy (RFC 8620, 5.3).
package struct SetError: Error, Sendable, Hashable, JSONDecodable, CustomStringConvertible {
    /// The server's word for it, such as `notFound`.
    package let type: String
    /// What the server says about it; hostile text, cleaned and cut.
    package let detail: String
    /// The properties that are wrong.
    package let properties: [String]
    /// The id of what is there already, of `alreadyExists` and Stalwart's `primaryKeyViolation`.
    package let existingID: String?
    /// Blobs that are not there, of `blobNotFound`.
    package let notFound: [BlobID]

    /// Makes an error.
    package init(
        type: String, detail: String = "", properties: [String] = [], existingID: String? = nil, notFound: [BlobID] = []
    ) {
        self.type = HostileText.short(type)
        self.detail = HTTPError.cleaned(detail)
        self.properties = properties
        self.existingID = existingID
        self.notFound = notFound
    }

    package init(json reader: inout JSONReader) throws(JSONError) {
        var (type, detail, existing): (String, String, String?) = ("", "", nil)
        var properties: [String] = []
        var notFound: [BlobID] = []
        try reader.object { (key, value) throws(JSONError) in
            switch key {
            case "type": type = try value.string()
            case "description": detail = try value.optional() ?? ""
            case "properties": properties = try value.optionalList() ?? []
            case "existingId": existing = try value.optional()
            case "objectId": existing = try JSON(json: &value)["id"]?.string
            case "notFound": notFound = try value.optionalList() ?? []
            default: try value.skip()
            }
        }
        self.init(type: type, detail: detail, properties: properties, existingID: existing, notFound: notFound)
    }

    /// Whether a race caused it, so that the same call may get through now.
    package var isRace: Bool { type == "forbidden" && detail.contains("Another process modified") }

    /// What happened, in one sentence.
    package var sentence: String {
        let said = detail.isEmpty ? "" : " The server says: \(detail)"
        let which = properties.filter { !$0.isEmpty }.map(HostileText.short).joined(separator: ", ")
        switch type {
        case "notFound": return "It is not there any more.\(said)"
        case "forbidden" where isRace: return "Another client changed it at the same moment.\(said)"
        case "forbidden": return "The login may not do this.\(said)"
        case "overQuota": return "The account has no space or number left for it.\(said)"
        case "tooLarge": return "It is larger than the server takes.\(said)"
        case "rateLimit": return "Too many of these were made lately.\(said)"
        case "invalidPatch", "invalidProperties":
            return "The server does not take \(which.isEmpty ? "what it was given" : "the value of \(which)").\(said)"
        case "alreadyExists", "primaryKeyViolation": return "There is one like it already.\(said)"
        case "willDestroy": return "It is destroyed by the same call.\(said)"
        case "singleton": return "There is exactly one of these.\(said)"
        case "mailboxHasEmail": return "The mailbox still holds messages.\(said)"
        case "mailboxHasChild": return "The mailbox still holds mailboxes.\(said)"
        case "blobNotFound": return "The bytes that it is made of are not on the server.\(said)"
        case "tooManyKeywords": return "A message cannot have so many keywords.\(said)"
        case "tooManyMailboxes": return "A message cannot be in so many mailboxes.\(said)"
        case "invalidEmail": return "The message is not one that can be sent.\(said)"
        case "tooManyRecipients": return "There are more recipients than the server takes.\(said)"
        case "noRecipients": return "There is no recipient.\(said)"
        case "invalidRecipients": return "A recipient's address is not one.\(said)"
        case "forbiddenFrom", "forbiddenMailFrom": return "The account may not send under this address.\(said)"
        case "forbiddenToSend": return "The account may not send.\(said)"
        case "cannotUnsend": return "It is too late to call it back.\(said)"
        case "objectIsLinked": return "Something else still uses it.\(said)"
        case "invalidForeignKey": return "It names something that does not exist.\(said)"
        default: return "The server refused it (\(type.isEmpty ? "no reason" : type)).\(said)"
        }
    }

    /// The sentence.
    package var description: String { sentence }
}
