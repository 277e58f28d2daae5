/// A conversation (RFC 8621, 3).
package struct EmailThread: Sendable, Hashable, JSONDecodable {
    /// The id.
    package let id: ThreadID
    /// Its messages, the oldest first.
    package let emailIDs: [EmailID]

    /// Makes a conversation.
    package init(id: ThreadID, emailIDs: [EmailID]) {
        self.id = id
        self.emailIDs = emailIDs
    }

    package init(json reader: inout JSONReader) throws(JSONError) {
        var id: ThreadID?
        var emails: [EmailID] = []
        let start = reader.offset
        try reader.object { (key, value) throws(JSONError) in
            switch key {
            case "id": id = try ThreadID(json: &value)
            case "emailIds": emails = try value.list()
            default: try value.skip()
            }
        }
        guard let id else { throw JSONError(.missing, at: start, path: [.member("id")]) }
        self.init(id: id, emailIDs: emails)
    }
}

/// What a search found in a message (RFC 8621, 5): text with `<mark>` around the words, otherwise escaped as HTML.
package struct SearchSnippet: Sendable, Hashable, JSONDecodable {
    /// The message.
    package let emailID: EmailID
    /// The subject, if a word is in it.
    package let subject: String?
    /// The place in the text, if a word is in it.
    package let preview: String?

    package init(json reader: inout JSONReader) throws(JSONError) {
        var (id, subject, preview): (EmailID?, String?, String?) = (nil, nil, nil)
        let start = reader.offset
        try reader.object { (key, value) throws(JSONError) in
            switch key {
            case "emailId": id = try EmailID(json: &value)
            case "subject": subject = try value.optional()
            case "preview": preview = try value.optional()
            default: try value.skip()
            }
        }
        guard let id else { throw JSONError(.missing, at: start, path: [.member("emailId")]) }
        emailID = id
        self.subject = subject
        self.preview = preview
    }
}

/// A name and address that an account may send as (RFC 8621, 6).
package struct Identity: Sendable, Hashable, JSONDecodable {
    /// The id.
    package let id: IdentityID
    /// The name.
    package let name: String
    /// The address.
    package let email: String
    /// Whether it may be destroyed.
    package let mayDelete: Bool

    package init(json reader: inout JSONReader) throws(JSONError) {
        var id: IdentityID?
        var (name, email, mayDelete) = ("", "", false)
        let start = reader.offset
        try reader.object { (key, value) throws(JSONError) in
            switch key {
            case "id": id = try IdentityID(json: &value)
            case "name": name = try value.optional() ?? ""
            case "email": email = try value.optional() ?? ""
            case "mayDelete": mayDelete = try value.optional() ?? false
            default: try value.skip()
            }
        }
        guard let id else { throw JSONError(.missing, at: start, path: [.member("id")]) }
        self.id = id
        self.name = name
        self.email = email
        self.mayDelete = mayDelete
    }
}

/// What changed where (RFC 8620, 7.1).
package struct StateChange: Sendable, Hashable, JSONDecodable {
    /// The new state of each kind of object, by account.
    package let changed: [AccountID: [String: State]]

    /// Makes a change.
    package init(changed: [AccountID: [String: State]]) {
        self.changed = changed
    }

    package init(json reader: inout JSONReader) throws(JSONError) {
        var changed: [AccountID: [String: State]] = [:]
        try reader.object { (key, value) throws(JSONError) in
            guard case "changed" = key else {
                try value.skip()
                return
            }
            try value.object { (account, states) throws(JSONError) in
                var types: [String: State] = [:]
                try states.object { (type, state) throws(JSONError) in types[type.text] = try State(json: &state) }
                changed[AccountID(account.text)] = types
            }
        }
        self.changed = changed
    }
}
