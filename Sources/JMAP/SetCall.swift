/// Creates, changes and destroys objects (RFC 8620, 5.3); each of them succeeds or fails by itself.
package struct SetCall<Object: JMAPObject>: MethodCall {
    package typealias Answer = SetAnswer<Object.ID>

    /// The account.
    package var account: AccountID
    /// The state that must still hold; advice only, servers let races through.
    package var ifInState: State?
    /// New objects, by the name that the caller gives them.
    package var create: [CreationID: JSON]
    /// Changes of objects, each a patch: paths and their new values.
    package var update: [Object.ID: [String: JSON]]
    /// Objects to destroy.
    package var destroy: IDs<Object.ID>
    /// Arguments that only this kind of object has.
    package var extra: [String: JSON]

    /// Makes a call.
    package init(
        account: AccountID, ifInState: State? = nil, create: [CreationID: JSON] = [:],
        update: [Object.ID: [String: JSON]] = [:], destroy: IDs<Object.ID> = [], extra: [String: JSON] = [:]
    ) {
        self.account = account
        self.ifInState = ifInState
        self.create = create
        self.update = update
        self.destroy = destroy
        self.extra = extra
    }

    package var name: String { "\(Object.typeName)/set" }
    package var capabilities: [Capability] { [Object.capability] }

    package var arguments: [String: JSON] {
        var arguments = extra
        arguments["accountId"] = account.json
        if let ifInState { arguments["ifInState"] = ifInState.json }
        if !create.isEmpty { arguments["create"] = .object(JSON.keyed(create)) }
        if !update.isEmpty { arguments["update"] = .object(JSON.keyed(update.mapValues { .object($0) })) }
        if destroy != [] { destroy.add(to: &arguments, as: "destroy") }
        return arguments
    }

    /// Creations first, then changes, then destructions, as the server does it in one call.
    ///
    /// Not for a call that holds only in a state, or whose success changes other objects.
    package func divided(within limits: SessionLimits) -> [SetCall]? {
        let limit = limits.maxObjectsInSet
        guard create.count + update.count + destroy.count > limit else { return [self] }
        guard ifInState == nil, !extra.keys.contains(where: { $0.hasPrefix("onSuccess") }) else { return nil }
        let creations = create.sorted { $0.key < $1.key }
        let updates = update.sorted { $0.key < $1.key }
        var calls: [SetCall] = []
        for start in stride(from: 0, to: creations.count, by: limit) {
            let part = creations[start..<min(start + limit, creations.count)]
            calls.append(empty(create: Dictionary(uniqueKeysWithValues: part.map { ($0.key, $0.value) })))
        }
        for start in stride(from: 0, to: updates.count, by: limit) {
            let part = updates[start..<min(start + limit, updates.count)]
            calls.append(empty(update: Dictionary(uniqueKeysWithValues: part.map { ($0.key, $0.value) })))
        }
        if destroy != [] { calls += destroy.divided(by: limit).map { empty(destroy: $0) } }
        return calls
    }

    private func empty(
        create: [CreationID: JSON] = [:], update: [Object.ID: [String: JSON]] = [:], destroy: IDs<Object.ID> = []
    ) -> SetCall {
        SetCall(account: account, create: create, update: update, destroy: destroy, extra: extra)
    }

    /// Everything that any part did, from the first state to the last.
    package static func merged(_ answers: [Answer]) -> Answer? {
        guard var all = answers.first else { return nil }
        for answer in answers.dropFirst() { all.add(answer) }
        return all
    }
}

extension JSON {
    /// Members keyed by ids.
    static func keyed(_ members: [some JMAPIdentifier: JSON]) -> [String: JSON] {
        Dictionary(members.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: { first, _ in first })
    }
}

/// An object that the server made.
package struct CreatedObject<ID: JMAPIdentifier>: JSONDecodable, Sendable, Hashable {
    /// Its id.
    package let id: ID
    /// What the server says about it beside what it was given.
    package let properties: [String: JSON]

    package init(json reader: inout JSONReader) throws(JSONError) {
        let start = reader.offset
        properties = try JSON(json: &reader).object ?? [:]
        guard let id = properties["id"]?.string else { throw JSONError(.missing, at: start, path: [.member("id")]) }
        self.id = ID(id)
    }
}

/// What a set, import or copy did.
package struct SetAnswer<ID: JMAPIdentifier>: JSONDecodable, Sendable {
    /// The account.
    package var account: AccountID = ""
    /// The state before, where the server says.
    package var oldState: State?
    /// The state after.
    package var newState: State?
    /// What was made.
    package var created: [CreationID: CreatedObject<ID>] = [:]
    /// What was changed, with what the server changed beside what it was told; nil mostly.
    package var updated: [ID: JSON] = [:]
    /// What is gone.
    package var destroyed: [ID] = []
    /// What was not made, and why.
    package var notCreated: [CreationID: SetError] = [:]
    /// What was not changed, and why.
    package var notUpdated: [ID: SetError] = [:]
    /// What was not destroyed, and why.
    package var notDestroyed: [ID: SetError] = [:]

    package init(json reader: inout JSONReader) throws(JSONError) {
        try reader.object { (key, value) throws(JSONError) in
            switch key {
            case "accountId": account = try value.optional() ?? ""
            case "oldState": oldState = try value.optional()
            case "newState": newState = try value.optional()
            case "created": created = try value.mapOrNull()
            case "updated": updated = try value.mapOrNull()
            case "destroyed": destroyed = try value.optionalList() ?? []
            case "notCreated": notCreated = try value.mapOrNull()
            case "notUpdated": notUpdated = try value.mapOrNull()
            case "notDestroyed": notDestroyed = try value.mapOrNull()
            default: try value.skip()
            }
        }
    }

    mutating func add(_ other: SetAnswer) {
        newState = other.newState ?? newState
        created.merge(other.created) { $1 }
        updated.merge(other.updated) { $1 }
        destroyed += other.destroyed
        notCreated.merge(other.notCreated) { $1 }
        notUpdated.merge(other.notUpdated) { $1 }
        notDestroyed.merge(other.notDestroyed) { $1 }
    }

    /// The id of a new object; throws why it was not made.
    package func created(_ name: CreationID, method: String = "") throws(JMAPError) -> ID {
        if let created = created[name] { return created.id }
        let error = notCreated[name] ?? SetError(type: "serverFail", detail: "the answer does not name it")
        throw JMAPError(.set(error.type), method: method, detail: error.detail, setError: error)
    }

    /// The first refusal of any kind, nil when everything was done.
    package var firstError: SetError? {
        notCreated.min { $0.key < $1.key }?.value ?? notUpdated.min { $0.key < $1.key }?.value
            ?? notDestroyed.min { $0.key < $1.key }?.value
    }
}

extension JSONReader {
    /// Reads an object whose keys are ids; `null` is empty.
    mutating func mapOrNull<Key: JMAPIdentifier, Value: JSONDecodable>() throws(JSONError) -> [Key: Value] {
        try null() ? [:] : try map()
    }
}

/// Creates, changes and destroys mailboxes; see `extra["onDestroyRemoveEmails"]`.
package typealias MailboxSet = SetCall<Mailbox>
/// Creates, changes and destroys messages.
package typealias EmailSet = SetCall<Email>
/// Hands messages over to be sent, and calls them back.
package typealias EmailSubmissionSet = SetCall<EmailSubmission>

/// A change of a message: keywords and mailboxes, each by itself, so that no other change is undone.
package struct EmailPatch: Sendable, Hashable {
    /// The patch as the server takes it.
    package private(set) var changes: [String: JSON] = [:]

    /// A patch that changes nothing.
    package init() {}

    /// Sets or takes away a keyword.
    package func keyword(_ keyword: Keyword, _ isSet: Bool) -> EmailPatch {
        with("keywords/\(EmailPatch.escaped(keyword.rawValue))", isSet)
    }

    /// Puts the message into a mailbox or takes it out.
    package func mailbox(_ id: MailboxID, _ isIn: Bool) -> EmailPatch {
        with("mailboxIds/\(EmailPatch.escaped(id.rawValue))", isIn)
    }

    private func with(_ path: String, _ isSet: Bool) -> EmailPatch {
        var copy = self
        copy.changes[path] = isSet ? true : .null
        return copy
    }

    /// A step of a JSON pointer (RFC 6901).
    private static func escaped(_ step: String) -> String {
        step.reduce(into: "") { $0 += $1 == "~" ? "~0" : $1 == "/" ? "~1" : String($1) }
    }
}
