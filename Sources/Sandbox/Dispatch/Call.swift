/// One method call while it runs: its arguments, who makes it, and the ids that the request has created so far.
struct Call {
    let name: String
    let arguments: JSONObject
    let login: Login
    /// Ids by creation id, of this request so far.
    var createdIDs: [String: String]
    /// Responses that follow the call's own, under its id.
    var following: [(name: String, arguments: JSONObject)] = []

    // MARK: Arguments

    /// A text; the empty alternative where it is absent or null.
    func string(_ name: String) throws(MethodError) -> String? {
        guard let value = arguments[name], !value.isNull else { return nil }
        guard let string = value.string else { throw Self.wrongType(value, "a string") }
        return string
    }

    /// A number that is not negative, nil where it is absent or null.
    func count(_ name: String) throws(MethodError) -> Int? {
        guard let value = arguments[name], !value.isNull else { return nil }
        guard let integer = value.integer else { throw Self.wrongType(value, "usize") }
        guard integer >= 0 else { throw .invalidArguments("invalid value: integer `\(integer)`, expected usize") }
        return Int(integer)
    }

    /// A number of either sign, nil where it is absent or null.
    func integer(_ name: String) throws(MethodError) -> Int? {
        guard let value = arguments[name], !value.isNull else { return nil }
        guard let integer = value.integer else { throw Self.wrongType(value, "i64") }
        return Int(integer)
    }

    /// A truth value; false where it is absent or null.
    func bool(_ name: String) throws(MethodError) -> Bool {
        guard let value = arguments[name], !value.isNull else { return false }
        guard let bool = value.bool else { throw Self.wrongType(value, "a boolean") }
        return bool
    }

    /// A list of texts, nil where it is absent or null.
    func strings(_ name: String) throws(MethodError) -> [String]? {
        guard let value = arguments[name], !value.isNull else { return nil }
        guard let array = value.array else { throw Self.wrongType(value, "a sequence") }
        var result: [String] = []
        for element in array {
            guard let string = element.string else { throw Self.wrongType(element, "a string") }
            result.append(string)
        }
        return result
    }

    /// An object, nil where it is absent or null.
    func object(_ name: String) throws(MethodError) -> JSONObject? {
        guard let value = arguments[name], !value.isNull else { return nil }
        guard let object = value.object else { throw Self.wrongType(value, "a map") }
        return object
    }

    private static func wrongType(_ value: JSONValue, _ expected: String) -> MethodError {
        let kind: String
        switch value {
        case .null: kind = "null"
        case .bool(let value): kind = "boolean `\(value)`"
        case .integer(let value): kind = "integer `\(value)`"
        case .number(let value): kind = "floating point `\(value)`"
        case .string(let value): kind = "string \"\(value)\""
        case .array: kind = "sequence"
        case .object, .verbatim: kind = "map"
        }
        return .invalidArguments("invalid type: \(kind), expected \(expected)")
    }

    /// The state from which changes are asked for.
    func state(_ name: String) throws(MethodError) -> ChangeState {
        guard let text = try string(name) else { throw .invalidArguments("missing field `\(name)`") }
        guard let state = ChangeState(text) else { throw .invalidArguments("invalid JMAP State") }
        return state
    }

    /// The ids of a /get, at most as many as one call may ask for.
    func ids() throws(MethodError) -> [String]? {
        let ids = try strings("ids")
        if let ids, ids.count > Limits.objectsInGet { throw .requestTooLarge }
        return ids
    }

    // MARK: Rights

    /// Refuses the call unless its credential has the permission.
    func need(_ permission: String) throws(MethodError) {
        guard login.may(permission) else { throw .forbidden() }
    }

    /// Refuses a /set for whose members the credential has no permission: none of the three, or not one that is used.
    func needSet(_ object: String, prefix: String = "jmap") throws(MethodError) {
        let rights = ["create": "Create", "update": "Update", "destroy": "Destroy"].mapValues {
            login.may(prefix + object + $0)
        }
        guard rights.values.contains(true) else {
            throw .forbidden("You are not authorized to create, update or destroy objects of this type")
        }
        for member in ["create", "update", "destroy"] where rights[member] == false {
            let isUsed =
                arguments[member]?.object.map { !$0.isEmpty } ?? arguments[member]?.array.map { !$0.isEmpty } ?? false
            if isUsed { throw .forbidden("You are not authorized to \(member) objects of this type") }
        }
    }
}

/// The members that every /set reads.
struct SetArguments {
    let create: JSONObject
    let update: JSONObject
    let destroy: [String]

    init(_ call: Call) throws(MethodError) {
        create = try call.object("create") ?? [:]
        update = try call.object("update") ?? [:]
        destroy = try call.strings("destroy") ?? []
        guard create.count + update.count + destroy.count <= Limits.objectsInSet else { throw .requestTooLarge }
    }
}

/// What a /set did; members that stay empty are left out of the answer.
struct SetResult {
    var created: JSONObject = [:]
    var updated: JSONObject = [:]
    var destroyed: [String] = []
    var notCreated: JSONObject = [:]
    var notUpdated: JSONObject = [:]
    var notDestroyed: JSONObject = [:]

    /// Appends the members to an answer.
    func write(to object: inout JSONObject) {
        if !created.isEmpty { object["created"] = .object(created) }
        if !updated.isEmpty { object["updated"] = .object(updated) }
        if !destroyed.isEmpty { object["destroyed"] = .list(destroyed) }
        if !notCreated.isEmpty { object["notCreated"] = .object(notCreated) }
        if !notUpdated.isEmpty { object["notUpdated"] = .object(notUpdated) }
        if !notDestroyed.isEmpty { object["notDestroyed"] = .object(notDestroyed) }
    }
}
