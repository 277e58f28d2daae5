/// Asks for the ids of objects in an order (RFC 8620, 5.5).
package struct Query<Object: JMAPObject>: MethodCall {
    package typealias Answer = QueryAnswer<Object.ID>

    /// The account.
    package var account: AccountID
    /// Which objects; nil for all.
    package var filter: Filter?
    /// In which order.
    package var sort: [Sort]
    /// From which place, counted from 0; negative counts from the end.
    package var position: Int
    /// From which object, in the place of `position`.
    package var anchor: Object.ID?
    /// How far from the anchor.
    package var anchorOffset: Int
    /// At most so many.
    package var limit: Int?
    /// Whether all are counted.
    package var calculateTotal: Bool
    /// Arguments that only this kind of object has, such as `collapseThreads`.
    package var extra: [String: JSON]

    /// Makes a call.
    package init(
        account: AccountID, filter: Filter? = nil, sort: [Sort] = [], position: Int = 0, anchor: Object.ID? = nil,
        anchorOffset: Int = 0, limit: Int? = nil, calculateTotal: Bool = false, extra: [String: JSON] = [:]
    ) {
        self.account = account
        self.filter = filter
        self.sort = sort
        self.position = position
        self.anchor = anchor
        self.anchorOffset = anchorOffset
        self.limit = limit
        self.calculateTotal = calculateTotal
        self.extra = extra
    }

    package var name: String { "\(Object.typeName)/query" }
    package var capabilities: [Capability] { [Object.capability] }

    package var arguments: [String: JSON] {
        var arguments = extra
        arguments["accountId"] = account.json
        if let filter { arguments["filter"] = filter.json }
        if !sort.isEmpty { arguments["sort"] = .array(sort.map(\.json)) }
        if let anchor {
            arguments["anchor"] = anchor.json
            arguments["anchorOffset"] = .int(Int64(anchorOffset))
        } else if position != 0 {
            arguments["position"] = .int(Int64(position))
        }
        if let limit { arguments["limit"] = .int(Int64(limit)) }
        if calculateTotal { arguments["calculateTotal"] = true }
        return arguments
    }
}

/// Conditions on objects, joined by and, or, not.
package indirect enum Filter: Sendable, Hashable {
    /// Every condition of an object, by the name of the RFC, such as `["inMailbox": "a"]`.
    case matching([String: JSON])
    /// All of them.
    case and([Filter])
    /// One of them at least.
    case or([Filter])
    /// None of them.
    case not([Filter])

    /// The filter as JSON.
    package var json: JSON {
        switch self {
        case .matching(let conditions): .object(conditions)
        case .and(let filters): ["operator": "AND", "conditions": .array(filters.map(\.json))]
        case .or(let filters): ["operator": "OR", "conditions": .array(filters.map(\.json))]
        case .not(let filters): ["operator": "NOT", "conditions": .array(filters.map(\.json))]
        }
    }

    /// Messages in a mailbox.
    package static func inMailbox(_ id: MailboxID) -> Filter { .matching(["inMailbox": id.json]) }
    /// Messages with words anywhere.
    package static func text(_ words: String) -> Filter { .matching(["text": .string(words)]) }
    /// Messages with a keyword.
    package static func hasKeyword(_ keyword: Keyword) -> Filter { .matching(["hasKeyword": keyword.json]) }
    /// Submissions of these messages.
    package static func emailIDs(_ ids: [EmailID]) -> Filter { .matching(["emailIds": .strings(ids)]) }
}

/// One step of an order.
package struct Sort: Sendable, Hashable {
    /// The property, such as `receivedAt`.
    package var property: String
    /// Whether small comes first.
    package var isAscending: Bool

    /// Makes a step.
    package init(_ property: String, ascending: Bool = true) {
        self.property = property
        isAscending = ascending
    }

    /// The newest first.
    package static let newestFirst = Sort("receivedAt", ascending: false)

    /// The step as JSON.
    package var json: JSON { ["property": .string(property), "isAscending": .bool(isAscending)] }
}

/// The ids that a query found.
package struct QueryAnswer<ID: JMAPIdentifier>: JSONDecodable, Sendable {
    /// The account.
    package var account: AccountID = ""
    /// The state of the query.
    package var queryState: State = ""
    /// The place of the first id.
    package var position = 0
    /// The ids in order.
    package var ids: [ID] = []
    /// How many there are in all, where that was asked for.
    package var total: Int?
    /// The limit that the server set, where it is lower than the one asked for.
    package var limit: Int?

    package init(json reader: inout JSONReader) throws(JSONError) {
        let start = reader.offset
        var found: [ID]?
        try reader.object { (key, value) throws(JSONError) in
            switch key {
            case "accountId": account = try value.optional() ?? ""
            case "queryState": queryState = try value.optional() ?? ""
            case "position": position = try value.optional() ?? 0
            case "ids": found = try value.list()
            case "total": total = try value.optional()
            case "limit": limit = try value.optional()
            default: try value.skip()
            }
        }
        guard let found else { throw JSONError(.missing, at: start, path: [.member("ids")]) }
        ids = found
    }
}

/// Asks for mailboxes.
package typealias MailboxQuery = Query<Mailbox>
/// Asks for messages.
package typealias EmailQuery = Query<Email>
/// Asks for what was handed over to be sent.
package typealias EmailSubmissionQuery = Query<EmailSubmission>

extension Query where Object == Email {
    /// The same call with one message of each conversation.
    package func collapsingThreads() -> Query {
        var copy = self
        copy.extra["collapseThreads"] = true
        return copy
    }
}
