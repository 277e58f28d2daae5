/// Puts earlier results and created ids into a call's arguments (RFC 8620 sections 3.7 and 5.3).
enum References {
    /// Members whose text is an id and may be a creation id.
    private static let idMembers: Set<String> = [
        "emailId", "identityId", "parentId", "domainId", "inMailbox", "id", "fromAccountId", "accountId",
    ]
    /// Members that are lists of ids.
    private static let listMembers: Set<String> = ["ids", "destroy", "emailIds", "blobIds"]
    /// Members that are objects with ids as their names.
    private static let mapMembers: Set<String> = ["mailboxIds", "roleIds", "memberGroupIds", "update"]

    /// The arguments with every `#name` replaced by what it points to.
    static func resolve(
        _ arguments: JSONObject, responses: [(name: String, arguments: JSONObject, id: String)]
    ) throws(MethodError) -> JSONObject {
        guard arguments.keys.contains(where: { $0.hasPrefix("#") }) else { return arguments }
        var result: JSONObject = [:]
        for (key, value) in arguments {
            guard key.hasPrefix("#"), let reference = value.object else {
                result[key] = value
                continue
            }
            guard let call = reference["resultOf"]?.string, let name = reference["name"]?.string,
                let path = reference["path"]?.string
            else { throw MethodError("invalidResultReference", "Invalid result reference.") }
            let failure = MethodError("invalidResultReference", "Result reference to \(call)#\(name) not found.")
            guard let response = responses.first(where: { $0.id == call && $0.name == name }) else { throw failure }
            let steps = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(JSONPointer.name)
            guard path.hasPrefix("/"), let found = self.value(at: steps[...], in: .object(response.arguments)) else {
                throw failure
            }
            result[String(key.dropFirst())] = found
        }
        return result
    }

    private static func value(at path: ArraySlice<String>, in value: JSONValue) -> JSONValue? {
        guard let step = path.first else { return value.parsed }
        let rest = path.dropFirst()
        switch value.parsed {
        case .object(let object): return object[step].flatMap { self.value(at: rest, in: $0) }
        case .array(let array):
            if step == "*" {
                var result: [JSONValue] = []
                for element in array {
                    guard let found = self.value(at: rest, in: element) else { return nil }
                    if let list = found.array { result += list } else { result.append(found) }
                }
                return .array(result)
            }
            guard let index = Int(step), array.indices.contains(index) else { return nil }
            return self.value(at: rest, in: array[index])
        default: return nil
        }
    }

    /// The arguments with every `#creation id` replaced by the id it was given.
    ///
    /// One that this call itself creates stays as it is. One that is unknown makes the call fail.
    static func resolve(_ arguments: JSONObject, created: [String: String]) throws(MethodError) -> JSONObject {
        let own = Set(arguments["create"]?.object?.keys ?? [])
        return try object(arguments, created: created, own: own, depth: 0)
    }

    private static func object(
        _ object: JSONObject, created: [String: String], own: Set<String>, depth: Int
    ) throws(MethodError) -> JSONObject {
        var result: JSONObject = [:]
        for (key, value) in object {
            var key = key
            if key.contains("#"), !key.hasPrefix("#"), let slash = key.lastIndex(of: "/"),
                mapMembers.contains(String(key[..<slash]))
            {
                key = try key[...slash] + id(String(key[key.index(after: slash)...]), created, own)
            }
            // The object of this member refers to what the call itself creates.
            if depth == 0, key == "onSuccessUpdateEmail" || key == "onSuccessDestroyEmail" {
                result[key] = value
                continue
            }
            result[key] = try self.value(value, of: key, created: created, own: own, depth: depth)
        }
        return result
    }

    private static func value(
        _ value: JSONValue, of key: String, created: [String: String], own: Set<String>, depth: Int
    ) throws(MethodError) -> JSONValue {
        switch value {
        case .string(let text) where idMembers.contains(key) && text.hasPrefix("#"):
            return .string(try id(text, created, own))
        case .array(let array) where listMembers.contains(key):
            var result: [JSONValue] = []
            for element in array {
                if let text = element.string {
                    result.append(.string(try id(text, created, own)))
                } else {
                    result.append(element)
                }
            }
            return .array(result)
        case .object(let members) where mapMembers.contains(key):
            var result: JSONObject = [:]
            for (name, member) in members {
                let inner = member.object
                let resolved = try id(name, created, own)
                result[resolved] =
                    try inner.map { value throws(MethodError) in
                        .object(try object(value, created: created, own: own, depth: depth + 1))
                    } ?? member
            }
            return .object(result)
        case .object(let members):
            return .object(try object(members, created: created, own: own, depth: depth + 1))
        default: return value
        }
    }

    private static func id(_ text: String, _ created: [String: String], _ own: Set<String>) throws(MethodError)
        -> String
    {
        guard text.hasPrefix("#") else { return text }
        let name = String(text.dropFirst())
        if let id = created[name] { return id }
        if own.contains(name) { return text }
        throw MethodError("invalidResultReference", "Id reference \"\(text)\" not found.")
    }
}
