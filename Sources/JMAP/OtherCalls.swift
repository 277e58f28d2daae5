/// Gives back what it is given (RFC 8620, 4): whether the server is there and the login right.
package struct CoreEcho: MethodCall {
    package typealias Answer = JSON

    /// What comes back.
    package var arguments: [String: JSON]

    /// Makes a call.
    package init(_ arguments: [String: JSON] = [:]) {
        self.arguments = arguments
    }

    package var name: String { "Core/echo" }
    package var capabilities: [Capability] { [] }
}

/// Any method, such as those of Stalwart's administration.
package struct RawCall: MethodCall {
    package typealias Answer = JSON

    /// The method's name such as `x:Account/get`.
    package var name: String
    /// The arguments, the account's id among them.
    package var arguments: [String: JSON]
    /// What must be named in the request's `using` beside the core.
    package var capabilities: [Capability]

    /// Makes a call.
    package init(_ name: String, _ arguments: [String: JSON], capabilities: [Capability] = []) {
        self.name = name
        self.arguments = arguments
        self.capabilities = capabilities
    }
}

/// Makes messages of blobs (RFC 8621, 4.8).
package struct EmailImport: MethodCall {
    package typealias Answer = SetAnswer<EmailID>

    /// One message to make.
    package struct Item: Sendable, Hashable {
        /// The bytes, uploaded before.
        package var blobID: BlobID
        /// Where it goes.
        package var mailboxIDs: Set<MailboxID>
        /// Its keywords.
        package var keywords: Set<Keyword>
        /// When it came; now when nil.
        package var receivedAt: UTCDate?

        /// Makes an item.
        package init(
            blobID: BlobID, mailboxIDs: Set<MailboxID>, keywords: Set<Keyword> = [], receivedAt: UTCDate? = nil
        ) {
            self.blobID = blobID
            self.mailboxIDs = mailboxIDs
            self.keywords = keywords
            self.receivedAt = receivedAt
        }

        var json: JSON {
            var members: [String: JSON] = [
                "blobId": blobID.json, "mailboxIds": .set(mailboxIDs), "keywords": .set(keywords),
            ]
            if let receivedAt { members["receivedAt"] = receivedAt.json }
            return .object(members)
        }
    }

    /// The account.
    package var account: AccountID
    /// The messages, by the name that the caller gives them.
    package var emails: [CreationID: Item]

    /// Makes a call.
    package init(account: AccountID, emails: [CreationID: Item]) {
        self.account = account
        self.emails = emails
    }

    package var name: String { "Email/import" }
    package var capabilities: [Capability] { [.mail] }
    package var arguments: [String: JSON] {
        ["accountId": account.json, "emails": .object(JSON.keyed(emails.mapValues(\.json)))]
    }

    package func divided(within limits: SessionLimits) -> [EmailImport]? {
        let items = emails.sorted { $0.key < $1.key }
        guard items.count > limits.maxObjectsInSet else { return [self] }
        return stride(from: 0, to: items.count, by: limits.maxObjectsInSet).map { start in
            let part = items[start..<min(start + limits.maxObjectsInSet, items.count)]
            let emails = Dictionary(uniqueKeysWithValues: part.map { ($0.key, $0.value) })
            return EmailImport(account: account, emails: emails)
        }
    }

    package static func merged(_ answers: [Answer]) -> Answer? { EmailSet.merged(answers) }
}

/// Copies messages from another account (RFC 8621, 4.7).
package struct EmailCopy: MethodCall {
    package typealias Answer = SetAnswer<EmailID>

    /// The account that they are in.
    package var from: AccountID
    /// The account that they go to.
    package var to: AccountID
    /// For each message: its id there, and what is different here, `mailboxIds` at least.
    package var create: [CreationID: JSON]
    /// Whether the originals are destroyed afterwards.
    package var destroysOriginals: Bool

    /// Makes a call.
    package init(from: AccountID, to: AccountID, create: [CreationID: JSON], destroysOriginals: Bool = false) {
        self.from = from
        self.to = to
        self.create = create
        self.destroysOriginals = destroysOriginals
    }

    package var name: String { "Email/copy" }
    package var capabilities: [Capability] { [.mail] }
    package var arguments: [String: JSON] {
        [
            "fromAccountId": from.json, "accountId": to.json, "create": .object(JSON.keyed(create)),
            "onSuccessDestroyOriginal": .bool(destroysOriginals),
        ]
    }
}

/// Reads blobs as messages without storing them (RFC 8621, 4.9).
package struct EmailParse: MethodCall {
    /// What was read.
    package struct Answer: JSONDecodable, Sendable {
        /// The messages.
        package var parsed: [BlobID: Email] = [:]
        /// Blobs that are no messages.
        package var notParsable: [BlobID] = []
        /// Blobs that are not there.
        package var notFound: [BlobID] = []

        package init(json reader: inout JSONReader) throws(JSONError) {
            try reader.object { (key, value) throws(JSONError) in
                switch key {
                case "parsed": parsed = try value.mapOrNull()
                case "notParsable": notParsable = try value.optionalList() ?? []
                case "notFound": notFound = try value.optionalList() ?? []
                default: try value.skip()
                }
            }
        }
    }

    /// The account.
    package var account: AccountID
    /// The blobs.
    package var blobIDs: [BlobID]
    /// What of the messages is read.
    package var properties: [EmailProperty]?
    /// Further arguments, such as `fetchTextBodyValues`.
    package var extra: [String: JSON]

    /// Makes a call.
    package init(
        account: AccountID, blobIDs: [BlobID], properties: [EmailProperty]? = nil, extra: [String: JSON] = [:]
    ) {
        self.account = account
        self.blobIDs = blobIDs
        self.properties = properties
        self.extra = extra
    }

    package var name: String { "Email/parse" }
    package var capabilities: [Capability] { [.mail] }
    package var arguments: [String: JSON] {
        var arguments = extra
        arguments["accountId"] = account.json
        arguments["blobIds"] = .strings(blobIDs)
        if let properties { arguments["properties"] = .strings(properties) }
        return arguments
    }
}

/// Asks where words of a search stand in messages (RFC 8621, 5.1).
package struct SearchSnippetGet: MethodCall {
    /// What was found.
    package struct Answer: JSONDecodable, Sendable {
        /// One for each message.
        package var list: [SearchSnippet] = []
        /// Messages that are not there.
        package var notFound: [EmailID] = []

        package init(json reader: inout JSONReader) throws(JSONError) {
            try reader.object { (key, value) throws(JSONError) in
                switch key {
                case "list": list = try value.list()
                case "notFound": notFound = try value.optionalList() ?? []
                default: try value.skip()
                }
            }
        }
    }

    /// The account.
    package var account: AccountID
    /// The search.
    package var filter: Filter
    /// The messages.
    package var emailIDs: IDs<EmailID>

    /// Makes a call.
    package init(account: AccountID, filter: Filter, emailIDs: IDs<EmailID>) {
        self.account = account
        self.filter = filter
        self.emailIDs = emailIDs
    }

    package var name: String { "SearchSnippet/get" }
    package var capabilities: [Capability] { [.mail] }
    package var arguments: [String: JSON] {
        var arguments: [String: JSON] = ["accountId": account.json, "filter": filter.json]
        emailIDs.add(to: &arguments, as: "emailIds")
        return arguments
    }
}
