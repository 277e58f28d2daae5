import Message

extension Server {
    /// Email/set (RFC 8621 section 4.6).
    func emailSet(_ call: inout Call) throws -> JSONObject {
        try call.needSet("Email")
        let account = try account(call)
        let set = try SetArguments(call)
        let old = store.state(.email, of: account)
        try checkState(call, old)
        let mailboxes = set.create.isEmpty && set.update.isEmpty ? [] : Set(try store.mailboxes(account).map(\.id))
        var result = SetResult()
        try store.transaction {
            for (key, value) in set.create {
                do {
                    result.created[key] = try createEmail(value, account: account, mailboxes: mailboxes, call).json
                } catch let error as SetError {
                    result.notCreated[key] = error.json
                }
            }
            try updateEmails(set.update, destroying: set.destroy, account: account, mailboxes: mailboxes, &result)
            try destroyEmails(set.destroy, account: account, &result)
        }
        var answer: JSONObject = [
            "accountId": .string(Base32.id(account)), "oldState": .string(old.text),
            "newState": .string(store.state(.email, of: account).text),
        ]
        result.write(to: &answer)
        return answer
    }

    // MARK: Create

    private func createEmail(
        _ value: JSONValue, account: Int, mailboxes: Set<Int>, _ call: Call
    ) throws -> CreatedEmail {
        guard let object = value.object else { throw SetError("invalidProperties", "Invalid object.") }
        let target = try Self.mailboxIDs(object["mailboxIds"], among: mailboxes)
        let keywords = try Self.keywords(object["keywords"])
        let received = object["receivedAt"]?.string.flatMap(Timestamp.seconds) ?? Timestamp.now
        let raw = try EmailBuilder.build(object, date: MessageBuilder.now, host: "sandbox.local") { id in
            // A blob that cannot be read is one that is not there.
            BlobID(id).flatMap { try? self.bytes(of: $0, for: call.login) }
        }
        try checkDisk(account, adding: raw.count)
        guard let metadata = EmailMetadata(raw) else {
            throw SetError("invalidProperties", "Message has to have at least one header or body part.")
        }
        return try store.add(
            NewEmail(raw: raw, metadata: metadata, mailboxes: target, keywords: keywords, received: received),
            account: account)
    }

    /// Refuses what would go beyond the account's disk quota.
    func checkDisk(_ account: Int, adding size: Int) throws {
        guard let quota = directory.account(account)?.quotas["maxDiskQuota"], quota > 0 else { return }
        if try store.counters(account).used + size > quota {
            throw SetError("overQuota", "You have exceeded your disk quota.")
        }
    }

    /// The mailboxes of a new email, each of them there.
    static func mailboxIDs(
        _ value: JSONValue?, among known: Set<Int>, none: String = "Message has to belong to at least one mailbox."
    ) throws(SetError) -> Set<Int> {
        guard let object = value?.object, object.values.allSatisfy({ $0.bool != nil }) || object.isEmpty else {
            throw SetError("invalidProperties", none, properties: ["mailboxIds"])
        }
        var result: Set<Int> = []
        for id in object.trueKeys { result.insert(try mailboxID(id, among: known)) }
        guard !result.isEmpty else { throw SetError("invalidProperties", none, properties: ["mailboxIds"]) }
        return result
    }

    private static func mailboxID(_ id: String, among known: Set<Int>) throws(SetError) -> Int {
        guard let number = Base32.number(id).map({ Int($0) }), known.contains(number) else {
            throw SetError("invalidProperties", "mailboxId \(id) does not exist.", properties: ["mailboxIds"])
        }
        return number
    }

    /// The keywords of a new email.
    static func keywords(_ value: JSONValue?) throws(SetError) -> Set<String> {
        guard let value, !value.isNull else { return [] }
        guard let object = value.object, object.values.allSatisfy({ $0.bool != nil }) else {
            throw SetError("invalidProperties", "Invalid property or value.", properties: ["keywords"])
        }
        return Set(object.trueKeys)
    }

    // MARK: Update

    private func updateEmails(
        _ patches: JSONObject, destroying: [String], account: Int, mailboxes: Set<Int>, _ result: inout SetResult
    ) throws {
        let destroyed = Set(destroying)
        // All updates of a call are one change; it is taken when the first one changes something.
        var number: Int?
        for (id, patch) in patches {
            do {
                if destroyed.contains(id) { throw SetError("willDestroy", "ID will be destroyed.") }
                guard let key = EmailKey(id), let email = try store.email(key.number, account: account) else {
                    throw SetError("notFound")
                }
                let (wantedMailboxes, wantedKeywords) = try Self.applied(patch, to: email, mailboxes: mailboxes)
                let keywords = try store.known(wantedKeywords, account: account)
                if wantedMailboxes != email.mailboxes || keywords != email.keywords {
                    let change = try number ?? store.nextChange(account)
                    number = change
                    try store.change(
                        email, mailboxes: wantedMailboxes, keywords: keywords, change: change, account: account)
                }
                result.updated[id] = .null
            } catch let error as SetError {
                result.notUpdated[id] = error.json
            }
        }
    }

    /// The mailboxes and keywords that an email has after a patch.
    private static func applied(
        _ patch: JSONValue, to email: StoredEmail, mailboxes known: Set<Int>
    ) throws(SetError) -> (mailboxes: Set<Int>, keywords: Set<String>) {
        var (mailboxes, keywords) = (email.mailboxes, email.keywords)
        for (property, value) in patch.object ?? [:] {
            if property == "mailboxIds" {
                mailboxes = try mailboxIDs(value, among: known)
            } else if property == "keywords" {
                keywords = try self.keywords(value)
            } else if property.hasPrefix("mailboxIds/") {
                let id = String(property.dropFirst("mailboxIds/".count))
                if try isSet(value, property) {
                    mailboxes.insert(try mailboxID(id, among: known))
                } else if let number = Base32.number(id) {
                    mailboxes.remove(Int(number))
                }
            } else if property.hasPrefix("keywords/") {
                let name = Keywords.kept(JSONPointer.name(property.dropFirst("keywords/".count)))
                if try isSet(value, property) { keywords.insert(name) } else { keywords.remove(name) }
            } else {
                throw SetError("invalidProperties", "Invalid property or value.", properties: [property])
            }
        }
        guard !mailboxes.isEmpty else {
            throw SetError(
                "invalidProperties", "Message has to belong to at least one mailbox.", properties: ["mailboxIds"])
        }
        return (mailboxes, keywords)
    }

    private static func isSet(_ value: JSONValue, _ property: String) throws(SetError) -> Bool {
        if value.isNull { return false }
        guard let isSet = value.bool else {
            throw SetError("invalidProperties", "Invalid patch value", properties: [property])
        }
        return isSet
    }

    // MARK: Destroy

    private func destroyEmails(_ ids: [String], account: Int, _ result: inout SetResult) throws {
        var number: Int?
        var gone: Set<String> = []
        for id in ids {
            if gone.contains(id) {
                result.destroyed.append(id)
                continue
            }
            guard let key = EmailKey(id), let email = try store.email(key.number, account: account) else {
                result.notDestroyed[id] = SetError("notFound").json
                continue
            }
            let change = try number ?? store.nextChange(account)
            number = change
            try store.remove(email, change: change, account: account)
            gone.insert(id)
            result.destroyed.append(id)
        }
    }
}
