import SQLite
import Sodium

extension Server {
    private static func shown(_ object: JSONObject) -> JSONObject {
        var shown = object
        shown["secret"] = "****"
        return shown
    }

    /// x:ApiKey/get.
    func apiKeyGet(_ call: inout Call) throws -> JSONObject {
        try objectGet(.apiKey, call) { Self.shown($1) }
    }

    /// x:AppPassword/get.
    func appPasswordGet(_ call: inout Call) throws -> JSONObject {
        try objectGet(.appPassword, call) { Self.shown($1) }
    }

    /// x:ApiKey/query.
    func apiKeyQuery(_ call: inout Call) throws -> JSONObject {
        try objectQuery(.apiKey, call, filters: ["description"]) { _, object, name, value in object[name] == value }
    }

    /// x:AppPassword/query.
    func appPasswordQuery(_ call: inout Call) throws -> JSONObject {
        try objectQuery(.appPassword, call, filters: ["description"]) { _, object, name, value in object[name] == value
        }
    }

    /// x:ApiKey/set.
    func apiKeySet(_ call: inout Call) throws -> JSONObject {
        try secretSet(.apiKey, call, quota: "maxApiKeys", noun: "API keys", prefix: "API_")
    }

    /// x:AppPassword/set.
    func appPasswordSet(_ call: inout Call) throws -> JSONObject {
        try secretSet(.appPassword, call, quota: "maxAppPasswords", noun: "app passwords", prefix: "app_")
    }

    private func secretSet(
        _ kind: ObjectKind, _ call: Call, quota: String, noun: String, prefix: String
    ) throws -> JSONObject {
        try objectSet(
            kind, call,
            ObjectRules(
                create: { object, owner in
                    // Nobody logs in as a group.
                    guard self.directory.account(owner)?.isGroup == false else { throw SetError("notFound") }
                    let most = self.directory.account(owner)?.quotas[quota] ?? Limits.apiKeys
                    guard self.directory.ids(kind, owner: owner).count < most else {
                        throw SetError("overQuota", "You have exceeded your quota of \(most) \(noun).")
                    }
                    if let permissions = object["permissions"]?.object {
                        try self.checkPermissions(permissions, ["permissions"])
                    }
                    let secret = prefix + Sodium.randomText(40)
                    var kept = object
                    kept["secret"] = .string(Base32.encode(Sodium.sha256(Array(secret.utf8))))
                    return (kept, ["secret": .string(secret)])
                }, update: { _, _, new in new }, destroy: { _, _ in }))
    }

    // MARK: The queue and the server's actions

    /// x:QueuedMessage/get.
    func queuedMessageGet(_ call: inout Call) throws -> JSONObject {
        try call.need("sysQueuedMessageGet")
        let properties = try call.strings("properties")
        var list: [JSONValue] = []
        var notFound: [String] = []
        for id in try call.ids() ?? queueIDs(filter: [:]).map({ Base32.id($0) }) {
            let object = try store.database.first(
                "SELECT hash, return_path, recipients, created, due, length(data) FROM queue JOIN blob USING (hash) WHERE id = ?",
                Base32.number(id) ?? -1
            ) { row in
                self.queued(
                    id, hash: row.blob(0), sender: row.text(1),
                    recipients: QueuedRecipient.list(row.text(2)), created: row.int(3),
                    due: row.int(4),
                    size: row.int(5))
            }
            if let object { list.append(Self.picked(properties, from: object)) } else { notFound.append(id) }
        }
        return ["accountId": .string(Base32.id(call.login.account)), "list": .array(list), "notFound": .list(notFound)]
    }

    private func queued(
        _ id: String, hash: [UInt8], sender: String, recipients: [QueuedRecipient], created: Int, due: Int, size: Int
    ) -> JSONObject {
        let retry = Timestamp.text(due == Int(Int32.max) ? created : due)
        var states: JSONObject = [:]
        for recipient in recipients {
            let isLocal = directory.isLocal(domain: String(recipient.address.split(separator: "@").last ?? ""))
            states[recipient.address] = recipient.shown(
                isLocal: isLocal, retry: retry, expires: Timestamp.text(created + 259_200))
        }
        return [
            "id": .string(id), "createdAt": .string(Timestamp.text(created)), "nextRetry": .string(retry),
            "blobId": .string(BlobID.upload(hash: hash, account: Directory.recoveryAccount).text),
            "returnPath": .string(sender), "recipients": .object(states), "receivedFromIp": "127.0.0.1",
            "receivedViaPort": 0, "flags": ["authenticated": true], "envId": nil, "priority": 0, "size": .count(size),
        ]
    }

    /// x:QueuedMessage/query.
    func queuedMessageQuery(_ call: inout Call) throws -> JSONObject {
        try call.need("sysQueuedMessageQuery")
        let ids = try queueIDs(filter: call.object("filter") ?? [:])
        return [
            "accountId": .string(Base32.id(call.login.account)), "queryState": "n", "canCalculateChanges": true,
            "position": 0, "ids": .list(ids.map { Base32.id($0) }),
        ]
    }

    private func queueIDs(filter: JSONObject) throws -> [Int] {
        let rows = try store.database.query("SELECT id, return_path, recipients FROM queue ORDER BY id") { row in
            (row.int(0), row.text(1), QueuedRecipient.list(row.text(2)))
        }
        return try rows.filter { _, sender, recipients in
            try filter.allSatisfy { name, value in
                switch name {
                case "returnPath": return sender == value.string
                case "to": return recipients.contains { $0.address == value.string }
                default: throw MethodError("unsupportedFilter", name)
                }
            }
        }.map(\.0)
    }

    /// x:QueuedMessage/set: a moment to try again, or the end of the message.
    func queuedMessageSet(_ call: inout Call) throws -> JSONObject {
        try call.needSet("QueuedMessage", prefix: "sys")
        let set = try SetArguments(call)
        var result = SetResult()
        for (id, patch) in set.update {
            let moment = patch["nextRetry"]?.string.flatMap(Timestamp.seconds)
            if let moment {
                try store.database.run("UPDATE queue SET due = ? WHERE id = ?", moment, Base32.number(id) ?? -1)
            }
            let isDone = moment != nil && store.database.changes > 0
            if isDone { result.updated[id] = .null } else { result.notUpdated[id] = SetError("notFound").json }
        }
        for id in set.destroy {
            if try removeQueued(Base32.number(id).map { Int($0) } ?? -1) {
                result.destroyed.append(id)
            } else {
                result.notDestroyed[id] = SetError("notFound").json
            }
        }
        try releaseDue()
        var answer: JSONObject = ["accountId": .string(Base32.id(call.login.account))]
        result.write(to: &answer)
        return answer
    }

    /// x:Action/set: everything here takes effect at once, so there is nothing to do.
    func actionSet(_ call: inout Call) throws -> JSONObject {
        guard call.login.may("actionReloadSettings") else {
            throw MethodError.forbidden("You are not authorized to create, update or destroy objects of this type")
        }
        var result = SetResult()
        for (place, key) in (try call.object("create") ?? [:]).keys.enumerated() {
            result.created[key] = ["id": .string(Base32.id(place))]
        }
        var answer: JSONObject = ["accountId": .string(Base32.id(call.login.account))]
        result.write(to: &answer)
        return answer
    }

    /// x:Task/query: nothing here is put off, so no task waits.
    func taskQuery(_ call: inout Call) throws -> JSONObject {
        try call.need("sysTaskQuery")
        return [
            "accountId": .string(Base32.id(call.login.account)), "queryState": "n", "canCalculateChanges": true,
            "position": 0, "ids": [],
        ]
    }
}
