/// A mailbox (RFC 8621, 2); what was not asked for is nil.
package struct Mailbox: Sendable, Hashable {
    /// The id.
    package var id: MailboxID
    /// The name.
    package var name: String?
    /// The mailbox that it lies in.
    package var parentID: MailboxID?
    /// What it is for, such as `inbox`; nil for an ordinary one.
    package var role: MailboxRole?
    /// Where it stands among others.
    package var sortOrder: Int?
    /// How many messages are in it.
    package var totalEmails: Int?
    /// How many of them are unread.
    package var unreadEmails: Int?
    /// How many conversations have a message in it.
    package var totalThreads: Int?
    /// How many of them have an unread message.
    package var unreadThreads: Int?
    /// What the login may do in it, such as `mayReadItems`.
    package var myRights: Set<String>?
    /// Whether it is to be shown.
    package var isSubscribed: Bool?

    /// A mailbox of which only the id is known.
    package init(id: MailboxID) {
        self.id = id
    }
}

extension Mailbox: JSONDecodable {
    package init(json reader: inout JSONReader) throws(JSONError) {
        self.init(id: "")
        let start = reader.offset
        try reader.object { (key, value) throws(JSONError) in
            switch key {
            case "id": id = try MailboxID(json: &value)
            case "name": name = try value.optional()
            case "parentId": parentID = try value.optional()
            case "role": role = try value.optional()
            case "sortOrder": sortOrder = try value.optional()
            case "totalEmails": totalEmails = try value.optional()
            case "unreadEmails": unreadEmails = try value.optional()
            case "totalThreads": totalThreads = try value.optional()
            case "unreadThreads": unreadThreads = try value.optional()
            case "myRights": myRights = try Mailbox.rights(&value)
            case "isSubscribed": isSubscribed = try value.optional()
            default: try value.skip()
            }
        }
        if id.rawValue.isEmpty { throw JSONError(.missing, at: start, path: [.member("id")]) }
    }

    private static func rights(_ reader: inout JSONReader) throws(JSONError) -> Set<String>? {
        if try reader.null() { return nil }
        var rights: Set<String> = []
        try reader.object { (key, value) throws(JSONError) in
            if try value.boolean() { rights.insert(key.text) }
        }
        return rights
    }
}

/// What a mailbox is for (RFC 8621, 2; IANA's list of mailbox roles).
package struct MailboxRole: JMAPIdentifier {
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }

    /// New mail.
    package static let inbox: MailboxRole = "inbox"
    /// Not sent yet.
    package static let drafts: MailboxRole = "drafts"
    /// Sent.
    package static let sent: MailboxRole = "sent"
    /// To be destroyed.
    package static let trash: MailboxRole = "trash"
    /// Unwanted.
    package static let junk: MailboxRole = "junk"
    /// Put away.
    package static let archive: MailboxRole = "archive"
}

/// A property of a mailbox, to ask for.
package struct MailboxProperty: JMAPIdentifier {
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }

    /// Everything that `Mailbox` holds.
    package static let all: [MailboxProperty] = [
        "id", "name", "parentId", "role", "sortOrder", "totalEmails", "unreadEmails", "totalThreads", "unreadThreads",
        "myRights", "isSubscribed",
    ]
    /// What changes with every message.
    package static let counts: [MailboxProperty] = [
        "id", "totalEmails", "unreadEmails", "totalThreads", "unreadThreads",
    ]
}
