/// What all of an administrator's objects have in common: get, set, query.
extension Server {
    /// The account whose objects a call means: its own where none is named.
    private func owner(_ kind: ObjectKind, _ call: Call) throws(MethodError) -> Int {
        guard kind.isOwned, call.arguments["accountId"] != nil else { return kind.isOwned ? call.login.account : 0 }
        return try account(call)
    }

    private func answerStart(_ kind: ObjectKind, _ call: Call, _ owner: Int) -> JSONObject {
        ["accountId": .string(Base32.id(kind.isOwned ? owner : call.login.account))]
    }

    /// Answers a get; `shown` makes of a kept object what a client sees.
    func objectGet(_ kind: ObjectKind, _ call: Call, shown: (Int, JSONObject) -> JSONObject) throws -> JSONObject {
        try call.need("sys\(kind.rawValue)Get")
        let owner = try owner(kind, call)
        let properties = try call.strings("properties")
        var list: [JSONValue] = []
        var notFound: [String] = []
        for id in try call.ids() ?? directory.ids(kind, owner: owner).prefix(Limits.objectsInGet).map({ Base32.id($0) })
        {
            guard let number = Base32.number(id).map({ Int($0) }),
                let object = directory.object(kind, number, owner: owner)
            else {
                notFound.append(id)
                continue
            }
            var seen = shown(number, object)
            seen["id"] = .string(id)
            list.append(Self.picked(properties, from: seen))
        }
        var answer = answerStart(kind, call, owner)
        answer["list"] = .array(list)
        answer["notFound"] = .list(notFound)
        return answer
    }

    /// Answers a query; `matches` tests one member of the filter.
    func objectQuery(
        _ kind: ObjectKind, _ call: Call, filters: Set<String>, matches: (Int, JSONObject, String, JSONValue) -> Bool
    ) throws -> JSONObject {
        try call.need("sys\(kind.rawValue)Query")
        let owner = try owner(kind, call)
        let filter = try call.object("filter") ?? [:]
        if let operation = filter["operator"], operation != "AND" {
            throw MethodError("unsupportedFilter", "Only AND is supported in filters")
        }
        let conditions = filter["operator"] == nil ? [filter] : (filter["conditions"]?.array ?? []).compactMap(\.object)
        for condition in conditions {
            for name in condition.keys where !filters.contains(name) { throw MethodError("unsupportedFilter", name) }
        }
        var ids = directory.ids(kind, owner: owner).filter { id in
            guard let object = directory.object(kind, id, owner: owner) else { return false }
            return conditions.allSatisfy { $0.allSatisfy { matches(id, object, $0.0, $0.1) } }
        }
        let isAscending = try Comparator.list(call).first?.isAscending ?? false
        if !isAscending { ids.reverse() }
        let wantsTotal = try call.bool("calculateTotal")
        let total = ids.count
        var position = max(0, try call.integer("position") ?? 0)
        if let anchor = try call.string("anchor") {
            guard let place = ids.firstIndex(where: { Base32.id($0) == anchor }) else {
                throw MethodError.anchorNotFound
            }
            // The real server goes on after the anchor, and calls that position 0.
            ids = Array(ids[(place + 1)...])
            position = 0
        }
        var page = ids.dropFirst(position)
        if let limit = try call.count("limit"), limit > 0 { page = page.prefix(limit) }
        var answer = answerStart(kind, call, owner)
        answer["queryState"] = "n"
        answer["canCalculateChanges"] = true
        answer["position"] = .count(position)
        answer["ids"] = .list(page.prefix(Limits.queryResults).map { Base32.id($0) })
        if wantsTotal { answer["total"] = .count(total) }
        return answer
    }

    /// How one kind checks and changes its objects.
    struct ObjectRules {
        /// Turns what a create asked for into what is kept, and gives what its answer holds beside the id.
        var create: (JSONObject, _ owner: Int) throws -> (kept: JSONObject, told: JSONObject)
        /// Checks what an update makes of an object.
        var update: (Int, _ old: JSONObject, _ new: JSONObject) throws -> JSONObject
        /// Refuses a destroy.
        var destroy: (Int, _ id: String) throws -> Void
        /// Runs after a destroy.
        var destroyed: (Int) throws -> Void = { _ in }
    }

    /// Answers a set. As on the real server there is no state and `ifInState` is passed over.
    func objectSet(_ kind: ObjectKind, _ call: Call, _ rules: ObjectRules) throws -> JSONObject {
        try call.needSet(kind.rawValue, prefix: "sys")
        let owner = try owner(kind, call)
        let set = try SetArguments(call)
        var result = SetResult()
        for (key, value) in set.create {
            do {
                let object = value.object ?? [:]
                if kind == .account, object["@type"] != "User", object["@type"] != "Group" {
                    throw SetError("invalidPatch", "Missing or invalid '@type' property in object", properties: [""])
                }
                let full = try ObjectSchema.of(kind, type: object["@type"]?.string).created(object)
                let (kept, told) = try rules.create(full, owner)
                let id = try directory.add(kind, kept, owner: owner)
                var answer: JSONObject = ["id": .string(Base32.id(id))]
                for (name, value) in told { answer[name] = value }
                result.created[key] = .object(answer)
            } catch let error as SetError {
                result.notCreated[key] = error.json
            }
        }
        for (id, patch) in set.update {
            do {
                let (number, object) = try found(kind, id, owner)
                let schema = ObjectSchema.of(kind, type: object["@type"]?.string)
                let patched = try schema.patched(object, by: patch.object ?? [:])
                try directory.put(kind, number, rules.update(number, object, patched), owner: owner)
                result.updated[id] = .null
            } catch let error as SetError {
                result.notUpdated[id] = error.json
            }
        }
        for id in set.destroy {
            do {
                let (number, _) = try found(kind, id, owner)
                try rules.destroy(number, id)
                try directory.remove(kind, number, owner: owner)
                try rules.destroyed(number)
                result.destroyed.append(id)
            } catch let error as SetError {
                result.notDestroyed[id] = error.json
            }
        }
        var answer = answerStart(kind, call, owner)
        result.write(to: &answer)
        return answer
    }

    private func found(_ kind: ObjectKind, _ id: String, _ owner: Int) throws(SetError) -> (Int, JSONObject) {
        guard let number = Base32.number(id).map({ Int($0) }), let object = directory.object(kind, number, owner: owner)
        else { throw SetError("notFound") }
        return (number, object)
    }

    /// Refuses a set of permissions that names one that does not exist.
    func checkPermissions(_ object: JSONObject, _ members: [String]) throws(SetError) {
        for member in members {
            for name in object[member]?.object?.keys ?? [] where !PermissionTable.admin.contains(name) {
                throw SetError("invalidPatch", "Invalid key for object property", properties: [member])
            }
        }
    }

    /// The accounts whose object passes the test.
    func accounts(where test: (JSONObject) -> Bool) -> [Int] {
        directory.ids(.account).filter { directory.object(.account, $0).map(test) ?? false }
    }
}
