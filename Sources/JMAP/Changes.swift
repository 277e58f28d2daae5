/// Asks what changed since a state (RFC 8620, 5.2).
package struct Changes<Object: JMAPObject>: MethodCall {
    package typealias Answer = ChangesAnswer<Object.ID>

    /// The account.
    package var account: AccountID
    /// The state that is known.
    package var since: State
    /// At most so many ids.
    package var maxChanges: Int?

    /// Makes a call.
    package init(account: AccountID, since: State, maxChanges: Int? = nil) {
        self.account = account
        self.since = since
        self.maxChanges = maxChanges
    }

    package var name: String { "\(Object.typeName)/changes" }
    package var capabilities: [Capability] { [Object.capability] }

    package var arguments: [String: JSON] {
        var arguments: [String: JSON] = ["accountId": account.json, "sinceState": since.json]
        if let maxChanges { arguments["maxChanges"] = .int(Int64(maxChanges)) }
        return arguments
    }
}

/// What changed.
package struct ChangesAnswer<ID: JMAPIdentifier>: JSONDecodable, Sendable {
    /// The account.
    package var account: AccountID = ""
    /// The state that was asked about.
    package var oldState: State = ""
    /// The state after these changes.
    package var newState: State = ""
    /// Whether there are more; ask again from `newState`.
    package var hasMoreChanges = false
    /// What is new.
    package var created: [ID] = []
    /// What was changed.
    package var updated: [ID] = []
    /// What is gone.
    package var destroyed: [ID] = []
    /// The only properties that changed, where the server knows; mailboxes alone have it.
    package var updatedProperties: [String]?

    package init(json reader: inout JSONReader) throws(JSONError) {
        let start = reader.offset
        try reader.object { (key, value) throws(JSONError) in
            switch key {
            case "accountId": account = try value.optional() ?? ""
            case "oldState": oldState = try value.optional() ?? ""
            case "newState": newState = try State(json: &value)
            case "hasMoreChanges": hasMoreChanges = try value.optional() ?? false
            case "created": created = try value.optionalList() ?? []
            case "updated": updated = try value.optionalList() ?? []
            case "destroyed": destroyed = try value.optionalList() ?? []
            case "updatedProperties": updatedProperties = try value.optionalList()
            default: try value.skip()
            }
        }
        // A hundred times what anybody asks for: to go after each of them would take the client hours.
        guard created.count + updated.count + destroyed.count <= 50_000 else {
            throw JSONError(.invalid(expected: "a list of at most 50,000 changes"), at: start)
        }
        if newState.rawValue.isEmpty { throw JSONError(.missing, at: start, path: [.member("newState")]) }
    }
}

/// Asks what changed among mailboxes.
package typealias MailboxChanges = Changes<Mailbox>
/// Asks what changed among messages.
package typealias EmailChanges = Changes<Email>
/// Asks what changed among conversations.
package typealias ThreadChanges = Changes<EmailThread>
